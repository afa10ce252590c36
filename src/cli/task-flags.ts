/** Flags of commands that know their task only from the model: `eval`, `export` and `predict` take those of every task. */
import { RecurraError } from "../core/errors.ts";
import type { OptionRow, OptionValues, Task } from "../tasks/task.ts";
import { helpOf, readOption } from "./option-flags.ts";

/** The options of a task that say how data is read. */
export function readingRows({ options }: Task): readonly OptionRow[] {
  return options.filter(({ reading }) => reading === true);
}

/** The options of a task that say how it answers. */
export function answeringRows({ predictOptions = [] }: Task): readonly OptionRow[] {
  return predictOptions;
}

/**
 * Rows of all tasks, each flag once; the help says whose it is. What tasks take in different ways has the words of each, and is
 * read by `ownFlags`, when the task is known.
 */
export function sharedFlags(tasks: readonly Task[], rowsOf: (task: Task) => readonly OptionRow[]): OptionRow[] {
  const flags = new Map<string, { readonly row: OptionRow; readonly owners: string[] }[]>();
  for (const task of tasks) {
    for (const row of rowsOf(task)) {
      const ways = flags.get(row.flag) ?? [];
      const way = ways.find((each) => helpOf(each.row) === helpOf(row));
      if (way === undefined) ways.push({ row, owners: [task.name] });
      else way.owners.push(task.name);
      flags.set(row.flag, ways);
    }
  }
  return [...flags.values()].map((ways) => {
    const { row, owners } = ways[0]!;
    if (ways.length === 1) return { ...row, help: `${owners.join(", ")}: ${row.help}` };
    const help = ways.map((way) => `${way.owners.join(", ")}: ${helpOf(way.row)}`).join("; ");
    return { name: row.name, flag: row.flag, kind: "string", help };
  });
}

/**
 * The flags that were given, read as the task of the model has them.
 *
 * @param where the command, for messages.
 * @throws option for one that the task has not and that would be without effect, or for a value that it does not take.
 */
export function ownFlags(
  where: string,
  tasks: readonly Task[],
  task: Task,
  rowsOf: (task: Task) => readonly OptionRow[],
  given: OptionValues,
): OptionValues {
  const rows = rowsOf(task);
  return Object.fromEntries(
    Object.entries(given).map(([name, value]) => {
      const row = rows.find((own) => own.name === name);
      if (row !== undefined) {
        return [name, typeof value === "string" ? readOption(row, value, `${where}, --${row.flag}`) : value];
      }
      const own = rows.length === 0 ? "no flags of its own" : rows.map(({ flag }) => `--${flag}`).join(", ");
      const flag = tasks.flatMap(rowsOf).find((each) => each.name === name)?.flag ?? name;
      throw new RecurraError("option", { where, expected: `flags that a ${task.name} has: ${own}`, got: `--${flag}` });
    }),
  );
}
