/** The files that a model is saved as, wherever they lie: on a disk, behind a URL, in a page. */
import { RecurraError, shown } from "../core/errors.ts";
import { readSafetensors, type SafetensorsTensor, writeSafetensors } from "../interop/safetensors.ts";
import { readJsonFile, writeJsonFile } from "./json-file.ts";
import { LIBRARY_VERSION } from "./library-version.ts";
import type { JsonObject, ModelFiles, WeightTensor } from "./model-files.ts";

/** The format of the files written and read; it rises when an older program could not read them. */
export const FORMAT_VERSION = 1;

export const CONFIG = "config.json";
export const ENCODER = "encoder.json";
export const WEIGHTS = "model.safetensors";

/** The files of a model by name, in the order in which they are to be put in place. */
export function modelToBytes(files: ModelFiles): Map<string, Uint8Array> {
  const tensors = new Map<string, SafetensorsTensor>();
  for (const [name, { shape, data, form }] of files.weights) {
    tensors.set(name, { dtype: form === "float16" ? "F16" : "F32", shape, data });
  }
  const config = { ...files.config, libraryVersion: LIBRARY_VERSION, formatVersion: FORMAT_VERSION };
  return new Map([
    [ENCODER, writeJsonFile(files.encoder)],
    [WEIGHTS, writeSafetensors(tensors)],
    [CONFIG, writeJsonFile(config)],
  ]);
}

/** The fault of a model that lacks one of its files. */
export function missingPart(where: string, name: string, cause?: unknown): RecurraError {
  return new RecurraError("file-format", {
    where,
    expected: `${CONFIG}, ${ENCODER} and ${WEIGHTS} in a model directory`,
    got: `no ${name}`,
    hint: "Give the folder that training wrote with --out; if it was copied, copy it again whole.",
    ...(cause === undefined ? {} : { cause }),
  });
}

function checkConfig(config: JsonObject, where: string): void {
  const { formatVersion: version, libraryVersion, task } = config;
  if (version !== FORMAT_VERSION) {
    throw new RecurraError("file-format", {
      where,
      expected: `"formatVersion" ${FORMAT_VERSION}`,
      got: version === undefined ? "none" : shown(version),
      hint:
        typeof version === "number" && version > FORMAT_VERSION
          ? `It was saved by recurra ${shown(libraryVersion)}: install that version.`
          : "This does not look like a config.json that recurra wrote.",
    });
  }
  if (typeof task !== "string") {
    throw new RecurraError("file-format", { where, expected: '"task" as a name', got: shown(task) });
  }
}

function readWeights(bytes: Uint8Array, where: string): Map<string, WeightTensor> {
  const weights = new Map<string, WeightTensor>();
  for (const [name, { dtype, shape, data }] of readSafetensors(bytes, where).tensors) {
    if (!(data instanceof Float32Array)) {
      throw new RecurraError("file-format", {
        where: `${where}, tensor ${shown(name)}`,
        expected: "F32, F16 or BF16",
        got: dtype,
      });
    }
    weights.set(name, dtype === "F16" ? { shape, data, form: "float16" } : { shape, data });
  }
  return weights;
}

/**
 * Reads a model from its files.
 *
 * @param read the bytes of the file of a name.
 * @param placeOf what messages call it.
 * @throws file-format when a file is malformed or of another format version; what `read` throws.
 */
export async function readModelParts(
  read: (name: string) => Promise<Uint8Array>,
  placeOf: (name: string) => string,
): Promise<ModelFiles> {
  const config = readJsonFile(await read(CONFIG), placeOf(CONFIG));
  checkConfig(config, placeOf(CONFIG));
  const encoder = readJsonFile(await read(ENCODER), placeOf(ENCODER));
  const weights = readWeights(await read(WEIGHTS), placeOf(WEIGHTS));
  return { config, encoder, weights };
}
