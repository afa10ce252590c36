/** A language model that reads a text as it comes, a token at a time, in constant memory. */

import { RecurraError, shown } from "../core/errors.ts";
import { isInteger } from "../core/is-integer.ts";
import { StreamStates, type StreamStatesJson } from "../layers/stream-states.ts";
import { step } from "../tensor/tape.ts";
import type { LanguageSampler } from "./language-sampler.ts";

/**
 * Where a text stands. Made by `LanguageSampler.session`.
 *
 * @example
 * ```ts
 * const session = model.session();
 * for (const token of model.vocabulary.split("Call me")) session.step(token);
 * const other = session.fork(); // goes its own way from here
 * ```
 */
export class LanguageSession {
  readonly #model: LanguageSampler;
  #states: StreamStates;

  constructor(model: LanguageSampler, states: StreamStates = new StreamStates(model.network.recurrent)) {
    this.#model = model;
    this.#states = states;
  }

  /**
   * Reads one token.
   *
   * @param token the token, or its id.
   * @returns the score of each token to come next, before the soft-max, as `[V]`: `sampleIndex` draws from them.
   * @throws data when the model does not know the token.
   */
  step(token: string | number): Float64Array {
    const { network, vocabulary } = this.#model;
    const id = typeof token === "number" ? token : vocabulary.indexOf(token);
    if (!isInteger(id, 0, vocabulary.size - 1)) {
      throw new RecurraError("data", {
        where: "LanguageSession.step",
        expected: `a token of the vocabulary, or an id from 0 to ${vocabulary.size - 1}`,
        got: shown(token),
      });
    }
    return step(network.engine, () => new Float64Array(network.next(id, this.#states).toArray()));
  }

  /** A copy that goes its own way. */
  fork(): LanguageSession {
    return new LanguageSession(this.#model, this.#states.fork());
  }

  /** The states as plain numbers; `model.session(json)` goes on from them. */
  toJSON(): StreamStatesJson {
    return this.#states.toJSON();
  }
}
