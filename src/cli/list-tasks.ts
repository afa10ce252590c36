import type { OptionRow } from "../tasks/task.ts";
import { EXIT } from "./exit-status.ts";
import { helpOf } from "./option-flags.ts";
import type { Shell } from "./shell.ts";

/** Writes the tasks with their options; with `json` one object a task. */
export async function listTasks(shell: Shell, json: boolean): Promise<number> {
  for (const { name, summary, options, predictOptions = [] } of shell.tasks) {
    if (json) {
      await shell.write(`${JSON.stringify({ task: name, summary, options, predictOptions })}\n`);
      continue;
    }
    const width = Math.max(0, ...[...options, ...predictOptions].map(({ flag }) => flag.length));
    const line = (row: OptionRow): string => `  --${row.flag.padEnd(width)}  ${helpOf(row)}`;
    const ofPredict = predictOptions.length === 0 ? [] : ["  of predict:", ...predictOptions.map(line)];
    await shell.write(`${[`${name}: ${summary}`, ...options.map(line), ...ofPredict].join("\n")}\n`);
  }
  return EXIT.done;
}
