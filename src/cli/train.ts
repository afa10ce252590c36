import type { Command } from "commander";
import { checkOutput, saveModel } from "../checkpoint/model-directory.ts";
import { loadText } from "../data/sources/text-file.ts";
import type { OptionValues, Task } from "../tasks/task.ts";
import { EXIT } from "./exit-status.ts";
import { formatCount, formatDuration, formatScaled } from "./number-format.ts";
import { addOptionFlags, givenOptions } from "./option-flags.ts";
import { scoreTable } from "./score-table.ts";
import type { Shell } from "./shell.ts";
import { watchTraining } from "./watched-training.ts";

interface TrainFlags {
  readonly data: string;
  readonly out: string;
  readonly valid?: string;
  readonly force?: boolean;
  readonly json?: boolean;
  readonly quiet?: boolean;
}

async function train(shell: Shell, task: Task, flags: TrainFlags, values: OptionValues): Promise<number> {
  const { out, json = false, quiet = false, force = false } = flags;
  await checkOutput(out, { force });
  const text = await loadText(flags.data);
  const validText = flags.valid === undefined ? undefined : await loadText(flags.valid);
  const minutes = values.minutes;
  return await watchTraining(
    shell,
    (signal) => task.train(text, values, { signal, ...(validText === undefined ? {} : { validText }) }),
    async ({ model, reports, interrupted, summary }) => {
      const { weightsSha256 } = await saveModel(out, model.toFiles(), { force, reports });
      if (interrupted && !quiet) shell.stderr.write(`Saved in ${out}; scoring it.\n`);
      const { stopped, baselines, valid, ...counts } = await summary();
      if (json) {
        const [naive] = baselines;
        const done = {
          event: "done",
          task: task.name,
          ...counts,
          valid,
          ...(naive === undefined ? {} : { baseline: { name: naive.name, ...naive.metrics } }),
          baselines: baselines.map(({ name, metrics }) => ({ name, ...metrics })),
          stopped,
          out,
          weightsSha256,
        };
        await shell.write(`${JSON.stringify(done)}\n`);
      } else if (!quiet) {
        const lines = [
          `${stopped ? "Stopped" : "Done"} after ${formatCount(counts.steps)} steps, ${formatCount(counts.tokens)} tokens in ${formatDuration(counts.seconds)} (${formatScaled(counts.tokensPerSecond)} tokens/s); ${formatCount(counts.parameters)} parameters.`,
          "",
          ...scoreTable("validation", valid, baselines),
          "",
          `Saved in ${out}.`,
        ];
        await shell.write(`${lines.join("\n")}\n`);
      }
      return interrupted ? EXIT.interrupted : EXIT.done;
    },
    {
      quiet,
      limitSeconds: typeof minutes === "number" ? minutes * 60 : undefined,
      ...(json ? { onReport: (report) => shell.write(`${JSON.stringify({ event: "report", ...report })}\n`) } : {}),
    },
  );
}

/**
 * Gives `train` a command for each task, with the flags of its option table.
 *
 * @param add makes a command.
 * @param finish takes the exit status of the one that ran.
 */
export function addTrainCommands(
  shell: Shell,
  parent: Command,
  add: (parent: Command, name: string) => Command,
  finish: (status: number) => void,
): void {
  for (const task of shell.tasks) {
    const where = `train ${task.name}`;
    const command = add(parent, task.name)
      .summary(task.summary)
      .description(`${task.summary}\n\nCtrl-C stops cleanly and saves.`)
      .requiredOption("--data <path>", "what to train on: a UTF-8 text file, or a folder of .txt files")
      .requiredOption("--out <dir>", "where the model directory is written")
      .option("--valid <path>", "text to validate on, instead of the end of --data")
      .option("--force", "replace the model that is at --out; nothing else is ever overwritten");
    addOptionFlags(command, task.options, where);
    command.action(async (flags: TrainFlags) => {
      finish(await train(shell, task, flags, givenOptions(command, task.options, where)));
    });
  }
}
