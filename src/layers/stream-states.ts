/** The states of one sequence that is read as it comes: plain arrays, copied in and out of the engine at each step. */
import { RecurraError } from "../core/errors.ts";
import type { Engine } from "../engine/engine.ts";
import { Tensor } from "../tensor/tensor.ts";
import type { States } from "./recurrent.ts";
import type { Stacked } from "./stacked.ts";

/** `toJSON` of stream states: by layer, bottom first, and state. */
export type StreamStatesJson = readonly Readonly<Record<string, readonly number[]>>[];

/**
 * Where a stream stands. Nothing of it is on the engine's heap, so that forks, JSON and garbage collection are free.
 *
 * @example
 * ```ts
 * import { Packing, step } from "recurra";
 * const states = new StreamStates(network);
 * step(engine, () => {
 *   const { output, last } = network.run(x, Packing.uniform(1, 1), { initial: states.initial() });
 *   states.keep(last());
 * });
 * ```
 */
export class StreamStates {
  readonly #network: Stacked;
  #layers: readonly ReadonlyMap<string, Float32Array>[];

  /** Zeros: the beginning of a sequence. */
  constructor(network: Stacked) {
    this.#network = network;
    this.#layers = network.layers.map(
      (layer) => new Map([...layer.stateSizes].map(([name, size]) => [name, new Float32Array(size)])),
    );
  }

  get #engine(): Engine {
    return this.#network.parameters[0]!.engine;
  }

  /** The states as tensors of the running step, bottom layer first. */
  initial(): States[] {
    return this.#layers.map(
      (layer) =>
        new Map([...layer].map(([name, values]) => [name, Tensor.from(this.#engine, 1, values.length, values)])),
    );
  }

  /** Keeps the last states of a run of one sequence. */
  keep(last: readonly States[]): void {
    this.#layers = last.map(
      (layer) => new Map([...layer].map(([name, tensor]) => [name, Float32Array.from(tensor.toArray())])),
    );
  }

  /** A copy that goes its own way. */
  fork(): StreamStates {
    const copy = new StreamStates(this.#network);
    copy.#layers = this.#layers; // arrays are replaced by `keep`, never written
    return copy;
  }

  toJSON(): StreamStatesJson {
    return this.#layers.map((layer) => Object.fromEntries([...layer].map(([name, values]) => [name, [...values]])));
  }

  /**
   * Goes on from what `toJSON` gave.
   *
   * @throws file-format when it is of another network.
   */
  static fromJSON(network: Stacked, json: unknown): StreamStates {
    const states = new StreamStates(network);
    const given = Array.isArray(json) ? (json as readonly unknown[]) : [];
    states.#layers = states.#layers.map((layer, l) => {
      const own = (given[l] ?? {}) as Readonly<Record<string, unknown>>;
      const read = ([name, { length }]: [string, Float32Array]): [string, Float32Array] => {
        const values = own[name];
        const right = Array.isArray(values) && values.length === length && values.every((x) => typeof x === "number");
        if (right) return [name, Float32Array.from(values as number[])];
        throw new RecurraError("file-format", {
          where: `session, layer ${l}, state ${name}`,
          expected: `${length} numbers`,
          got: Array.isArray(values) ? `a list of ${values.length}` : typeof values,
        });
      };
      return new Map([...layer].map(read));
    });
    return states;
  }
}
