/** to[i] += from[i]. */
import type { SegmentSpec } from "../expression/segment.ts";
import type { Engine } from "./engine.ts";

const ADD: SegmentSpec = {
  width: "flat",
  strides: [0, 0],
  steps: [
    { op: "load", operand: 0, column: 0 },
    { op: "load", operand: 1, column: 0 },
    { op: "add", a: 0, b: 1 },
    { op: "store", operand: 0, column: 0, a: 2 },
  ],
};

/** Adds `count` elements at `from` to those at `to`. */
export function addTo(engine: Engine, to: number, from: number, count: number): void {
  engine.segment(ADD)(count, [to, from]);
}

/** The same of rows of `width` elements; operands: to, from. */
export function addRowsTo(width: number, toStride: number, fromStride: number): SegmentSpec {
  return { ...ADD, width, strides: [toStride, fromStride] };
}
