/** A classifier that reads a sequence as it comes, a token at a time, in constant memory. */
import { step } from "../autograd/tape.ts";
import { RecurraError, shown } from "../core/errors.ts";
import type { Stacked } from "../layers/index.ts";
import { StreamStates, type StreamStatesJson } from "../layers/stream-states.ts";
import { Tensor } from "../tensor/tensor.ts";
import type { Classification, Classifier } from "./classifier.ts";

/** `toJSON` of a session. */
export interface ClassifierSessionJson {
  readonly states: StreamStatesJson;
  /** Last state, sum or maximum of the steps so far. */
  readonly pooled: readonly number[];
  readonly steps: number;
}

/**
 * Where a sequence stands. Made by `Classifier.session`.
 *
 * @example
 * ```ts
 * const session = model.session();
 * for (const base of "GATTACA") console.log(session.step(base).output); // what the bases so far look like
 * ```
 */
export class ClassifierSession {
  readonly #model: Classifier;
  readonly #encoder: Stacked;
  readonly #states: StreamStates;
  #pooled: Float32Array;
  #steps: number;

  /** @throws file-format when the JSON is of another model. */
  constructor(model: Classifier, encoder: Stacked, json?: ClassifierSessionJson) {
    this.#model = model;
    this.#encoder = encoder;
    this.#states = json === undefined ? new StreamStates(encoder) : StreamStates.fromJSON(encoder, json.states);
    this.#steps = json?.steps ?? 0;
    this.#pooled = Float32Array.from(json?.pooled ?? new Float32Array(encoder.outputSize));
    if (this.#pooled.length === encoder.outputSize && Number.isSafeInteger(this.#steps) && this.#steps >= 0) return;
    throw new RecurraError("file-format", {
      where: "session, pooled",
      expected: `${encoder.outputSize} numbers, and steps from 0`,
      got: `${this.#pooled.length}, and ${shown(this.#steps)}`,
    });
  }

  /**
   * Reads one token, known or not.
   *
   * @returns the answer for the sequence so far; after the last token it is bit for bit that of `predict`.
   * @throws data when it is empty.
   */
  step(token: string): Classification {
    if (token === "") {
      throw new RecurraError("data", { where: "ClassifierSession.step", expected: "a token", got: "an empty text" });
    }
    const { network, vocabulary } = this.#model;
    const scores = step(network.engine, () => {
      const e = network.embed(Int32Array.of(vocabulary.indexOf(token)));
      const row = this.#pool(new Float32Array(this.#states.step(e).toArray()));
      return new Float64Array(network.output.run(Tensor.from(network.engine, 1, row.length, row)).toArray());
    });
    return this.#model.classificationOf(scores);
  }

  /** The row of all steps so far. */
  #pool(a: Float32Array): Float32Array {
    const { kind } = this.#model.network.pooling;
    this.#steps += 1;
    const before = this.#pooled;
    if (kind === "mean") this.#pooled = a.map((value, j) => before[j]! + value);
    else if (kind === "max" && this.#steps > 1) this.#pooled = a.map((value, j) => Math.max(before[j]!, value));
    else this.#pooled = a;
    return kind === "mean" ? this.#pooled.map((sum) => sum / this.#steps) : this.#pooled;
  }

  /** A copy that goes its own way. */
  fork(): ClassifierSession {
    return new ClassifierSession(this.#model, this.#encoder, this.toJSON());
  }

  /** The states as plain numbers; `model.session(json)` goes on from them. */
  toJSON(): ClassifierSessionJson {
    return { states: this.#states.toJSON(), pooled: [...this.#pooled], steps: this.#steps };
  }
}
