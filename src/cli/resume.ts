import { existsSync } from "node:fs";
import { type Command, CommanderError } from "commander";
import { loadTraining, TrainingDirectory } from "../checkpoint/training-directory.ts";
import type { DataSource, TrainingRecord } from "../checkpoint/training-file.ts";
import { RecurraError, shown } from "../core/errors.ts";
import { cellFromJson } from "../recurrence/cell-json.ts";
import type { OptionRow, OptionValues, Task } from "../tasks/task.ts";
import { addOptionFlags, givenOptions } from "./option-flags.ts";
import { type NamedData, type ReadingListener, readData } from "./read-data.ts";
import { readingProgress } from "./reading-progress.ts";
import type { Shell } from "./shell.ts";
import { suggestTask } from "./suggest-task.ts";
import { type OutputFlags, runTraining } from "./train.ts";
import { typed } from "./typed.ts";
import { usageError } from "./usage-error.ts";

/** How long a resumed run goes on: all that may be said anew. */
const lengthOptions: readonly OptionRow[] = [
  {
    name: "epochs",
    flag: "epochs",
    kind: "integer",
    minimum: 1,
    excludes: ["steps", "minutes"],
    help: "with --resume: times that the text is read, from the beginning of training",
  },
  {
    name: "steps",
    flag: "steps",
    kind: "integer",
    minimum: 1,
    excludes: ["minutes"],
    help: "with --resume: updates in all, from the beginning of training",
  },
  { name: "minutes", flag: "minutes", kind: "number", minimum: 0, help: "with --resume: minutes to go on for" },
];

interface ResumeFlags extends OutputFlags {
  readonly resume: string;
  readonly data?: string;
}

/** Reads data again, and checks that it is what the run read. */
async function readAgain(
  task: Task,
  path: string,
  source: DataSource,
  options: OptionValues,
  directory: string,
  onRead: ReadingListener,
): Promise<NamedData> {
  const again = await readData(task, path, options, true, onRead);
  if (again.source.sha256 === source.sha256) return again;
  throw new RecurraError("data", {
    where: path,
    expected: `the data that ${directory} was trained on, SHA-256 ${source.sha256}`,
    got: again.source.sha256,
    hint: `It was read from ${source.path}. A run can only go on with the same data.`,
  });
}

/** The options of a record; the graph of a cell of the user's own becomes the cell. */
function restoredOptions({ options }: TrainingRecord, where: string): OptionValues {
  const { cell } = options;
  const known = typeof cell === "object" ? { cell: cellFromJson(cell, `${where}, cell`) } : {};
  return { ...(options as OptionValues), ...known };
}

const NOT_YET = "A run is first saved at its first validation (--eval-every): one that ended before is begun again.";

const MOVED = "Data that was moved is named with --data.";

/** Throws an error again, with a hint where it is that there is nothing at a path. */
function ifMissing(path: string, hint: string): (error: unknown) => never {
  return (error) => {
    throw error instanceof RecurraError && !existsSync(path)
      ? new RecurraError(error.code, { ...error.parts, hint })
      : error;
  };
}

/** What a resume takes no task and no further options for. */
const KEPT = "A resumed run keeps its task and its options; how long it goes on may be given.";

const faultOf = (train: Command, code: string, word: string, advice?: string): RecurraError =>
  usageError(train, new CommanderError(1, code, `'${word}'`), advice);

/** No task was named, or one that is none; the data may say which is meant. */
async function taskMissing(train: Command, word: string | undefined, data: string | undefined): Promise<RecurraError> {
  const task = data === undefined ? undefined : await suggestTask(data);
  const advice = task && `This looks like data of a ${task}: recurra train ${task} --data ${typed(data!)} --out DIR.`;
  if (word === undefined) return faultOf(train, "commander.help", "", advice);
  return faultOf(train, "commander.unknownCommand", word, advice);
}

/** Goes on with a run where it was last saved. */
async function resume(shell: Shell, flags: ResumeFlags, given: OptionValues): Promise<number> {
  const record = await loadTraining(flags.resume).catch(ifMissing(flags.resume, NOT_YET));
  const task = shell.tasks.find(({ name }) => name === record.task);
  if (task === undefined) {
    throw new RecurraError("file-format", {
      where: `${flags.resume}/training.safetensors`,
      expected: `a task: ${shell.tasks.map(({ name }) => name).join(", ")}`,
      got: shown(record.task),
    });
  }
  const { epochs, steps, minutes, ...kept } = restoredOptions(record, flags.resume);
  const options = { ...kept, ...(Object.keys(given).length === 0 ? { epochs, steps, minutes } : given) };
  const onRead = readingProgress(shell, flags.quiet);
  const read = (path: string, source: DataSource): Promise<NamedData> =>
    readAgain(task, path, source, options, flags.resume, onRead);
  const path = flags.data ?? record.data.path;
  const data = await read(path, record.data).catch(ifMissing(path, MOVED));
  const valid = record.valid && (await read(record.valid.path, record.valid));
  const directory = await TrainingDirectory.resume(flags.resume, record);
  const plan = { task, options, data, valid, skipBad: true, directory, resume: record.state };
  return await runTraining(shell, plan, flags);
}

/**
 * Gives `train` itself the flag `--resume`, beside the commands of the tasks.
 *
 * @param finish takes the exit status.
 */
export function addResume(shell: Shell, train: Command, finish: (status: number) => void): void {
  train
    .enablePositionalOptions()
    .argument("[task]")
    .allowUnknownOption()
    .allowExcessArguments()
    .usage("TASK --data <path> --out <dir> [options]\n       recurra train --resume <dir> [options]")
    .option("--resume <dir>", "go on exactly where the run of a model directory was last saved; its options hold")
    .option("--data <path>", "with --resume: where its data is now, if it was moved");
  addOptionFlags(train, lengthOptions, "train --resume");
  train.action(async (_task: string | undefined, flags: Partial<ResumeFlags>) => {
    const { resume: directory } = flags;
    const unknown = train.args.find((word) => word.startsWith("-"));
    const [first] = train.args;
    const word = first === unknown ? undefined : first;
    if (directory === undefined) throw await taskMissing(train, word, flags.data ?? word);
    if (word !== undefined) throw faultOf(train, "commander.unknownCommand", word, KEPT);
    if (unknown !== undefined) throw faultOf(train, "commander.unknownOption", unknown, KEPT);
    const given = givenOptions(train, lengthOptions, "train --resume");
    finish(await resume(shell, { ...flags, resume: directory }, given));
  });
}
