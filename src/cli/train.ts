import { type Command, CommanderError } from "commander";
import { checkOutput } from "../checkpoint/model-directory.ts";
import type { Json, ModelFiles } from "../checkpoint/model-files.ts";
import { TrainingDirectory } from "../checkpoint/training-directory.ts";
import type { TrainingRecord } from "../checkpoint/training-file.ts";
import { RecurraError } from "../core/errors.ts";
import { DataFaults } from "../data/data-faults.ts";
import { engineWith } from "../engine/engine-with.ts";
import type { KernelChoice } from "../engine/wasm/product-forms.ts";
import { resolveOptions } from "../tasks/resolve-options.ts";
import type { OptionValues, Task, TaskModel } from "../tasks/task.ts";
import type { TrainingState } from "../training/trainer.ts";
import { readConfigFile } from "./config-file.ts";
import { EXIT } from "./exit-status.ts";
import { withCells } from "./load-cell.ts";
import { namedText } from "./named-text.ts";
import { formatCount, formatDuration, formatScaled } from "./number-format.ts";
import { usesOf } from "./open-model.ts";
import { addOptionFlags, givenOptions } from "./option-flags.ts";
import { leftOut, type NamedData, readData } from "./read-data.ts";
import { readingProgress } from "./reading-progress.ts";
import { baselineFields, scoreTable } from "./score-table.ts";
import type { Shell } from "./shell.ts";
import { usageError } from "./usage-error.ts";
import { watchTraining } from "./watched-training.ts";

/** The flags that all ways to train have. */
export interface OutputFlags {
  readonly json?: boolean;
  readonly quiet?: boolean;
}

interface TrainFlags extends OutputFlags {
  readonly data?: string;
  readonly out?: string;
  readonly valid?: string;
  readonly force?: boolean;
  readonly skipBad?: boolean;
  readonly config?: string;
}

/** A run about to start, new or resumed. */
export interface PlannedRun {
  readonly task: Task;
  /** With the task's defaults filled in. */
  readonly options: OptionValues;
  readonly data: NamedData;
  readonly valid: NamedData | undefined;
  /** Goes on without validation records that training cannot know. */
  readonly skipBad: boolean;
  readonly directory: TrainingDirectory;
  /** Where an earlier run stopped. */
  readonly resume?: TrainingState;
}

/** Trains, saves at each validation and at the end, and writes what it came to. */
export async function runTraining(shell: Shell, plan: PlannedRun, flags: OutputFlags): Promise<number> {
  const { task, options, data, valid: validData, skipBad, directory, resume } = plan;
  const { json = false, quiet = false } = flags;
  const out = directory.path;
  const { minutes } = options;
  const save = async (state: TrainingState, model: TaskModel): Promise<void> => {
    const files = model.toFiles();
    const saved = savedOptions(options, files);
    await directory.save(files, {
      task: task.name,
      options: saved,
      data: data.source,
      valid: validData?.source,
      state,
    });
  };
  const faults = new DataFaults({ skip: skipBad });
  const skipped = (): number => data.skipped + (validData?.skipped ?? 0) + faults.count;
  return await watchTraining(
    shell,
    (signal) => {
      const run = fitting(() =>
        task.train(data.data, options, { signal, save, valid: validData?.data, resume, faults }),
      );
      if (options.kernels !== undefined && options.kernels !== "default" && !quiet) {
        shell.stderr.write(`Kernels: ${engineWith(options.kernels as KernelChoice).kernels}.\n`);
      }
      if (skipped() > 0 && !quiet) shell.stderr.write(`${leftOut(skipped())}\n`);
      return run;
    },
    async ({ model, interrupted, summary }) => {
      const { weightsSha256 } = await directory.save(model.toFiles());
      if (interrupted && !quiet) shell.stderr.write(`Saved in ${out}; scoring it, which Ctrl-C ends at once.\n`);
      const { stopped, baselines, valid, ...counts } = await summary();
      if (resume !== undefined && counts.steps === resume.numbers.step?.[0] && !interrupted && !quiet) {
        shell.stderr.write(
          `Nothing was left to do after step ${formatCount(counts.steps)}: give --steps or --epochs as totals from the beginning.\n`,
        );
      }
      if (json) {
        const done = {
          event: "done",
          task: task.name,
          ...counts,
          valid,
          ...baselineFields(valid, baselines),
          skipped: skipped(),
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
          `Saved in ${out}, for ${usesOf(model).join(" and ")}.`,
        ];
        await shell.write(`${lines.join("\n")}\n`);
      }
      return interrupted ? EXIT.interrupted : EXIT.done;
    },
    {
      quiet,
      limitSeconds: typeof minutes === "number" ? minutes * 60 : undefined,
      firstStep: resume?.numbers.step?.[0],
      async onReport(report) {
        await directory.append(report);
        if (json) await shell.write(`${JSON.stringify({ event: "report", ...report })}\n`);
      },
    },
  );
}

