import type { OptionRow } from "../tasks/task.ts";
import { EXIT } from "./exit-status.ts";
import { flagOf, helpOf } from "./option-flags.ts";
import type { Shell } from "./shell.ts";

/** Writes the tasks with their options; with `json` one object a task. */
export async function listTasks(shell: Shell, json: boolean): Promise<number> {
  for (const { name, summary, dataHelp, options, predictOptions = [] } of shell.tasks) {
    if (json) {
      await shell.write(`${JSON.stringify({ task: name, summary, data: dataHelp, options, predictOptions })}\n`);
      continue;
    }
    const width = Math.max("--data".length, ...[...options, ...predictOptions].map((row) => flagOf(row).length));
    const line = (row: OptionRow): string => `  ${flagOf(row).padEnd(width)}  ${helpOf(row)}`;
    const ofPredict = predictOptions.length === 0 ? [] : ["  of predict:", ...predictOptions.map(line)];
    await shell.write(
      `${[`${name}: ${summary}`, `  ${"--data".padEnd(width)}  ${dataHelp}`, ...options.map(line), ...ofPredict].join("\n")}\n`,
    );
  }
  return EXIT.done;
}
