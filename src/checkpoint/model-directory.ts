import { createHash } from "node:crypto";
import { mkdtemp, readdir, readFile, rm, rmdir, stat } from "node:fs/promises";
import { dirname, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { RecurraError, shown } from "../core/errors.ts";
import { requireNames } from "../core/require-options.ts";
import { SAVING_PREFIX, writeFilesAtomically } from "./atomic-files.ts";
import { isJsonObject } from "./json-file.ts";
import type { ModelFiles } from "./model-files.ts";
import { CONFIG, ENCODER, missingPart, readModelParts, WEIGHTS } from "./model-format.ts";
import { modelToBytes } from "./model-to-bytes.ts";
import { codeOf, unusable } from "./unusable-path.ts";

export const METRICS = "metrics.jsonl";
export const TRAINING = "training.safetensors";

/** The names in a folder, or undefined where there is nothing of that name. */
async function entriesOf(directory: string): Promise<string[] | undefined> {
  try {
    return await readdir(directory);
  } catch (cause) {
    if (codeOf(cause) === "ENOENT") return undefined;
    if (codeOf(cause) === "ENOTDIR") {
      throw new RecurraError("option", {
        where: directory,
        expected: "a folder to save the model in",
        got: "a file",
        hint: "Give another place.",
        cause,
      });
    }
    throw unusable(directory, "a folder to save the model in", cause);
  }
}

/** Whether a folder that is not empty holds a saved model, or what a save killed half-way left. */
async function holdsModel(directory: string, entries: readonly string[]): Promise<boolean> {
  if (!entries.includes(CONFIG)) {
    return entries.every(
      (name) => [TRAINING, ENCODER, WEIGHTS, METRICS].includes(name) || name.startsWith(SAVING_PREFIX),
    );
  }
  let config: unknown;
  try {
    config = JSON.parse(await readFile(join(directory, CONFIG), "utf8"));
  } catch {
    return false; // what cannot be read is not ours
  }
  return isJsonObject(config) && typeof config.formatVersion === "number" && typeof config.task === "string";
}

/**
 * Checks that a folder, or the nearest one above it that exists, can be written: by making a folder there and taking it away,
 * since permissions alone do not tell of places that hold no files, such as /proc.
 */
async function checkWritable(directory: string): Promise<void> {
  let at = resolve(directory);
  try {
    for (; !(await exists(at)); at = dirname(at));
    await rmdir(await mkdtemp(join(at, SAVING_PREFIX)));
  } catch (cause) {
    throw unusable(at, "a folder that can be written", cause);
  }
}

async function exists(path: string): Promise<boolean> {
  try {
    await stat(path);
    return true;
  } catch (cause) {
    if (codeOf(cause) === "ENOENT") return false;
    throw cause;
  }
}

/**
 * Checks that a model may be saved in a place, before the training that would be lost otherwise.
 *
 * @param force whether a model that is already there may be replaced; anything else is never touched.
 * @throws option when something is there that must not be overwritten; data when the place cannot be read or written.
 *
 * @example
 * ```ts
 * await checkOutput("models/book", { force: false });
 * ```
 */
export async function checkOutput(directory: string, options: { readonly force?: boolean } = {}): Promise<void> {
  const entries = await entriesOf(directory);
  await checkWritable(directory);
  if (entries === undefined || entries.length === 0) return;
  if (!(await holdsModel(directory, entries))) {
    throw new RecurraError("option", {
      where: directory,
      expected: "a new or empty folder, or a saved model to replace",
      got: `a folder with other things in it, such as ${shown(entries[0])}`,
      hint: "It is left as it is: give another place.",
    });
  }
  if (options.force !== true) {
    throw new RecurraError("option", {
      where: directory,
      expected: "a new or empty folder",
      got: "a saved model",
      hint: "Give another place, or replace it: --force, or { force: true } in a program.",
    });
  }
}

/** How a model is saved. */
export interface SaveOptions {
  /** Replace a model that is already there; default false. */
  readonly force?: boolean;
  /** What training reported, a line of `metrics.jsonl` each; without it an older file of that name is emptied. */
  readonly reports?: readonly object[];
}

/** What was saved. */
export interface SavedModel {
  readonly directory: string;
  /** SHA-256 of `model.safetensors`, in hexadecimal. */
  readonly weightsSha256: string;
}

/** A report as a line of `metrics.jsonl`. */
export const toLine = (report: object): Uint8Array => new TextEncoder().encode(`${JSON.stringify(report)}\n`);

/** Writes the files of a model, `first` ones before them. */
export async function writeModel(
  directory: string,
  first: readonly (readonly [name: string, bytes: Uint8Array])[],
  files: ModelFiles,
): Promise<SavedModel> {
  const parts = modelToBytes(files);
  try {
    await writeFilesAtomically(directory, [...first, ...parts]);
  } catch (cause) {
    throw unusable(directory, "a folder that can be written", cause);
  }
  return { directory, weightsSha256: createHash("sha256").update(parts.get(WEIGHTS)!).digest("hex") };
}

/** @throws option for anything but a model's files: the model itself, or a promise of it. */
function requireFiles(given: { readonly weights: unknown; readonly toFiles?: unknown } | undefined): void {
  if (given?.weights instanceof Map) return;
  throw new RecurraError("option", {
    where: "saveModel",
    expected: "what a model's toFiles() gives",
    got: given?.toFiles === undefined ? shown(given) : "the model itself",
    hint: "Call saveModel(directory, model.toFiles()), with model from await run.model.",
  });
}

/**
 * Saves a model as a directory: `config.json`, `encoder.json`, `model.safetensors` and `metrics.jsonl`. Node only.
 *
 * The same weights give the same bytes of `model.safetensors`. No file is ever half-written: each is written beside its place, brought to the disk and renamed.
 * The state of a run that an older model there could be resumed from is taken away.
 *
 * @throws option when something is there that must not be overwritten, or `files` are no model's; data when the place cannot be written.
 *
 * @example
 * ```ts
 * const { weightsSha256 } = await saveModel("models/book", model.toFiles(), { reports });
 * ```
 */
export async function saveModel(directory: string, files: ModelFiles, options: SaveOptions = {}): Promise<SavedModel> {
  requireFiles(files);
  requireNames("saveModel", options, ["force", "reports"]);
  await checkOutput(directory, options);
  const metrics = Buffer.concat((options.reports ?? []).map(toLine));
  const saved = await writeModel(directory, [[METRICS, metrics]], files);
  await rm(join(directory, TRAINING), { force: true });
  return saved;
}

/** Reads a file of a model directory. */
export async function readPart(directory: string, name: string): Promise<Uint8Array> {
  const path = join(directory, name);
  try {
    return await readFile(path);
  } catch (cause) {
    if (codeOf(cause) === "ENOENT") throw missingPart(path, name, cause);
    throw unusable(path, "a file that can be read", cause);
  }
}

/** Reads a model directory of this machine's disk; `loadModelFiles` does so in Node, and reads from elsewhere too. */
export async function readModelDirectory(place: string | URL): Promise<ModelFiles> {
  const directory = typeof place === "string" ? place : fileURLToPath(place);
  try {
    await readdir(directory);
  } catch (cause) {
    throw unusable(directory, "a model directory", cause);
  }
  return await readModelParts(
    (name) => readPart(directory, name),
    (name) => join(directory, name),
  );
}
