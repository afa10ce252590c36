/** A classifier that reads a sequence as it comes, a step at a time. */

import { RecurraError, shown } from "../core/errors.ts";
import { isInteger } from "../core/is-integer.ts";
import { joined } from "../core/joined.ts";
import { Packing } from "../core/packing.ts";
import type { Label } from "../data/sources/labelled-sequence.ts";
import type { Stacked } from "../layers/index.ts";
import { StreamStates, type StreamStatesJson } from "../layers/stream-states.ts";
import { step } from "../tensor/tape.ts";
import { Tensor } from "../tensor/tensor.ts";
import type { Classifier } from "./classifier.ts";
import type { EncodedSequence, InputStream, SequenceStep } from "./classifier-input.ts";
import type { Classification } from "./classifier-output.ts";
import type { JsonObject } from "./task.ts";

const ONE_STEP = Packing.uniform(1, 1);

/** `toJSON` of a session. */
export interface ClassifierSessionJson {
  readonly states: StreamStatesJson;
  /** Last state, sum or maximum of the steps so far; for attention the states of all of them. */
  readonly pooled: readonly number[];
  readonly steps: number;
  /** Samples that belong to frames to come, where the model hears sound. */
  readonly input?: JsonObject;
}

/**
 * Where a sequence stands. Made by `Classifier.session`.
 *
 * Memory is constant, but for pooling by attention, which weighs every step anew and so keeps the top layer's states of all.
 *
 * @example
 * ```ts
 * const session = model.session();
 * for (const base of "GATTACA") console.log(session.step(base).output); // what the bases so far look like
 * ```
 */
export class ClassifierSession<L extends Label = Label> {
  readonly #model: Classifier<L>;
  readonly #encoder: Stacked;
  readonly #states: StreamStates;
  readonly #input: InputStream;
  #pooled: Float32Array;
  #steps: number;

  /** @throws file-format when the JSON is of another model. */
  constructor(model: Classifier<L>, encoder: Stacked, json?: ClassifierSessionJson) {
    this.#model = model;
    this.#encoder = encoder;
    this.#states = json === undefined ? new StreamStates(encoder) : StreamStates.fromJSON(encoder, json.states);
    this.#input = model.input.stream(json?.input);
    this.#steps = json?.steps ?? 0;
    const size = encoder.outputSize * (model.network.pooling.kind === "attention" ? this.#steps : 1);
    this.#pooled = Float32Array.from(json?.pooled ?? new Float32Array(size));
    if (this.#pooled.length === size && isInteger(this.#steps, 0)) return;
    throw new RecurraError("file-format", {
      where: "session, pooled",
      expected: `${size} numbers, and steps from 0`,
      got: `${this.#pooled.length}, and ${shown(this.#steps)}`,
    });
  }

  /**
   * Reads one step: a token or symbol, known or not, a number, a vector, or samples.
   *
   * @returns the answer for the sequence so far; after the last step it is bit for bit that of `predict`.
   * @throws data when it is empty, or of another kind.
   */
  step(next: SequenceStep): Classification<L> {
    for (const encoded of this.#input.push(next)) this.#read(encoded);
    // what the end alone brings is read by a copy, for there may be more to come
    const rest = this.#input.rest();
    const ended = rest.length === 0 ? this : this.fork();
    for (const encoded of rest) ended.#read(encoded);
    return ended.#answer();
  }

  #read(encoded: EncodedSequence): void {
    const { network } = this.#model;
    step(network.engine, () => {
      this.#pool(new Float32Array(this.#states.step(network.input([encoded], ONE_STEP)).toArray()));
    });
  }

  #answer(): Classification<L> {
    const { network } = this.#model;
    const scores = step(network.engine, () => new Float64Array(network.output.run(this.#row()).toArray()));
    return this.#model.classificationOf(scores);
  }

  /** Adds the state of one more step to those so far. */
  #pool(a: Float32Array): void {
    const { kind } = this.#model.network.pooling;
    this.#steps += 1;
    const before = this.#pooled;
    if (kind === "attention") this.#pooled = joined([before, a]);
    else if (kind === "mean") this.#pooled = a.map((value, j) => before[j]! + value);
    else if (kind === "max" && this.#steps > 1) this.#pooled = a.map((value, j) => Math.max(before[j]!, value));
    else this.#pooled = a;
  }

  /** The row of all steps so far, [1, units]. */
  #row(): Tensor {
    const { pooling, engine } = this.#model.network;
    const rowOf = (values: Float32Array): Tensor => Tensor.from(engine, 1, values.length, values);
    if (pooling.kind === "mean") return rowOf(this.#pooled.map((sum) => sum / this.#steps));
    if (pooling.kind !== "attention") return rowOf(this.#pooled);
    const all = Tensor.from(engine, this.#steps, this.#encoder.outputSize, this.#pooled);
    return pooling.run(all, Packing.uniform(1, this.#steps));
  }

  /** A copy that goes its own way. */
  fork(): ClassifierSession<L> {
    return new ClassifierSession(this.#model, this.#encoder, this.toJSON());
  }

  /** The states as plain numbers; `model.session(json)` goes on from them. */
  toJSON(): ClassifierSessionJson {
    const input = this.#input.toJSON();
    const own = { states: this.#states.toJSON(), pooled: [...this.#pooled], steps: this.#steps };
    return input === undefined ? own : { ...own, input };
  }
}
