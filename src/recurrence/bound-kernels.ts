/** A plan's kernels bound to memory: what the time loop calls. */
import type { Engine, SegmentKernel } from "../engine/engine.ts";
import { normalize } from "../engine/normalize.ts";
import type { Parameter } from "../tensor/parameter.ts";
import type { Access, Buffer, KernelPlan } from "./plan.ts";

/** Which rows a step works on. */
export interface StepRows {
  /** Sequences that are running. */
  active: number;
  /** First row of the step in a trace. */
  trace: number;
  /** First row of the states after the step, and of those before it, in a state buffer. */
  after: number;
  before: number;
  /** First row in a buffer of B rows: the rank of the first sequence. */
  rank: number;
}

/** A place that moves with the step: base + row · width. */
interface Pointer {
  readonly base: number;
  readonly width: number;
  readonly row: "trace" | "after" | "before" | "rank" | undefined;
}

/** Which row of a step a buffer moves with; a vector stands still. */
const ROW = { trace: "trace", state: "after", step: "rank", run: "rank", vector: undefined } as const;

/** A kernel ready to run on the rows of a step. */
export type BoundKernel = (rows: StepRows) => void;

function at(pointer: Pointer, rows: StepRows): number {
  return pointer.row === undefined ? pointer.base : pointer.base + rows[pointer.row] * pointer.width;
}

/**
 * Binds kernels to buffers and weights.
 *
 * @param bases the offset of each buffer's first row.
 * @param weights the packed matrix of each input.
 */
export function bindKernels(
  engine: Engine,
  kernels: readonly KernelPlan[],
  bases: ReadonlyMap<Buffer, number>,
  weights: ReadonlyMap<string, Parameter>,
): readonly BoundKernel[] {
  const pointerTo = (a: Access): Pointer => {
    const { place, width } = a.buffer;
    return { base: bases.get(a.buffer)! + a.column, width, row: place === "state" && a.before ? "before" : ROW[place] };
  };
  const bind = (kernel: KernelPlan): BoundKernel => {
    switch (kernel.kind) {
      case "segment": {
        const run: SegmentKernel = engine.segment(kernel.spec);
        const pointers = kernel.operands.map(pointerTo);
        const offsets = pointers.map(() => 0);
        return (rows) => {
          for (let i = 0; i < pointers.length; i++) offsets[i] = at(pointers[i]!, rows);
          run(rows.active, offsets);
        };
      }
      case "product": {
        const weight = weights.get(kernel.weight)!;
        const packed = weight.packed(kernel.column, kernel.columns, kernel.transposed);
        const [k, n] = kernel.transposed ? [kernel.columns, weight.rows] : [weight.rows, kernel.columns];
        const input = pointerTo(kernel.input);
        const output = pointerTo(kernel.output);
        const zeros = engine.zeros(n);
        return (rows) => {
          const c = at(output, rows);
          const [s, lds] = kernel.begin === "zero" ? [zeros, 0] : [c, output.width];
          engine.productPacked(rows.active, n, k, at(input, rows), input.width, packed, c, output.width, s, lds);
        };
      }
      case "norm": {
        const value = pointerTo(kernel.value);
        const inverse: Pointer = { base: bases.get(kernel.inverse)!, width: 1, row: "trace" };
        const units = kernel.value.width;
        return (rows) => {
          engine.run(normalize, rows.active, units, at(value, rows), value.width, at(inverse, rows), kernel.epsilon);
        };
      }
      case "normGradient": {
        const value = pointerTo(kernel.value);
        const inverse: Pointer = { base: bases.get(kernel.inverse)!, width: 1, row: "trace" };
        const gradient = pointerTo(kernel.gradient);
        const output = pointerTo(kernel.output);
        const units = kernel.value.width;
        return (rows) => {
          engine.run(
            kernel.normalizeGradient,
            rows.active,
            units,
            at(value, rows),
            value.width,
            at(inverse, rows),
            at(gradient, rows),
            gradient.width,
            at(output, rows),
            output.width,
          );
        };
      }
    }
  };
  return kernels.map(bind);
}
