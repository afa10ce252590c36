/** The architecture of a classifier, as config.json holds it. */
import { RecurraError, shown } from "../core/errors.ts";
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

const LARGEST = 65_536;

/** The values that are given, by name. */
export function readingOf(values: ClassifierReading): ClassifierReading {
  return Object.fromEntries(
    classifierReading.filter((name) => values[name] !== undefined).map((name) => [name, values[name]]),
  );
}

/** @throws file-format for a field that is missing or wrong; the cell is checked where it is loaded. */
export function readClassifierConfig(value: unknown, where: string): ClassifierConfig {
  const object = (typeof value === "object" && value !== null ? value : {}) as Record<string, unknown>;
  const require = (name: string, isRight: (found: unknown) => boolean, expected: string): void => {
    if (isRight(object[name])) return;
    throw new RecurraError("file-format", { where: `${where}, ${name}`, expected, got: shown(object[name]) });
  };
  const isCount = (x: unknown): boolean => Number.isSafeInteger(x) && (x as number) >= 1 && (x as number) <= LARGEST;
  for (const name of ["hiddenSize", "layers", "embeddingSize", "letterSize"]) {
    require(name, isCount, `an integer from 1 to ${LARGEST}`);
  }
  require("bidirectional", (x) => typeof x === "boolean", "true or false");
  require("pooling", (x) => (poolings as readonly unknown[]).includes(x), `one of ${poolings.join(", ")}`);
  const [isSteps, steps] =
    object.pooling === "flatten" ? [isCount, "a number"] : [(x: unknown) => x === undefined, "none"];
  require("steps", isSteps, `${steps} of steps: flatten alone has one`);
  for (const name of classifierReading) require(name, (x) => x === undefined || typeof x === "string", "a text");
  return object as unknown as ClassifierConfig;
}
