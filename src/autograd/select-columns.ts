/** Some columns of a tensor. */
import { RecurraError } from "../core/errors.ts";
import type { Engine } from "../engine/engine.ts";
import type { SegmentSpec } from "../expression/segment.ts";
import { Tensor } from "../tensor/tensor.ts";
import { isRecorded } from "./is-recorded.ts";
import { record } from "./record.ts";

/** to[row, j] = from[row, j], or += from[row, j], for rows at other distances. */
function columnSegment(width: number, fromStride: number, toStride: number, adds: boolean): SegmentSpec {
  const steps: SegmentSpec["steps"] = adds
    ? [
        { op: "load", operand: 0, column: 0 },
        { op: "load", operand: 1, column: 0 },
        { op: "add", a: 1, b: 0 },
        { op: "store", operand: 1, column: 0, a: 2 },
      ]
    : [
        { op: "load", operand: 0, column: 0 },
        { op: "store", operand: 1, column: 0, a: 0 },
      ];
  return { width, strides: [fromStride, toStride], steps };
}

function run(engine: Engine, spec: SegmentSpec, rows: number, from: number, to: number): void {
  engine.segment(spec)(rows, [from, to]);
}

/**
 * y = x[:, start to end - 1]: the opposite of `concatColumns`.
 *
 * @returns [rows, end - start].
 * @throws shape when x has no such columns.
 */
export function selectColumns(x: Tensor, start: number, end: number): Tensor {
  if (!(Number.isInteger(start) && Number.isInteger(end) && start >= 0 && start < end && end <= x.columns)) {
    throw new RecurraError("shape", {
      where: "selectColumns",
      expected: `columns of [${x.rows}, ${x.columns}]`,
      got: `${start} to ${end}`,
    });
  }
  const { engine, rows, columns } = x;
  const width = end - start;
  const y = Tensor.allocate(engine, rows, width, isRecorded(x));
  run(engine, columnSegment(width, columns, width, false), rows, x.offset + start, y.offset);
  record(y, (g) => {
    run(engine, columnSegment(width, width, columns, true), rows, g, x.gradientSum() + start);
  });
  return y;
}
