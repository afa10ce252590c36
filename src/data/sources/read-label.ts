import { shown, shownJson } from "../../core/errors.ts";
import type { Label } from "./labelled-sequence.ts";

/** How a cell or a field is taken for a label. */
export interface LabelReading {
  /** The cell is a number: a rating. */
  readonly isNumber: boolean;
  /** What stands between several labels of one cell: "|"; without it a cell is one label. */
  readonly separator?: string | undefined;
}

/** Why a cell is no label. */
export interface LabelFault {
  readonly expected: string;
  readonly got: string;
}

/**
 * The label of a cell, or of a field of JSON, where a list of texts is several labels.
 *
 * White space around labels is dropped; of several labels each counts once, and none at all is a list of none.
 */
export function readLabel(value: unknown, { isNumber, separator }: LabelReading): { label: Label } | LabelFault {
  if (isNumber) {
    const number = typeof value === "string" && value.trim() !== "" ? Number(value) : value;
    if (typeof number === "number" && Number.isFinite(number)) return { label: number };
    return { expected: "a number", got: value === "" ? "an empty cell" : shown(value) };
  }
  const list = typeof value === "string" && separator !== undefined ? value.split(separator) : value;
  if (Array.isArray(list)) {
    const odd: unknown = list.find((item) => !isScalar(item));
    if (odd !== undefined) return { expected: "a list of labels", got: shownJson(list) };
    const labels = list.map((item: unknown) => String(item).trim()).filter((label) => label !== "");
    return { label: [...new Set(labels)] };
  }
  if (!isScalar(value)) return { expected: "a label", got: shownJson(value) };
  const label = String(value).trim();
  return label === "" ? { expected: "a label", got: "an empty one" } : { label };
}

function isScalar(value: unknown): boolean {
  return ["string", "number", "boolean"].includes(typeof value);
}
