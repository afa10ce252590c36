/** The architecture of a transcriber, as config.json holds it, and what encoder.json holds of its features and characters. */
import { RecurraError, shown } from "../core/errors.ts";
import type { CellJson } from "../recurrence/cell-json.ts";
import type { TranscriberFeaturesJson } from "./transcriber-features.ts";

export interface TranscriberConfig {
  /** The name of a built-in cell, or the traced graph of a cell of one's own. */
  readonly cell: string | CellJson;
  readonly hiddenSize: number;
  readonly layers: number;
  readonly bidirectional: boolean;
  /** Prefixes kept by the search where nothing else is said. */
  readonly beamSize: number;
  /** How transcripts were found in training, for reading more data of the same kind. */
  readonly labelFrom?: string;
}

export interface TranscriberEncoder {
  /** The characters of classes 1, 2, … */
  readonly characters: readonly string[];
  readonly features: TranscriberFeaturesJson;
}

type Check = (found: unknown) => boolean;

const LARGEST = 65_536;
const FASTEST_HZ = 768_000;
const isCount = (x: unknown, largest = LARGEST): boolean =>
  Number.isSafeInteger(x) && (x as number) >= 1 && (x as number) <= largest;
const isNumbers = (x: unknown, length: unknown): boolean =>
  Array.isArray(x) && x.length === length && x.every((value) => Number.isFinite(value));

/** @returns what checks the fields of an object. */
function fieldsOf(value: unknown, where: string) {
  const object = (typeof value === "object" && value !== null ? value : {}) as Record<string, unknown>;
  const require = (name: string, isRight: Check, expected: string): void => {
    if (isRight(object[name])) return;
    const got = shown(typeof object[name] === "object" ? JSON.stringify(object[name]) : object[name]);
    throw new RecurraError("file-format", { where: `${where}, ${name}`, expected, got });
  };
  return { object, require };
}

/** @throws file-format for a field that is missing or wrong; the cell is checked where it is loaded. */
export function readTranscriberConfig(value: unknown, where: string): TranscriberConfig {
  const { object, require } = fieldsOf(value, where);
  for (const name of ["hiddenSize", "layers", "beamSize"]) {
    require(name, (x) => isCount(x), `an integer from 1 to ${LARGEST}`);
  }
  require("bidirectional", (x) => typeof x === "boolean", "true or false");
  require("labelFrom", (x) => x === undefined || typeof x === "string", "a regular expression");
  return object as unknown as TranscriberConfig;
}

/** @throws file-format for a field that is missing or wrong. */
export function readTranscriberEncoder(value: unknown, where: string): TranscriberEncoder {
  const encoder = fieldsOf(value, where);
  const isCharacter: Check = (x) => typeof x === "string" && [...x].length === 1;
  const isDistinct: Check = (x) => Array.isArray(x) && x.every(isCharacter) && new Set(x).size === x.length;
  encoder.require("characters", isDistinct, "a list of characters, none of them twice");
  const { object, require } = fieldsOf(encoder.object.features, `${where}, features`);
  require("sampleRateHz", (x) => isCount(x, FASTEST_HZ), `an integer from 1 to ${FASTEST_HZ}`);
  for (const name of ["bands", "stack", "stride"]) require(name, (x) => isCount(x), `an integer from 1 to ${LARGEST}`);
  require("scale", (x) => x === "htk" || x === "slaney", "htk or slaney");
  const isScaler: Check = (x) => {
    const { mean, scale } = (x ?? {}) as Record<string, unknown>;
    return x === undefined || (isNumbers(mean, object.bands) && isNumbers(scale, object.bands));
  };
  require("scaler", isScaler, `a mean and a scale of ${String(object.bands)} numbers each`);
  return value as TranscriberEncoder;
}