/** Makes a run; sizes that do not fit each other are then those of the options, or of a cell of the user's own. */
function fitting<Run>(make: () => Run): Run {
  try {
    return make();
  } catch (cause) {
    throw cause instanceof RecurraError && cause.code === "shape" ? new RecurraError("option", cause.parts) : cause;
  }
}

/** The options as a resume needs them: a cell of the user's own as the graph that the model keeps of it. */
function savedOptions(options: OptionValues, files: ModelFiles): TrainingRecord["options"] {
  const { cell } = (files.config.architecture ?? {}) as { readonly cell?: Json };
  const entries = Object.entries(options).map(([name, value]): [string, Json | undefined] => [
    name,
    typeof value === "object" ? cell : value,
  ]);
  return Object.fromEntries(entries);
}

/** The flags that are no options of the library: where data comes from and where the model goes. */
const PLACE_FLAGS = ["data", "out", "valid", "force", "skip-bad"] as const;

async function train(shell: Shell, task: Task, command: Command, flags: TrainFlags): Promise<number> {
  const where = `train ${task.name}`;
  const known = [...PLACE_FLAGS, ...task.options.map(({ flag }) => flag)];
  const config = flags.config === undefined ? undefined : await readConfigFile(flags.config, known);
  const place = (name: "data" | "out" | "valid"): string | undefined => {
    const value = flags[name] ?? config?.flags.get(name);
    return value === undefined ? undefined : String(value);
  };
  const [path, out, validPath] = [place("data"), place("out"), place("valid")];
  if (path === undefined || out === undefined) {
    const missing = [...(path === undefined ? ["--data <path>"] : []), ...(out === undefined ? ["--out <dir>"] : [])];
    const flags = `'${missing.join(" and ")}'`;
    throw usageError(command, new CommanderError(1, "commander.missingMandatoryOptionValue", flags));
  }
  const given = await withCells(task.options, givenOptions(command, task.options, where, config), where);
  const options = resolveOptions(task.options, given, where);
  await checkOutput(out, { force: flags.force ?? config?.flags.get("force") === true });
  const skipBad = flags.skipBad ?? config?.flags.get("skip-bad") === true;
  const onRead = readingProgress(shell, flags.quiet);
  const data = await readData(task, path, options, skipBad, onRead);
  const valid = validPath === undefined ? undefined : await readData(task, validPath, options, skipBad, onRead);
  const directory = new TrainingDirectory(out);
  const plan = { task, options, data, valid, skipBad, directory };
  return await namedText(path, () => runTraining(shell, plan, flags));
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
      .usage("--data <path> --out <dir> [options]")
      .option("--data <path>", `what to train on: ${task.dataHelp} (required)`)
      .option("--out <dir>", "where the model directory is written (required)")
      .option("--valid <path>", "data to validate on, instead of a part of --data")
      .option("--force", "replace the model that is at --out; nothing else is ever overwritten")
      .option("--skip-bad", "go on without records that are at fault, and say how many")
      .option("--config <file>", "a YAML file of flags, a line each: hidden: 256; the command line goes before it");
    addOptionFlags(command, task.options, where);
    command.action(async (flags: TrainFlags) => finish(await train(shell, task, command, flags)));
  }
}
