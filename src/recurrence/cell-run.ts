/** A cell's buffers for one batch, and the loop over its steps: what the way there and the way back have in common. */
import type { Packing } from "../core/packing.ts";
import type { Engine } from "../engine/engine.ts";
import type { Tensor } from "../tensor/tensor.ts";
import { type BoundKernel, bindKernels, type StepRows } from "./bound-kernels.ts";
import type { CellWeights } from "./cell-weights.ts";
import type { CompiledCell } from "./compiled-cell.ts";
import type { DropoutDraw } from "./dropout-mask.ts";
import { mostShares, sharesOf } from "./loop-shares.ts";
import type { Buffer, KernelPlan } from "./plan.ts";

export interface UnrollOptions {
  readonly engine: Engine;
  readonly compiled: CompiledCell;
  readonly weights: CellWeights;
  readonly packing: Packing;
  /** The states before the first step, [B, size] in the caller's order; zeros where absent. */
  readonly initial?: ReadonlyMap<string, Tensor> | undefined;
  /** Where dropout masks come from; without it nothing is dropped. */
  readonly dropout?: DropoutDraw | undefined;
}

export class CellRun {
  readonly options: UnrollOptions;
  readonly bases: Map<Buffer, number> = new Map();
  /** Row numbers of the sequences in sorted order. */
  readonly order: number;
  readonly #rows: StepRows = { active: 0, trace: 0, after: 0, before: 0, rank: 0 };

  constructor(options: UnrollOptions) {
    const { engine, packing } = options;
    this.options = options;
    this.order = engine.arena.allocate(packing.batchSize);
    engine.writeIndices(this.order, packing.order);
  }

  allocate(buffer: Buffer): number {
    const { engine, packing } = this.options;
    const { rows, batchSize } = packing;
    const count = buffer.place === "trace" ? rows : buffer.place === "state" ? batchSize + rows : batchSize;
    const base = engine.arena.allocate(count * buffer.width);
    this.bases.set(buffer, base);
    return base;
  }

  bind(kernels: readonly KernelPlan[]): readonly BoundKernel[] {
    const { engine, weights } = this.options;
    return bindKernels(engine, kernels, this.bases, weights.matrices);
  }

  /** The rows of step t of the sequences whose ranks are in [first, end). */
  #select(t: number, first: number, end: number): StepRows {
    const { active, offsets, batchSize } = this.options.packing;
    const rows = this.#rows;
    rows.rank = first;
    rows.active = Math.max(0, Math.min(active[t]!, end) - first);
    rows.trace = offsets[t]! + first;
    rows.after = batchSize + rows.trace;
    rows.before = first + (t === 0 ? 0 : batchSize + offsets[t - 1]!);
    return rows;
  }

  /**
   * Runs kernels over all steps. Sequences do not depend on each other, so threads take some of them each through the
   * whole loop.
   *
   * @param stepOf the step that comes as number i.
   */
  loop(kernels: readonly BoundKernel[], stepOf: (i: number) => number): void {
    const { engine, compiled, packing } = this.options;
    const { width } = compiled.forward.gates;
    const work = packing.rows * width * compiled.forward.graph.output.size;
    let bounds: readonly number[] = [];
    engine.concurrently(work, mostShares(packing), packing.steps, (share, shares, i) => {
      if (bounds.length !== shares + 1) bounds = sharesOf(packing, shares);
      const rows = this.#select(stepOf(i), bounds[share]!, bounds[share + 1]!);
      if (rows.active > 0) for (const kernel of kernels) kernel(rows);
    });
  }

  /** Runs kernels over the rows of step t. */
  step(kernels: readonly BoundKernel[], t: number): void {
    const rows = this.#select(t, 0, this.options.packing.batchSize);
    for (const kernel of kernels) kernel(rows);
  }

  /** Runs kernels outside the loop, over the rows of one or many steps at once. */
  atOnce(kernels: readonly BoundKernel[], row: number, rows: number): void {
    for (const kernel of kernels) kernel({ active: rows, trace: row, after: 0, before: 0, rank: 0 });
  }
}
