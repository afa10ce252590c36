/** A tagger that reads a sequence as it comes, a token at a time, in constant memory. */

import { RecurraError, shown } from "../core/errors.ts";
import type { Stacked } from "../layers/index.ts";
import { StreamStates, type StreamStatesJson } from "../layers/stream-states.ts";
import { step } from "../tensor/tape.ts";
import { withOutsideBias } from "./outside-bias.ts";
import type { Tagger } from "./tagger.ts";
import { taggerBatch } from "./tagger-batch.ts";
import { decodeSoftmax } from "./tagger-decode.ts";

/** What a token is taken for. */
export interface TaggedToken {
  readonly token: string;
  readonly tag: string;
  /** p(tag | the tokens so far). */
  readonly confidence: number;
}

/**
 * Where a sequence stands. Made by `Tagger.session`.
 *
 * @example
 * ```ts
 * const session = model.session();
 * session.step("Harry").tag; // "B-PER"
 * ```
 */
export class TaggerSession {
  readonly #model: Tagger;
  readonly #states: StreamStates;

  constructor(model: Tagger, states: StreamStates = new StreamStates(model.network.recurrent as Stacked)) {
    this.#model = model;
    this.#states = states;
  }

  /**
   * Reads one token.
   *
   * @throws data when it is empty.
   */
  step(token: string): TaggedToken {
    if (token.trim() === "") {
      throw new RecurraError("data", { where: "TaggerSession.step", expected: "a token", got: shown(token) });
    }
    const { network, encoder } = this.#model;
    const batch = taggerBatch([encoder.encode([token])]);
    const z = step(network.engine, () => Float32Array.from(network.next(batch, this.#states).toArray()));
    const biased = withOutsideBias(z, encoder.labels, this.#model.outsideBias);
    const { ids, confidence } = decodeSoftmax(biased, encoder.labels.length);
    return { token, tag: encoder.decodeTags(ids)[0]!, confidence: confidence[0]! };
  }

  /** A copy that goes its own way. */
  fork(): TaggerSession {
    return new TaggerSession(this.#model, this.#states.fork());
  }

  /** The states as plain numbers; `model.session(json)` goes on from them. */
  toJSON(): StreamStatesJson {
    return this.#states.toJSON();
  }
}
