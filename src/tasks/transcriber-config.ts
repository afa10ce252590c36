/** The architecture of a transcriber, as config.json holds it, and what encoder.json holds of its features and characters. */

import { isNumbers } from "../core/is-numbers.ts";
import { requireOptionalText, SavedFields } from "../core/saved-fields.ts";
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
  readonly labelFrom?: string | undefined;
}

export interface TranscriberEncoder {
  /** The characters of classes 1, 2, … */
  readonly characters: readonly string[];
  readonly features: TranscriberFeaturesJson;
}

const FASTEST_HZ = 768_000;

/** @throws file-format for a field that is missing or wrong; the cell is checked where it is loaded. */
export function readTranscriberConfig(fields: SavedFields): TranscriberConfig {
  for (const name of ["hiddenSize", "layers", "beamSize"]) fields.integer(name);
  fields.flag("bidirectional");
  requireOptionalText(fields, "labelFrom");
  return fields.values as unknown as TranscriberConfig;
}

/** @throws file-format for a field that is missing or wrong. */
export function readTranscriberEncoder(value: unknown, where: string): TranscriberEncoder {
  const encoder = new SavedFields(value, where);
  const isCharacter = (x: unknown): boolean => typeof x === "string" && [...x].length === 1;
  const isDistinct = (x: unknown): boolean => Array.isArray(x) && x.every(isCharacter) && new Set(x).size === x.length;
  encoder.require("characters", isDistinct, "a list of characters, none of them twice");
  const features = new SavedFields(encoder.values.features, `${where}, features`);
  features.integer("sampleRateHz", 1, FASTEST_HZ);
  for (const name of ["bands", "stack", "stride"]) features.integer(name);
  features.choice("scale", ["htk", "slaney"]);
  const { bands } = features.values;
  const isScaler = (x: unknown): boolean => {
    const { mean, scale } = (x ?? {}) as Record<string, unknown>;
    return x === undefined || (isNumbers(mean, bands) && isNumbers(scale, bands));
  };
  features.require("scaler", isScaler, `a mean and a scale of ${String(bands)} numbers each`);
  return value as TranscriberEncoder;
}
