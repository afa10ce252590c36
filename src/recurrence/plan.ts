/** What a compiled cell consists of: buffers, and kernels in the order in which a step runs them. */
import type { OwnKernel } from "../engine/engine.ts";
import type { NormalizeGradient } from "../engine/normalize-gradient.ts";
import type { SegmentSpec } from "../expression/segment.ts";

/**
 * How a buffer is laid out in time.
 * - `trace`: a row for each step of each sequence (the rows of a `Packing`), or of those that a run holds at a time;
 * - `state`: the initial states, B rows, followed by a trace of the states after each step;
 * - `step`: B rows, used anew at each step;
 * - `run`: B rows that last for the whole run (masks, the gradients of states on their way back);
 * - `vector`: one row for all, a trained vector.
 */
export type Place = "trace" | "state" | "step" | "run" | "vector";

export interface Buffer {
  readonly name: string;
  readonly place: Place;
  /** Elements from row to row. */
  readonly width: number;
}

/** Some columns of a buffer's rows at the running step. */
export interface Access {
  readonly buffer: Buffer;
  readonly column: number;
  readonly width: number;
  /** Of a `state` buffer: the states after the running step, or those before it. */
  readonly before: boolean;
}

export function access(buffer: Buffer, column = 0, width: number = buffer.width, before = false): Access {
  return { buffer, column, width, before };
}

/** Whether two accesses touch a common element. */
export function overlaps(a: Access, b: Access): boolean {
  return (
    a.buffer === b.buffer && a.before === b.before && a.column < b.column + b.width && b.column < a.column + a.width
  );
}

/** One fused element-wise pass. */
export interface SegmentKernelPlan {
  readonly kind: "segment";
  readonly spec: SegmentSpec;
  /** What each operand of the spec points to; columns are in the spec. */
  readonly operands: readonly Access[];
}

/** One product: output = begin + input · W, or input · Wᵀ. */
export interface ProductPlan {
  readonly kind: "product";
  readonly input: Access;
  /** The weight matrix of this input, and its columns [column, column + columns). */
  readonly weight: string;
  readonly column: number;
  readonly columns: number;
  readonly transposed: boolean;
  readonly output: Access;
  /** What the output begins as: itself, or zero. */
  readonly begin: "self" | "zero";
}

/** Normalises rows in place and keeps 1/σ. */
export interface NormPlan {
  readonly kind: "norm";
  readonly value: Access;
  readonly inverse: Buffer;
  readonly epsilon: number;
}

export interface NormGradientPlan {
  readonly kind: "normGradient";
  /** It comes with the backward plan: a page that only uses a model binds forward plans and does without it. */
  readonly normalizeGradient: OwnKernel<NormalizeGradient>;
  readonly value: Access;
  readonly inverse: Buffer;
  readonly gradient: Access;
  readonly output: Access;
}

export type KernelPlan = SegmentKernelPlan | ProductPlan | NormPlan | NormGradientPlan;
