/**
 * A cell run over a batch of sequences, and back through time.
 *
 * Two entries, one machinery: `run` takes all steps at once, `step` one slot of the same buffers after the other, for
 * what feeds back. Both compute the same kernels over the same rows, so their values and gradients are equal bit for
 * bit.
 */
import { tapeOf } from "../autograd/tape.ts";
import { RecurraError } from "../core/errors.ts";
import type { Packing } from "../core/packing.ts";
import type { Engine } from "../engine/engine.ts";
import { Indices } from "../tensor/indices.ts";
import { Tensor } from "../tensor/tensor.ts";
import { type BoundKernel, bindKernels, type StepRows } from "./bound-kernels.ts";
import { type CellInput, requireInput } from "./cell-input.ts";
import type { CellWeights } from "./cell-weights.ts";
import type { CompiledCell } from "./compiled-cell.ts";
import { type DropoutDraw, drawMask } from "./dropout-mask.ts";
import { hoistInput } from "./hoisted-input.ts";
import { addInputGradient, addWeightGradients } from "./input-and-weight-gradients.ts";
import { mostShares, sharesOf } from "./loop-shares.ts";
import type { Buffer } from "./plan.ts";

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

export class Unroll {
  readonly #options: UnrollOptions;
  readonly #engine: Engine;
  readonly #bases = new Map<Buffer, number>();
  /** Row numbers of the sequences in sorted order. */
  readonly #order: number;
  readonly #rows: StepRows = { active: 0, trace: 0, after: 0, before: 0, rank: 0 };
  /** The kernels of each part, bound when it is first run: before the loop, in it, back in it, and after it. */
  #early: readonly BoundKernel[] | undefined;
  #forward: readonly BoundKernel[] | undefined;
  #backward: readonly BoundKernel[] | undefined;
  #late: readonly BoundKernel[] | undefined;
  #input: CellInput | undefined;
  #steps = 0;

