/** The states of one sequence that is read as it comes. */
import { SavedFields } from "../core/saved-fields.ts";
import type { CellInput } from "../recurrence/cell-input.ts";
import type { Tensor } from "../tensor/tensor.ts";
import type { StackedStream } from "./stacked-stream.ts";
import type { StreamingStack } from "./streaming-stack.ts";

/** `toJSON` of stream states: by layer, bottom first, and state. */
export type StreamStatesJson = readonly Readonly<Record<string, readonly number[]>>[];

/** Whose states stand in a network's stream just now. */
const holders = new WeakMap<StackedStream, StreamStates>();

/**
 * Where a stream stands.
 *
 * The stream that stepped last keeps its states in engine memory. They are copied out, to plain arrays, when another
 * stream of the network steps or when they are asked for; so a stream alone copies nothing, and forks, JSON and garbage
 * collection are free.
 *
 * @example
 * ```ts
 * import { Indices, step } from "recurra";
 * const states = new StreamStates(network);
 * const y = step(engine, () => states.step(Indices.from(engine, [7], 27)).toArray());
 * ```
 */
export class StreamStates {
  readonly #network: StreamingStack;
  #layers: readonly ReadonlyMap<string, Float32Array>[];
  /** Where newer states than those of `#layers` stand. */
  #held: StackedStream | undefined;

  /** Zeros: the beginning of a sequence. */
  constructor(network: StreamingStack) {
    this.#network = network;
    this.#layers = network.layers.map(
      (layer) => new Map([...layer.stateSizes].map(([name, size]) => [name, new Float32Array(size)])),
    );
  }

  /**
   * Reads x⟨t⟩, within a step of the engine.
   *
   * @param x [1, nx], or one index.
   * @returns y⟨t⟩ of the top layer, [1, output size], until the network's next step.
   * @throws shape when x does not fit.
   */
  step(x: CellInput): Tensor {
    const { stream } = this.#network;
    const holder = holders.get(stream);
    if (holder !== this) {
      if (holder !== undefined) holder.toArrays();
      this.toArrays();
      stream.write(this.#layers);
      holders.set(stream, this);
    }
    this.#held = stream;
    return stream.step(x);
  }

  /** The states as plain arrays, bottom layer first, copied out of the stream that holds them; nobody writes into them. */
  toArrays(): readonly ReadonlyMap<string, Float32Array>[] {
    if (this.#held === undefined) return this.#layers;
    this.#layers = this.#held.read();
    holders.delete(this.#held);
    this.#held = undefined;
    return this.#layers;
  }

  /** Goes on from other states. */
  assign(layers: readonly ReadonlyMap<string, Float32Array>[]): void {
    this.toArrays();
    this.#layers = layers;
  }

  /** A copy that goes its own way. */
  fork(): StreamStates {
    const copy = new StreamStates(this.#network);
    copy.#layers = this.toArrays(); // arrays are replaced, never written
    return copy;
  }

  toJSON(): StreamStatesJson {
    return this.toArrays().map((layer) => Object.fromEntries([...layer].map(([name, values]) => [name, [...values]])));
  }

  /**
   * Goes on from what `toJSON` gave.
   *
   * @throws file-format when it is of another network.
   */
  static fromJSON(network: StreamingStack, json: unknown): StreamStates {
    const states = new StreamStates(network);
    const given = Array.isArray(json) ? (json as readonly unknown[]) : [];
    states.#layers = states.#layers.map((layer, l) => {
      const own = new SavedFields(given[l], `session, layer ${l}`);
      const read = ([name, { length }]: [string, Float32Array]): [string, Float32Array] => {
        return [name, own.numbers(name, (count) => count === length, `${length} numbers`)];
      };
      return new Map([...layer].map(read));
    });
    return states;
  }
}
