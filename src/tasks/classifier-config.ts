/** The architecture of a classifier, as config.json holds it. */

import { requireOptionalText, type SavedFields } from "../core/saved-fields.ts";
import { poolings } from "../layers/pooling.ts";
import type { CellJson } from "../recurrence/cell-json.ts";
import type { ClassifierSizes } from "./classifier-network.ts";

/** How data was read in training, so that more of the same kind is read alike. */
export const classifierReading = [
  "textColumn",
  "labelColumn",
  "targetColumn",
  "labelSeparator",
  "labelFrom",
  "labelFile",
] as const;

export type ClassifierReading = { readonly [Name in (typeof classifierReading)[number]]?: string | undefined };

export interface ClassifierConfig extends ClassifierSizes, ClassifierReading {
  /** The name of a built-in cell, or the traced graph of a cell of one's own. */
  readonly cell: string | CellJson;
}

/** The values that are given, by name. */
export function readingOf(values: ClassifierReading): ClassifierReading {
  return Object.fromEntries(
    classifierReading.filter((name) => values[name] !== undefined).map((name) => [name, values[name]]),
  );
}

/** @throws file-format for a field that is missing or wrong; the cell is checked where it is loaded. */
export function readClassifierConfig(fields: SavedFields): ClassifierConfig {
  for (const name of ["hiddenSize", "layers", "embeddingSize", "letterSize"]) fields.integer(name);
  fields.flag("bidirectional");
  fields.choice("pooling", poolings);
  if (fields.values.pooling === "flatten") fields.integer("steps");
  else fields.require("steps", (x) => x === undefined, "no number of steps: flatten alone has one");
  for (const name of classifierReading) requireOptionalText(fields, name);
  return fields.values as unknown as ClassifierConfig;
}
