/** The architecture of a generator, as config.json holds it. */
import { RecurraError, shown } from "../core/errors.ts";
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
export function readGeneratorConfig(value: unknown, where: string): GeneratorConfig {
  const object = (typeof value === "object" && value !== null ? value : {}) as Record<string, unknown>;
  const require = (name: string, right: boolean, expected: string): void => {
    if (right) return;
    throw new RecurraError("file-format", { where: `${where}, ${name}`, expected, got: shown(object[name]) });
  };
  for (const name of ["hiddenSize", "layers", "embeddingSize"]) {
    const found = object[name] as number;
    require(name, Number.isSafeInteger(found) && found >= 0 && found <= 65_536, "an integer from 0 to 65536");
  }
  const oneOf = (name: string, values: readonly string[]): void =>
    require(name, values.includes(object[name] as string), `one of ${values.join(", ")}`);
  oneOf("unit", ["char", "word", "roll", "events"]);
  oneOf("conditionInto", ["both", "state", "input"]);
  const { stepQuarters } = object;
  require("stepQuarters", typeof stepQuarters === "number" && stepQuarters > 0, "a number above 0");
  return object as unknown as GeneratorConfig;
}
