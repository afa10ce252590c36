import type { SegmentSpec } from "../expression/segment.ts";

/** Copies rows of `width` elements between arrays with other distances from row to row. */
export function copyRows(width: number, fromStride: number, toStride: number): SegmentSpec {
  return {
    width,
    strides: [fromStride, toStride],
    steps: [
      { op: "load", operand: 0, column: 0 },
      { op: "store", operand: 1, column: 0, a: 0 },
    ],
  };
}