  constructor(options: UnrollOptions) {
    const { engine, compiled, packing } = options;
    const plan = compiled.forward;
    this.#options = options;
    this.#engine = engine;
    this.#order = engine.arena.allocate(packing.batchSize);
    engine.writeIndices(this.#order, packing.order);
    for (const buffer of [plan.gates, ...plan.traces, ...plan.states.values(), ...plan.carried]) this.#allocate(buffer);
    for (const { source, buffer } of plan.vectors) {
      this.#bases.set(buffer, options.weights.vectors.get(source.name)!.offset);
    }
    plan.masks.forEach(({ source, buffer }, index) => {
      const values = drawMask(packing, buffer.width, source.rate, index, options.dropout);
      engine.write(this.#allocate(buffer), values);
    });
    for (const [name, buffer] of plan.states) this.#begin(buffer, options.initial?.get(name));
    tapeOf(engine)?.record(() => this.#finish());
  }

  #allocate(buffer: Buffer): number {
    const { rows, batchSize } = this.#options.packing;
    const count = buffer.place === "trace" ? rows : buffer.place === "state" ? batchSize + rows : batchSize;
    const base = this.#engine.arena.allocate(count * buffer.width);
    this.#bases.set(buffer, base);
    return base;
  }

  /** Puts the initial states, sorted as the rows are, at the head of a state buffer. */
  #begin(buffer: Buffer, initial: Tensor | undefined): void {
    const { batchSize } = this.#options.packing;
    const base = this.#bases.get(buffer)!;
    const { name, width } = buffer;
    if (initial === undefined) {
      this.#engine.fill(base, batchSize * width, 0);
      return;
    }
    if (initial.rows !== batchSize || initial.columns !== width) {
      throw new RecurraError("shape", {
        where: `${this.#options.compiled.cell.name}, initial state "${name}"`,
        expected: `[${batchSize}, ${width}]`,
        got: `[${initial.rows}, ${initial.columns}]`,
      });
    }
    const zeros = this.#engine.zeros(width);
    this.#engine.gather(batchSize, width, initial.offset, width, this.#order, zeros, base, width);
  }

  /** The rows of step t of the sequences whose ranks are in [first, end). */
  #select(t: number, first: number, end: number): StepRows {
    const { active, offsets, batchSize } = this.#options.packing;
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
  #loop(kernels: readonly BoundKernel[], stepOf: (i: number) => number): void {
    const { compiled, packing } = this.#options;
    const { width } = compiled.forward.gates;
    const work = packing.rows * width * compiled.forward.graph.output.size;
    let bounds: readonly number[] = [];
    this.#engine.concurrently(work, mostShares(packing), packing.steps, (share, shares, i) => {
      if (bounds.length !== shares + 1) bounds = sharesOf(packing, shares);
      const rows = this.#select(stepOf(i), bounds[share]!, bounds[share + 1]!);
      if (rows.active > 0) for (const kernel of kernels) kernel(rows);
    });
  }

  /** Runs what depends on x alone, beyond its products, over the rows of one or many steps. */
  #runBeforeLoop(row: number, rows: number): void {
    const { compiled, weights } = this.#options;
    if (compiled.forward.beforeLoop.length === 0) return;
    this.#early ??= bindKernels(this.#engine, compiled.forward.beforeLoop, this.#bases, weights.matrices);
    for (const kernel of this.#early) kernel({ active: rows, trace: row, after: 0, before: 0, rank: 0 });
  }

  #forwardKernels(): readonly BoundKernel[] {
    const { compiled, weights } = this.#options;
    this.#forward ??= bindKernels(this.#engine, compiled.forward.kernels, this.#bases, weights.matrices);
    return this.#forward;
  }

  /** Rows of y⟨t⟩, where the output state stands. */
  #output(row: number, rows: number): Tensor {
    const { compiled, packing } = this.#options;
    const { output } = compiled.forward.graph;
    const base = this.#bases.get(compiled.forward.states.get(output.name)!)!;
    const tracked = tapeOf(this.#engine) !== undefined;
    const offset = base + (packing.batchSize + row) * output.size;
    return new Tensor(this.#engine, rows, output.size, offset, tracked);
  }

  /**
   * Runs all steps.
   *
   * @param x the rows of the packing: [rows, nx], or one index a row.
   * @returns y⟨t⟩ as rows of the packing, [rows, output size].
   * @throws shape when x does not fit the packing or the input size.
   */
  run(x: CellInput): Tensor {
    const { compiled, weights, packing } = this.#options;
    requireInput(compiled, x, packing.rows);
    this.#input = x;
    this.#bases.set(compiled.forward.input, x.offset);
    hoistInput(this.#engine, compiled.forward, weights, x, this.#bases.get(compiled.forward.gates)!);
    this.#runBeforeLoop(0, packing.rows);
    this.#loop(this.#forwardKernels(), (i) => i);
    this.#steps = packing.steps;
    const y = this.#output(0, packing.rows);
    tapeOf(this.#engine)?.record(() => {
      this.#beginBackward(y.gradientSum());
      this.#loop(this.#backward!, (i) => packing.steps - 1 - i);
      this.#runAfterLoop(0, packing.rows);
      if (x instanceof Tensor) this.#addInputGradient(x, 0);
    });
    return y;
  }

  /**
   * Runs the next step.
   *
   * @param x [sequences still running, nx], or one index each, longest sequence first.
   * @returns y⟨t⟩, [sequences still running, output size].
   * @throws shape when x does not fit; option after the last step.
   */
  step(x: CellInput): Tensor {
    const { compiled, weights, packing } = this.#options;
    const t = this.#steps;
    if (t >= packing.steps) {
      throw new RecurraError("option", {
        where: `${compiled.cell.name}.step`,
        expected: `at most ${packing.steps} steps, the longest length`,
        got: "one more",
      });
    }
    const rows = packing.active[t]!;
    const row = packing.offsets[t]!;
    requireInput(compiled, x, rows);
    const width = x instanceof Indices ? 1 : x.columns;
    if (this.#input === undefined) {
      this.#input =
        x instanceof Indices
          ? Indices.from(this.#engine, new Int32Array(packing.rows), x.limit)
          : Tensor.allocate(this.#engine, packing.rows, width);
      this.#bases.set(compiled.forward.input, this.#input.offset);
    }
    this.#engine.copy(this.#input.offset + row * width, x.offset, rows * width);
    const gates = this.#bases.get(compiled.forward.gates)! + row * compiled.forward.gates.width;
    hoistInput(this.#engine, compiled.forward, weights, x, gates);
    this.#runBeforeLoop(row, rows);
    this.#runStep(this.#forwardKernels(), t);
    this.#steps++;
    const y = this.#output(row, rows);
    tapeOf(this.#engine)?.record(() => {
      const size = y.columns;
      if (!this.#bases.has(compiled.backward.outputGradient)) {
        this.#beginBackward(this.#allocate(compiled.backward.outputGradient));
      }
      const target = this.#bases.get(compiled.backward.outputGradient)! + row * size;
      if (y.gradientOffset === undefined) this.#engine.fill(target, rows * size, 0);
      else this.#engine.copy(target, y.gradientOffset, rows * size);
      this.#runStep(this.#backward!, t);
      this.#runAfterLoop(row, rows);
      if (x instanceof Tensor) this.#addInputGradient(x, row);
    });
    return y;
  }

  /**
   * The states after each sequence's own last step, [B, size] in the caller's order; call it after the last step.
   *
   * @param name the state; default the output.
   */
  last(name: string = this.#options.compiled.cell.output): Tensor {
    const { compiled, packing } = this.#options;
    const buffer = compiled.forward.states.get(name)!;
    const { width } = buffer;
    const tracked = tapeOf(this.#engine) !== undefined;
    const last = Tensor.allocate(this.#engine, packing.batchSize, width, tracked);
    const indices = this.#engine.arena.allocate(packing.batchSize);
    this.#engine.writeIndices(indices, packing.lastRows());
    const base = this.#bases.get(buffer)!;
    const zeros = this.#engine.zeros(width);
    this.#engine.gather(packing.batchSize, width, base, width, indices, zeros, last.offset, width);
    tapeOf(this.#engine)?.record(() => {
      if (last.gradientOffset === undefined) return;
      // it waits in the running gradient, row by row, until the row's last step becomes active
      const target = this.#stateGradient(name);
      this.#engine.gather(packing.batchSize, width, last.gradientOffset, width, this.#order, zeros, target, width);
    });
    return last;
  }

  /** Where the gradient of a state runs back through time; zeros at first. */
  #stateGradient(name: string): number {
    const buffer = this.#options.compiled.backward.stateGradients.get(name)!;
    let base = this.#bases.get(buffer);
    if (base === undefined) {
      base = this.#allocate(buffer);
      this.#engine.fill(base, this.#options.packing.batchSize * buffer.width, 0);
    }
    return base;
  }

  #beginBackward(outputGradient: number): void {
    const { compiled, weights } = this.#options;
    const plan = compiled.backward;
    this.#bases.set(plan.outputGradient, outputGradient);
    for (const name of plan.stateGradients.keys()) this.#stateGradient(name);
    for (const buffer of [...plan.carried, ...plan.vectorGradients.values()]) this.#allocate(buffer);
    if (plan.inputGradient !== undefined) this.#allocate(plan.inputGradient);
    this.#backward = bindKernels(this.#engine, plan.kernels, this.#bases, weights.matrices);
    this.#late = bindKernels(this.#engine, plan.afterLoop, this.#bases, weights.matrices);
  }

  #runStep(kernels: readonly BoundKernel[], t: number): void {
    const rows = this.#select(t, 0, this.#options.packing.batchSize);
    for (const kernel of kernels) kernel(rows);
  }

  /** Takes the gradients of one or many steps back through what depends on x alone. */
  #runAfterLoop(row: number, rows: number): void {
    for (const kernel of this.#late!) kernel({ active: rows, trace: row, after: 0, before: 0, rank: 0 });
  }

  #addInputGradient(x: Tensor, row: number): void {
    const { compiled, weights } = this.#options;
    if (x.tracked) addInputGradient(this.#engine, compiled, weights, this.#bases, x, row);
  }

  /** What waits until the loop is done: the gradients of the weights and of the initial states. */
  #finish(): void {
    const { compiled, weights, packing, initial } = this.#options;
    if (this.#backward !== undefined && this.#input !== undefined) {
      const rows = packing.offsets[this.#steps]!;
      addWeightGradients(this.#engine, compiled, weights, this.#bases, packing, this.#input, rows);
    }
    for (const [name, tensor] of initial ?? []) {
      const from = this.#bases.get(compiled.backward.stateGradients.get(name)!);
      if (!tensor.tracked || from === undefined) continue;
      const width = tensor.columns;
      this.#engine.scatterAdd(packing.batchSize, width, tensor.gradientSum(), width, this.#order, from, width);
    }
  }
}
