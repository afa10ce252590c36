/**
 * A cell run over a batch of sequences, and back through time.
 *
 * Two entries, one machinery: `run` takes all steps at once, `step` one slot of the same buffers after the other, for
 * what feeds back. Both compute the same kernels over the same rows, so their values and gradients are equal bit for
 * bit.
 */
import { RecurraError } from "../core/errors.ts";
import { Indices } from "../tensor/indices.ts";
import { tapeOf } from "../tensor/tape.ts";
import { Tensor } from "../tensor/tensor.ts";
import type { BackThroughTime } from "./back-through-time.ts";
import type { BoundKernel } from "./bound-kernels.ts";
import { type CellInput, requireInput } from "./cell-input.ts";
import { CellRun, type LoopKernels, type UnrollOptions } from "./cell-run.ts";
import { CellTape } from "./cell-tape.ts";
import { drawMask } from "./dropout-mask.ts";
import { hoistInput } from "./hoisted-input.ts";
import type { Buffer } from "./plan.ts";

/** Some rows of x. */
function rowsOf(x: CellInput, row: number, rows: number): CellInput {
  if (x instanceof Indices) return x.slice(row, row + rows);
  return new Tensor(x.engine, rows, x.columns, x.offset + row * x.columns, false);
}

export class Unroll {
  readonly #options: UnrollOptions;
  readonly #run: CellRun;
  /** The way back; undefined while nothing is recorded. */
  readonly #back: BackThroughTime | undefined;
  /** The kernels before the loop and in it, bound when they are first run. */
  #early: readonly BoundKernel[] | undefined;
  #forward: LoopKernels | undefined;
  #input: CellInput | undefined;
  #steps = 0;

  constructor(options: UnrollOptions) {
    const { engine, compiled, packing } = options;
    const plan = compiled.forward;
    this.#options = options;
    const tape = tapeOf(engine);
    this.#run = new CellRun(options, tape !== undefined || plan.usesInputDirectly);
    const run = this.#run;
    for (const buffer of [plan.gates, ...plan.traces, ...plan.states.values(), ...plan.carried]) run.allocate(buffer);
    for (const { source, buffer } of plan.vectors) {
      run.bases.set(buffer, options.weights.vectors.get(source.name)!.offset);
    }
    plan.masks.forEach(({ source, buffer }, index) => {
      const values = drawMask(packing, buffer.width, source.rate, index, options.dropout);
      engine.write(run.allocate(buffer), values);
    });
    for (const [name, buffer] of plan.states) this.#begin(buffer, options.initial?.get(name));
    this.#back = tape instanceof CellTape ? tape.backThroughTime(run) : undefined;
    this.#record((back) => back.finish(this.#input, this.#steps));
  }

  #record(wayBack: (back: BackThroughTime) => void): void {
    const back = this.#back;
    if (back !== undefined) tapeOf(this.#options.engine)?.record(() => wayBack(back));
  }

  /** Puts the initial states, sorted as the rows are, at the head of a state buffer. */
  #begin(buffer: Buffer, initial: Tensor | undefined): void {
    const { engine, packing } = this.#options;
    const { batchSize } = packing;
    const base = this.#run.bases.get(buffer)!;
    const { name, width } = buffer;
    if (initial === undefined) {
      engine.fill(base, batchSize * width, 0);
      return;
    }
    if (initial.rows !== batchSize || initial.columns !== width) {
      throw new RecurraError("shape", {
        where: `${this.#options.compiled.cell.name}, initial state "${name}"`,
        expected: `[${batchSize}, ${width}]`,
        got: `[${initial.rows}, ${initial.columns}]`,
      });
    }
    engine.gather(batchSize, width, initial.offset, width, this.#run.order, engine.zeros(width), base, width);
  }

  /** Runs what depends on x alone, beyond its products, over the rows of one or many steps. */
  #runBeforeLoop(row: number, rows: number): void {
    const { beforeLoop } = this.#options.compiled.forward;
    if (beforeLoop.length === 0) return;
    this.#early ??= this.#run.bind(beforeLoop);
    this.#run.atOnce(this.#early, row, rows);
  }

  /** Where a⟨0⟩ = 0, its products add nothing. */
  #forwardKernels(): LoopKernels {
    const run = this.#run;
    this.#forward ??= run.bindLoop(this.#options.compiled.forward.kernels, ({ input }) => run.startsAtZero(input));
    return this.#forward;
  }

  /** Rows of y⟨t⟩, where the output state stands. */
  #output(row: number, rows: number): Tensor {
    const { engine, compiled, packing } = this.#options;
    const { output } = compiled.forward.graph;
    const base = this.#run.bases.get(compiled.forward.states.get(output.name)!)!;
    const tracked = tapeOf(engine) !== undefined;
    const offset = base + (packing.batchSize + row) * output.size;
    return new Tensor(engine, rows, output.size, offset, tracked);
  }

  /**
   * Runs all steps.
   *
   * @param x the rows of the packing: [rows, nx], or one index a row.
   * @returns y⟨t⟩ as rows of the packing, [rows, output size].
   * @throws shape when x does not fit the packing or the input size.
   */
  run(x: CellInput): Tensor {
    const { engine, compiled, weights, packing } = this.#options;
    const { bases } = this.#run;
    requireInput(compiled, x, packing.rows);
    this.#input = x;
    bases.set(compiled.forward.input, x.offset);
    const gates = bases.get(compiled.forward.gates)!;
    for (let part = 0; part < this.#run.parts.length - 1; part++) {
      const { row, rows } = this.#run.rowsOf(part);
      hoistInput(engine, compiled.forward, weights, rowsOf(x, row, rows), gates);
      this.#runBeforeLoop(0, rows);
      this.#run.loop(this.#forwardKernels(), part);
    }
    this.#steps = packing.steps;
    const y = this.#output(0, packing.rows);
    this.#record((back) => back.run(x, y));
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
    const { engine, compiled, weights, packing } = this.#options;
    const { bases } = this.#run;
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
          ? Indices.from(engine, new Int32Array(packing.rows), x.limit)
          : Tensor.allocate(engine, packing.rows, width);
      bases.set(compiled.forward.input, this.#input.offset);
    }
    engine.copy(this.#input.offset + row * width, x.offset, rows * width);
    // without a way back, the traces of the steps before are not kept
    const firstRow = this.#run.parts.length === 2 ? 0 : row;
    const gates = bases.get(compiled.forward.gates)! + (row - firstRow) * compiled.forward.gates.width;
    hoistInput(engine, compiled.forward, weights, x, gates);
    this.#runBeforeLoop(row - firstRow, rows);
    this.#run.step(this.#forwardKernels(), t, firstRow);
    this.#steps++;
    const y = this.#output(row, rows);
    this.#record((back) => back.step(x, y, t));
    return y;
  }

  /**
   * The states after each sequence's own last step, [B, size] in the caller's order; call it after the last step.
   *
   * @param name the state; default the output.
   */
  last(name: string = this.#options.compiled.cell.output): Tensor {
    const { engine, compiled, packing } = this.#options;
    const buffer = compiled.forward.states.get(name)!;
    const { width } = buffer;
    const tracked = tapeOf(engine) !== undefined;
    const last = Tensor.allocate(engine, packing.batchSize, width, tracked);
    const indices = engine.arena.allocate(packing.batchSize);
    engine.writeIndices(indices, packing.lastRows());
    const base = this.#run.bases.get(buffer)!;
    engine.gather(packing.batchSize, width, base, width, indices, engine.zeros(width), last.offset, width);
    this.#record((back) => back.last(name, last));
    return last;
  }
}
