/** The files that a model is saved as, wherever they lie: on a disk, behind a URL, in a page. */
import { RecurraError, shown } from "../core/errors.ts";
import { SavedFields } from "../core/saved-fields.ts";
import { readSafetensors } from "../interop/safetensors.ts";
import { readJsonFile } from "./json-file.ts";
import { type JsonObject, type ModelFiles, SCALES, type WeightTensor } from "./model-files.ts";

/** The format of the files written and read; it rises when an older program could not read them. */
export const FORMAT_VERSION = 1;

export const CONFIG = "config.json";
export const ENCODER = "encoder.json";
export const WEIGHTS = "model.safetensors";

/** The fault of a model that lacks one of its files. */
export function missingPart(where: string, name: string, cause?: unknown): RecurraError {
  return new RecurraError("file-format", {
    where,
    expected: `${CONFIG}, ${ENCODER} and ${WEIGHTS} in a model directory`,
    got: `no ${name}`,
    hint: "Give the folder that training wrote with --out; if it was copied, copy it again whole.",
    cause,
  });
}

function checkConfig(config: JsonObject, where: string): void {
  const { formatVersion: version, libraryVersion } = config;
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
  new SavedFields(config, where).require("task", (task) => typeof task === "string", "a name");
}

async function readWeights(bytes: Uint8Array, where: string): Promise<Map<string, WeightTensor>> {
  const weights = new Map<string, WeightTensor>();
  const { tensors } = readSafetensors(bytes, where);
  for (const [name, tensor] of tensors) {
    const { dtype, shape, data } = tensor;
    const at = `${where}, tensor ${shown(name)}`;
    const owner = name.endsWith(SCALES) ? tensors.get(name.slice(0, -SCALES.length)) : undefined;
    if (owner?.dtype === "I8") continue;
    if (dtype === "I8") {
      const { readInt8 } = await import("./read-int8.ts");
      weights.set(name, readInt8(tensor, tensors.get(name + SCALES), at));
    } else if (data instanceof Float32Array) {
      weights.set(name, dtype === "F16" ? { shape, data, form: "float16" } : { shape, data });
    } else {
      throw new RecurraError("file-format", { where: at, expected: "F32, F16, BF16 or I8", got: dtype });
    }
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
  const weights = await readWeights(await read(WEIGHTS), placeOf(WEIGHTS));
  return { config, encoder, weights };
}
