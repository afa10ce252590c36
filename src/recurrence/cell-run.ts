/** A cell's buffers for one batch, and the loop over its steps: what the way there and the way back have in common. */
import type { Packing } from "../core/packing.ts";
import type { Engine } from "../engine/engine.ts";
import type { Tensor } from "../tensor/tensor.ts";
import { type BoundKernel, bindKernels, type StepRows } from "./bound-kernels.ts";
import type { CellWeights } from "./cell-weights.ts";
import type { CompiledCell } from "./compiled-cell.ts";
import type { DropoutDraw } from "./dropout-mask.ts";
import { mostShares, sharesOf } from "./loop-shares.ts";
import type { Access, Buffer, KernelPlan, ProductPlan } from "./plan.ts";

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

/**
 * Rows of gates that a run holds at a time where nothing goes back through time: few, so that they stay in the
 * second-level cache beside the weights, yet enough for one product to serve them all.
 */
const ROWS_HELD = 128;

/** The kernels of step t. */
export type LoopKernels = (t: number) => readonly BoundKernel[];

export class CellRun {
  readonly options: UnrollOptions;
  readonly bases: Map<Buffer, number> = new Map();
  /** Row numbers of the sequences in sorted order. */
  readonly order: number;
  /** Each part's first step, and the number of steps: traces are held for one part at a time. */
  readonly parts: readonly number[];
  readonly #rowsHeld: number;
  /** The first row of the running part. */
  #firstRow = 0;
  readonly #rows: StepRows = { active: 0, trace: 0, after: 0, before: 0, rank: 0 };

  /** @param whole whether traces are kept until the end: for the way back, or where x stands among them. */
  constructor(options: UnrollOptions, whole: boolean) {
    const { engine, packing } = options;
    const { offsets, steps } = packing;
    this.options = options;
    const parts = [0];
    for (let t = 1; t < steps && !whole; t++) {
      if (offsets[t + 1]! - offsets[parts.at(-1)!]! > ROWS_HELD) parts.push(t);
    }
    this.parts = [...parts, steps];
    this.#rowsHeld = Math.max(...parts.map((_, part) => this.rowsOf(part).rows));
    this.order = engine.arena.allocate(packing.batchSize);
    engine.writeIndices(this.order, packing.order);
  }

  allocate(buffer: Buffer): number {
    const { engine, packing } = this.options;
    const { rows, batchSize } = packing;
    const count = buffer.place === "trace" ? this.#rowsHeld : buffer.place === "state" ? batchSize + rows : batchSize;
    const base = engine.arena.allocate(count * buffer.width);
    this.bases.set(buffer, base);
    return base;
  }

  bind(kernels: readonly KernelPlan[]): readonly BoundKernel[] {
    const { engine, weights } = this.options;
    return bindKernels(engine, kernels, this.bases, weights.matrices);
  }

  /** @param idle the products that the first step can do without. */
  bindLoop(kernels: readonly KernelPlan[], idle: (product: ProductPlan) => boolean): LoopKernels {
    const every = this.bind(kernels);
    const first = every.filter((_, i) => {
      const kernel = kernels[i]!;
      return kernel.kind !== "product" || !idle(kernel);
    });
    return (t) => (t === 0 ? first : every);
  }

  /** Whether what an access reads is zero at the first step: the states before it, where none were given. */
  startsAtZero({ before, buffer }: Access): boolean {
    return before && this.options.initial?.get(buffer.name) === undefined;
  }

  /** The rows of a part's steps among those of all steps. */
  rowsOf(part: number): { readonly row: number; readonly rows: number } {
    const { offsets } = this.options.packing;
    const row = offsets[this.parts[part]!]!;
    return { row, rows: offsets[this.parts[part + 1]!]! - row };
  }

  /** The rows of step t of the sequences whose ranks are in [first, end). */
  #select(t: number, first: number, end: number): StepRows {
    const { active, offsets, batchSize } = this.options.packing;
    const rows = this.#rows;
    rows.rank = first;
    rows.active = Math.max(0, Math.min(active[t]!, end) - first);
    rows.trace = offsets[t]! - this.#firstRow + first;
    rows.after = batchSize + offsets[t]! + first;
    rows.before = first + (t === 0 ? 0 : batchSize + offsets[t - 1]!);
    return rows;
  }

  /**
   * Runs kernels over the steps of a part. Sequences do not depend on each other, so threads take some of them each
   * through the whole loop.
   *
   * @param back from the last step to the first.
   */
  loop(kernels: LoopKernels, part: number, back = false): void {
    const { engine, compiled, packing } = this.options;
    const { width } = compiled.forward.gates;
    const [first, end] = [this.parts[part]!, this.parts[part + 1]!];
    const { row, rows } = this.rowsOf(part);
    this.#firstRow = row;
    const work = rows * width * compiled.forward.graph.output.size;
    let bounds: readonly number[] = [];
    engine.concurrently(work, mostShares(packing), end - first, (share, shares, i) => {
      if (bounds.length !== shares + 1) bounds = sharesOf(packing, shares);
      const t = back ? end - 1 - i : first + i;
      const selected = this.#select(t, bounds[share]!, bounds[share + 1]!);
      if (selected.active > 0) for (const kernel of kernels(t)) kernel(selected);
    });
  }

  /**
   * Runs kernels over the rows of step t.
   *
   * @param firstRow the row that stands first in the traces.
   */
  step(kernels: LoopKernels, t: number, firstRow: number): void {
    this.#firstRow = firstRow;
    const rows = this.#select(t, 0, this.options.packing.batchSize);
    for (const kernel of kernels(t)) kernel(rows);
  }

  /** Runs kernels outside the loop, over the rows of one or many steps at once. */
  atOnce(kernels: readonly BoundKernel[], row: number, rows: number): void {
    for (const kernel of kernels) kernel({ active: rows, trace: row, after: 0, before: 0, rank: 0 });
  }
}
