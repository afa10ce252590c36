import { basename } from "node:path";
import type { Json, JsonObject } from "../checkpoint/model-files.ts";
import { RecurraError } from "../core/errors.ts";
import type { OptionValues, PredictingModel, PredictionStream, PredictValues } from "../tasks/task.ts";
import { answerEach, type Input } from "./answer-each.ts";
import { EXIT } from "./exit-status.ts";
import { inputBytes, inputTexts, remarkOnFiles } from "./input-lines.ts";
import { namedText } from "./named-text.ts";
import { openModel, openPredictingModel, taskOf } from "./open-model.ts";
import type { Shell } from "./shell.ts";
import { answeringRows, ownFlags } from "./task-flags.ts";

export interface PredictFlags {
  readonly file?: string;
  readonly stream?: boolean;
  readonly json?: boolean;
  readonly quiet?: boolean;
}

/** What a model is given: a line, or a file's name and bytes. */
interface Given {
  readonly text: string;
  readonly bytes?: Uint8Array;
}

function wholeFile(shell: Shell, path: string): Input<Given> {
  const input = path === "-" ? "standard input" : path;
  const read = async (): Promise<Given> => {
    const parts: Uint8Array[] = [];
    for await (const part of inputBytes(shell, path)) parts.push(part);
    return { text: input, bytes: Buffer.concat(parts) };
  };
  return { input, where: input, read };
}

/** The inputs of the command line, then those of `--file`, as they arrive. */
async function* inputsOf(
  shell: Shell,
  model: PredictingModel,
  given: readonly string[],
  file: string | undefined,
): AsyncGenerator<Input<Given>> {
  if (model.inputs === "file") {
    for (const path of given) yield wholeFile(shell, path);
    if (file !== undefined) yield wholeFile(shell, file);
    return;
  }
  for await (const { input, where, read } of inputTexts(shell, "predict, input", given, file)) {
    yield { input, where, read: () => ({ text: read() }) };
  }
}

const toText = (output: Json | undefined): string => (typeof output === "string" ? output : JSON.stringify(output));

function write(shell: Shell, model: PredictingModel, input: string, answer: JsonObject, json: boolean): Promise<void> {
  const { output, ...rest } = answer;
  if (json) return shell.write(`${JSON.stringify({ event: "predict", input, output, ...rest })}\n`);
  return shell.write(`${model.show?.(answer) ?? toText(output)}\n`);
}

/** Writes the task's answer to each input as it arrives. */
export async function predict(
  shell: Shell,
  directory: string,
  given: readonly string[],
  flags: PredictFlags,
  values: OptionValues,
): Promise<number> {
  const { file, stream = false, json = false, quiet = false } = flags;
  const model = await openPredictingModel(shell, directory);
  const options = await optionsOf(shell, model, values);
  if (given.length === 0 && file === undefined) {
    const what = model.inputs === "file" ? "a file" : "an input, or --file with one a line";
    throw new RecurraError("option", {
      where: "predict",
      expected: `${what} (- reads what is piped in)`,
      got: "none",
    });
  }
  if (model.inputs === "line" && !quiet) remarkOnFiles(shell, given);
  if (stream) return await predictStream(shell, model, given, flags, options);
  return await answerEach(shell, "predict", json, inputsOf(shell, model, given, file), ({ text, bytes }, input) =>
    write(shell, model, input, model.answer(text, bytes, options), json),
  );
}

/**
 * The options of an answer, with the models that they name.
 *
 * @throws option when the model's task has not one of them.
 */
async function optionsOf(shell: Shell, model: PredictingModel, values: OptionValues): Promise<PredictValues> {
  const task = taskOf(shell, model.task)!;
  const own = ownFlags("predict", shell.tasks, task, answeringRows, values);
  const options: Record<string, PredictValues[string]> = {};
  for (const [name, value] of Object.entries(own)) {
    const row = answeringRows(task).find((each) => each.name === name)!;
    options[name] =
      row.kind === "model" ? await openModel(shell, value as string) : (value as string | number | boolean);
  }
  return options;
}

function openStream(model: PredictingModel, options: PredictValues): PredictionStream {
  if (model.stream !== undefined) return model.stream(options);
  throw new RecurraError("unsupported", {
    where: "predict, --stream",
    expected: "a model that answers as its input arrives",
    got: `one of the task ${model.task}, which needs the whole input`,
    hint: "Leave --stream out.",
  });
}

/** Inputs that arrive in pieces: tokens or values on lines of their own, or the bytes of files. */
async function predictStream(
  shell: Shell,
  model: PredictingModel,
  given: readonly string[],
  { file, json = false }: PredictFlags,
  options: PredictValues,
): Promise<number> {
  const toSay = (stream: PredictionStream) => async (input: string, answer: JsonObject | undefined) => {
    if (answer === undefined) return;
    if (stream.continues !== true || json) await write(shell, model, input, answer, json);
    else await shell.write(model.show?.(answer) ?? toText(answer.output));
  };
  if (model.inputs === "file") {
    for (const path of [...given, ...(file === undefined ? [] : [file])]) {
      const stream = openStream(model, options);
      const say = toSay(stream);
      const named = <Result>(read: () => Result) => namedText(path === "-" ? "standard input" : path, read);
      for await (const bytes of inputBytes(shell, path)) {
        await say(basename(path), await named(() => stream.push(bytes)));
      }
      await say(basename(path), await named(() => stream.end()));
      if (stream.continues === true && !json) await shell.write("\n");
    }
    return EXIT.done;
  }
  const stream = openStream(model, options);
  const say = toSay(stream);
  for await (const { input, where, read } of inputTexts(shell, "predict, input", given, file)) {
    await say(input, await namedText(where, () => stream.push(read())));
  }
  await say("", stream.end());
  return EXIT.done;
}
