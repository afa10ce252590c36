/** The states that truncated backpropagation carries from one window of running text to the next. */
import { requireNumbers } from "../core/require-numbers.ts";
import type { Engine } from "../engine/engine.ts";
import { freeWhenGone } from "../engine/free-when-gone.ts";
import { Tensor } from "../tensor/tensor.ts";
import type { States } from "./recurrent.ts";
import type { RecurrentStack } from "./recurrent-stack.ts";

interface Carried {
  readonly name: string;
  readonly size: number;
  readonly offset: number;
}

/**
 * Carried states on the engine's heap, outside the steps that read and write them.
 *
 * The next window begins with them as plain numbers: gradients stop at the window's edge.
 */
export class CarriedStates {
  readonly #engine: Engine;
  readonly #batchSize: number;
  readonly #layers: readonly (readonly Carried[])[];

  /** States of `batchSize` streams, zeros at first. */
  constructor(network: RecurrentStack, batchSize: number) {
    this.#engine = network.engine;
    this.#batchSize = batchSize;
    this.#layers = network.layers.map((layer) =>
      [...layer.stateSizes].map(([name, size]) => ({
        name,
        size,
        offset: this.#engine.heap.allocate(batchSize * size),
      })),
    );
    this.reset();
    const offsets = this.#layers.flatMap((layer) => layer.map((state) => state.offset));
    freeWhenGone(this, this.#engine.heap, offsets);
  }

  /** Back to zeros. */
  reset(): void {
    for (const state of this.#layers.flat()) this.#engine.fill(state.offset, this.#batchSize * state.size, 0);
  }

  /** The states to begin a window with, bottom layer first. */
  initial(): States[] {
    return this.#layers.map(
      (layer) =>
        new Map(
          layer.map(({ name, size, offset }) => [name, new Tensor(this.#engine, this.#batchSize, size, offset, false)]),
        ),
    );
  }

  /** Keeps the last states of a window. */
  keep(last: readonly States[]): void {
    this.#layers.forEach((layer, l) => {
      for (const { name, size, offset } of layer) {
        this.#engine.copy(offset, last[l]!.get(name)!.offset, this.#batchSize * size);
      }
    });
  }

  /** A copy of all states: `carried.<layer>.<state>`. */
  toMap(): Map<string, Float32Array> {
    const result = new Map<string, Float32Array>();
    this.#layers.forEach((layer, l) => {
      for (const { name, size, offset } of layer) {
        const values = this.#engine.read(offset, this.#batchSize * size);
        result.set(`carried.${l}.${name}`, Float32Array.from(values));
      }
    });
    return result;
  }

  /**
   * Puts states back that `toMap` gave.
   *
   * @throws file-format when one is missing or of another size.
   */
  restore(states: ReadonlyMap<string, Float32Array>): void {
    this.#layers.forEach((layer, l) => {
      for (const { name, size, offset } of layer) {
        const key = `carried.${l}.${name}`;
        const values = requireNumbers(`training state "${key}"`, states.get(key), this.#batchSize * size);
        this.#engine.write(offset, values);
      }
    });
  }
}
