/** The architecture of a generator, as config.json holds it. */

import type { SavedFields } from "../core/saved-fields.ts";
import type { CellJson } from "../recurrence/cell-json.ts";

export interface GeneratorConfig {
  readonly unit: "char" | "word" | "roll" | "events";
  /** Quarter notes a step of a roll. */
  readonly stepQuarters: number;
  readonly conditionInto: "both" | "state" | "input";
  /** The name of a built-in cell, or the traced graph of a cell of one's own, so that it loads without its code. */
  readonly cell: string | CellJson;
  readonly hiddenSize: number;
  readonly layers: number;
  readonly embeddingSize: number;
}

/** @throws file-format for a field that is missing or wrong; the cell is checked where it is loaded. */
export function readGeneratorConfig(fields: SavedFields): GeneratorConfig {
  for (const name of ["hiddenSize", "layers"]) fields.integer(name);
  fields.integer("embeddingSize", 0);
  fields.choice("unit", ["char", "word", "roll", "events"]);
  fields.choice("conditionInto", ["both", "state", "input"]);
  fields.require("stepQuarters", (x) => typeof x === "number" && x > 0, "a number above 0");
  return fields.values as unknown as GeneratorConfig;
}
