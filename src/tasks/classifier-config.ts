/** The architecture of a classifier, as config.json holds it. */
import { RecurraError, shown } from "../core/errors.ts";
import type { PieceUnit } from "../data/encoders/text-pieces.ts";
import { poolings } from "../layers/pooling.ts";
import type { CellJson } from "../recurrence/cell-json.ts";
import type { ClassifierSizes } from "./classifier-network.ts";

export interface ClassifierConfig extends ClassifierSizes {
  /** The name of a built-in cell, or the traced graph of a cell of one's own. */
  readonly cell: string | CellJson;
  readonly unit: PieceUnit;
  /** Characters or words of one token. */
  readonly window: number;
  /** How columns were found in training, for reading more data of the same kind. */
  readonly textColumn?: string;
  readonly labelColumn?: string;
}

const LARGEST = 65_536;

/** @throws file-format for a field that is missing or wrong; the cell is checked where it is loaded. */
export function readClassifierConfig(value: unknown, where: string): ClassifierConfig {
  const object = (typeof value === "object" && value !== null ? value : {}) as Record<string, unknown>;
  const require = (name: string, isRight: (found: unknown) => boolean, expected: string): void => {
    if (isRight(object[name])) return;
    throw new RecurraError("file-format", { where: `${where}, ${name}`, expected, got: shown(object[name]) });
  };
  const isCount = (x: unknown): boolean => Number.isSafeInteger(x) && (x as number) >= 1 && (x as number) <= LARGEST;
  for (const name of ["hiddenSize", "layers", "embeddingSize", "window"]) {
    require(name, isCount, `an integer from 1 to ${LARGEST}`);
  }
  require("bidirectional", (x) => typeof x === "boolean", "true or false");
  require("unit", (x) => x === "char" || x === "word", "char or word");
  require("pooling", (x) => (poolings as readonly unknown[]).includes(x), `one of ${poolings.join(", ")}`);
  require("steps", object.pooling === "flatten"
    ? isCount
    : (x) => x === undefined, "tokens a sequence, with flatten alone");
  for (const name of ["textColumn", "labelColumn"]) {
    require(name, (x) => x === undefined || typeof x === "string", "a column's name");
  }
  return object as unknown as ClassifierConfig;
}
