import { createHash } from "node:crypto";
import { resolve } from "node:path";
import type { Command } from "commander";
import { checkOutput } from "../checkpoint/model-directory.ts";
import { TrainingDirectory } from "../checkpoint/training-directory.ts";
import type { DataSource } from "../checkpoint/training-file.ts";
import { loadText } from "../data/sources/text-file.ts";
import { resolveOptions } from "../tasks/resolve-options.ts";
import type { OptionValues, Task, TaskModel } from "../tasks/task.ts";
import type { TrainingState } from "../training/trainer.ts";
import { EXIT } from "./exit-status.ts";
import { formatCount, formatDuration, formatScaled } from "./number-format.ts";
import { addOptionFlags, givenOptions } from "./option-flags.ts";
import { scoreTable } from "./score-table.ts";
import type { Shell } from "./shell.ts";
import { watchTraining } from "./watched-training.ts";

/** The flags that all ways to train have. */
export interface OutputFlags {
  readonly json?: boolean;
  readonly quiet?: boolean;
}

interface TrainFlags extends OutputFlags {
  readonly data: string;
  readonly out: string;
  readonly valid?: string;
  readonly force?: boolean;
}

/** A text with what a resume knows it by. */
export interface NamedText {
  readonly text: string;
  readonly source: DataSource;
}

/** Reads the text that a run learns from or validates on. */
export async function readNamedText(path: string): Promise<NamedText> {
  const text = await loadText(path);
  return { text, source: { path: resolve(path), sha256: createHash("sha256").update(text, "utf8").digest("hex") } };
}

/** A run about to start, new or resumed. */
export interface PlannedRun {
  readonly task: Task;
  /** With the task's defaults filled in. */
  readonly options: OptionValues;
  readonly data: NamedText;
  readonly valid: NamedText | undefined;
  readonly directory: TrainingDirectory;
  /** Where an earlier run stopped. */
  readonly resume?: TrainingState;
}

/** Trains, saves at each validation and at the end, and writes what it came to. */
export async function runTraining(shell: Shell, plan: PlannedRun, flags: OutputFlags): Promise<number> {
  const { task, options, data, valid: validData, directory, resume } = plan;
  const { json = false, quiet = false } = flags;
  const out = directory.path;
  const { minutes } = options;
  const save = async (state: TrainingState, model: TaskModel): Promise<void> => {
    const record = { task: task.name, options, data: data.source, valid: validData?.source, state };
    await directory.save(model.toFiles(), record);
  };
  return await watchTraining(
    shell,
    (signal) =>
      task.train(data.text, options, {
        signal,
        save,
        ...(validData === undefined ? {} : { validText: validData.text }),
        ...(resume === undefined ? {} : { resume }),
      }),
    async ({ model, interrupted, summary }) => {
      const { weightsSha256 } = await directory.save(model.toFiles());
      if (interrupted && !quiet) shell.stderr.write(`Saved in ${out}; scoring it.\n`);
      const { stopped, baselines, valid, ...counts } = await summary();
      if (resume !== undefined && counts.steps === resume.numbers.step?.[0] && !interrupted && !quiet) {
        shell.stderr.write(
          `Nothing was left to do after step ${formatCount(counts.steps)}: give --steps or --epochs as totals from the beginning.\n`,
        );
      }
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
      async onReport(report) {
        await directory.append(report);
        if (json) await shell.write(`${JSON.stringify({ event: "report", ...report })}\n`);
      },
    },
  );
}

async function train(shell: Shell, task: Task, flags: TrainFlags, values: OptionValues): Promise<number> {
  const { out, force = false } = flags;
  await checkOutput(out, { force });
  const data = await readNamedText(flags.data);
  const valid = flags.valid === undefined ? undefined : await readNamedText(flags.valid);
  const options = resolveOptions(task.options, values, `train ${task.name}`);
  return await runTraining(shell, { task, options, data, valid, directory: new TrainingDirectory(out) }, flags);
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
      .description(
        `${task.summary}\n\nSaved at each validation and at the end: recurra train --resume DIR goes on. Ctrl-C stops cleanly and saves.`,
      )
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
