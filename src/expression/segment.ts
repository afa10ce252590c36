/** Fused element-wise programs: one pass over rows of units, run by both engines. */
import type { BinaryOp, UnaryOp } from "./expression.ts";

/** One value of a segment; values are numbered by their place in `steps`. */
export type SegmentStep =
  | { readonly op: "load"; readonly operand: number; readonly column: number }
  /** One float for the whole pass, read from the operand's first element. */
  | { readonly op: "scalar"; readonly operand: number }
  | { readonly op: "constant"; readonly value: number }
  | { readonly op: UnaryOp; readonly a: number }
  | { readonly op: BinaryOp; readonly a: number; readonly b: number }
  | { readonly op: "store"; readonly operand: number; readonly column: number; readonly a: number };

/**
 * A fused element-wise program.
 *
 * Every element is computed from elements of the same row and unit alone, so an operand may be loaded and stored in the
 * same segment; all loads of an element come before its stores.
 */
export interface SegmentSpec {
  /** Units a row, or "flat": one run of as many elements as the call says. */
  readonly width: number | "flat";
  /** For each operand, elements from one row to the next; 0 for a vector that all rows share. */
  readonly strides: readonly number[];
  readonly steps: readonly SegmentStep[];
}
