import { EXIT } from "./exit-status.ts";
import { helpOf } from "./option-flags.ts";
import type { Shell } from "./shell.ts";

/** Writes the tasks with their options; with `json` one object a task. */
export async function listTasks(shell: Shell, json: boolean): Promise<number> {
  for (const { name, summary, options } of shell.tasks) {
    if (json) {
      await shell.write(`${JSON.stringify({ task: name, summary, options })}\n`);
      continue;
    }
    const width = Math.max(0, ...options.map(({ flag }) => flag.length));
    const rows = options.map((row) => `  --${row.flag.padEnd(width)}  ${helpOf(row)}`);
    await shell.write(`${[`${name}: ${summary}`, ...rows].join("\n")}\n`);
  }
  return EXIT.done;
}
