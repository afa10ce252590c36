import { basename } from "node:path";
import type { Json, JsonObject } from "../checkpoint/model-files.ts";
import { RecurraError } from "../core/errors.ts";
import type { PredictingModel, PredictionStream } from "../tasks/task.ts";
import { answerEach, type Input } from "./answer-each.ts";
import { EXIT } from "./exit-status.ts";
import { inputBytes, inputLines } from "./input-lines.ts";
import { namedText } from "./named-text.ts";
import { openPredictingModel } from "./open-model.ts";
import type { Shell } from "./shell.ts";

export interface PredictFlags {
  readonly file?: string;
  readonly stream?: boolean;
  readonly json?: boolean;
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
  for (const [i, text] of given.entries())
    yield { input: text, where: `predict, input ${i + 1}`, read: () => ({ text }) };
  if (file === undefined) return;
  for await (const { input, where, read } of inputLines(shell, file)) {
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
): Promise<number> {
  const { file, stream = false, json = false } = flags;
  const model = await openPredictingModel(shell, directory);
  if (given.length === 0 && file === undefined) {
    const what = model.inputs === "file" ? "a file" : "an input, or --file with one a line";
    throw new RecurraError("option", {
      where: "predict",
      expected: `${what} (- reads what is piped in)`,
      got: "none",
    });
  }
  if (stream) return await predictStream(shell, model, given, flags);
  return await answerEach(shell, "predict", json, inputsOf(shell, model, given, file), ({ text, bytes }, input) =>
    write(shell, model, input, model.answer(text, bytes), json),
  );
}

function openStream(model: PredictingModel): PredictionStream {
  if (model.stream !== undefined) return model.stream();
  throw new RecurraError("unsupported", {
    where: "predict, --stream",
    expected: "a model that answers as its input arrives",
    got: `one of the task ${model.task}, which needs the whole input`,
    hint: "Leave --stream out.",
  });
}

/** One input that arrives in pieces: tokens or values on lines of their own, or the bytes of a file. */
async function predictStream(
  shell: Shell,
  model: PredictingModel,
  given: readonly string[],
  { file, json = false }: PredictFlags,
): Promise<number> {
  const [path = file ?? "-"] = model.inputs === "file" ? given : [];
  const opened = openStream(model);
  const say = async (input: string, answer: JsonObject | undefined): Promise<void> => {
    if (answer !== undefined) await write(shell, model, input, answer, json);
  };
  if (model.inputs === "file") {
    for await (const bytes of inputBytes(shell, path)) await say(basename(path), opened.push(bytes));
  } else {
    for (const input of given) await say(input, opened.push(input));
    if (file !== undefined) {
      for await (const { input, where, read } of inputLines(shell, file)) {
        await say(input, await namedText(where, () => opened.push(read())));
      }
    }
  }
  await say("", opened.end());
  return EXIT.done;
}
