/**
 * A cell that reads one sequence a step at a time, as it comes.
 *
 * Everything that `Unroll` makes anew for each batch is made once here: one row of each buffer on the heap, two of each
 * state, and the kernels bound to them. A step writes the states that the step before it read. The kernels are those
 * of `Unroll`, so the numbers are too, bit for bit.
 */
import type { Engine } from "../engine/engine.ts";
import { freeWhenGone } from "../engine/free-when-gone.ts";
import { Tensor } from "../tensor/tensor.ts";
import { type BoundKernel, bindKernels, type StepRows } from "./bound-kernels.ts";
import { type CellInput, requireInput } from "./cell-input.ts";
import type { CellWeights } from "./cell-weights.ts";
import type { CompiledCell } from "./compiled-cell.ts";
import { hoistInput } from "./hoisted-input.ts";
import type { Buffer } from "./plan.ts";

export class CellStream {
  readonly engine: Engine;
  readonly #compiled: CompiledCell;
  readonly #weights: CellWeights;
  readonly #bases = new Map<Buffer, number>();
  readonly #rows: StepRows = { active: 1, trace: 0, before: 0, after: 1, rank: 0 };
  #early: readonly BoundKernel[] = [];
  #step: readonly BoundKernel[] = [];
  /** The weights that the kernels are bound to; packed copies are stale once it differs. */
  #version = -1;

  constructor(compiled: CompiledCell, weights: CellWeights) {
    const { engine } = weights.bias;
    const plan = compiled.forward;
    this.engine = engine;
    this.#compiled = compiled;
    this.#weights = weights;
    const offsets: number[] = [];
    const allocate = (buffer: Buffer): number => {
      const offset = engine.heap.allocate((buffer.place === "state" ? 2 : 1) * buffer.width);
      offsets.push(offset);
      this.#bases.set(buffer, offset);
      return offset;
    };
    for (const buffer of [plan.gates, ...plan.traces, ...plan.carried]) allocate(buffer);
    for (const buffer of plan.states.values()) engine.fill(allocate(buffer), 2 * buffer.width, 0);
    if (plan.usesInputDirectly) allocate(plan.input);
    // nothing is dropped outside training
    for (const { buffer } of plan.masks) engine.fill(allocate(buffer), buffer.width, 1);
    for (const { source, buffer } of plan.vectors) this.#bases.set(buffer, weights.vectors.get(source.name)!.offset);
    freeWhenGone(this, engine.heap, offsets);
  }

  /**
   * Reads x⟨t⟩.
   *
   * @param x [1, nx], or one index.
   * @returns y⟨t⟩, [1, output size], until the next step.
   * @throws shape when x does not fit.
   */
  step(x: CellInput): Tensor {
    const { engine } = this;
    const plan = this.#compiled.forward;
    requireInput(this.#compiled, x, 1);
    this.#bind();
    if (plan.usesInputDirectly) engine.copy(this.#bases.get(plan.input)!, x.offset, plan.input.width);
    hoistInput(engine, plan, this.#weights, x, this.#bases.get(plan.gates)!);
    const rows = this.#rows;
    for (const kernel of this.#early) kernel(rows);
    for (const kernel of this.#step) kernel(rows);
    [rows.before, rows.after] = [rows.after, rows.before];
    const { name, size } = plan.graph.output;
    return new Tensor(engine, 1, size, this.#place(name), false);
  }

  #bind(): void {
    let version = 0;
    for (const parameter of this.#weights.parameters) version += parameter.version;
    if (version === this.#version) return;
    const { forward } = this.#compiled;
    const { matrices } = this.#weights;
    this.#early = bindKernels(this.engine, forward.beforeLoop, this.#bases, matrices);
    this.#step = bindKernels(this.engine, forward.kernels, this.#bases, matrices);
    this.#version = version;
  }

  /** Where a state stands between two steps. */
  #place(name: string): number {
    const buffer = this.#compiled.forward.states.get(name)!;
    return this.#bases.get(buffer)! + this.#rows.before * buffer.width;
  }

  /** Copies the states out. */
  read(): Map<string, Float32Array> {
    const states = this.#compiled.forward.graph.states;
    return new Map(
      states.map(({ name, size }) => [name, Float32Array.from(this.engine.read(this.#place(name), size))]),
    );
  }

  /** Copies states in: the sequence goes on from them. */
  write(states: ReadonlyMap<string, Float32Array>): void {
    for (const [name, values] of states) this.engine.write(this.#place(name), values);
  }
}
