import { joined } from "../core/joined.ts";
import { SavedFields } from "../core/saved-fields.ts";
import type { Resampler } from "./resampler.ts";

/** Where a stream stands, as plain numbers. */
export interface ResamplerStreamJson {
  /** Old samples that new ones to come are made of. */
  readonly kept: readonly number[];
  /** Where in the old sound they begin. */
  readonly offset: number;
  /** The next new sample. */
  readonly next: number;
}

/**
 * Changes the rate of a sound that arrives in pieces, the same bytes as `Resampler.apply` gives for the whole; made by
 * `Resampler.stream`. Only samples within the reach of the filter are kept.
 *
 * @throws file-format when the JSON is of no such stream.
 */
export class ResamplerStream {
  readonly #resampler: Resampler;
  #kept: Float32Array;
  #offset: number;
  #next: number;

  constructor(resampler: Resampler, json: ResamplerStreamJson = { kept: [], offset: 0, next: 0 }) {
    const fields = new SavedFields(json, "session, resampler");
    this.#resampler = resampler;
    this.#kept = fields.numbers("kept", () => true, "a list of numbers");
    this.#offset = fields.integer("offset", 0, Number.MAX_SAFE_INTEGER);
    this.#next = fields.integer("next", 0, Number.MAX_SAFE_INTEGER);
  }

  /** The new samples that the old ones so far complete. */
  push(samples: Float32Array): Float32Array {
    if (this.#resampler.isIdentity) return samples;
    const all = joined([this.#kept, samples]);
    const received = this.#offset + all.length;
    let to = this.#next;
    while (this.#resampler.span(to).end <= received) to++;
    const out = this.#resampler.between(all, this.#offset, this.#next, to);
    const needed = Math.min(received, Math.max(this.#offset, this.#resampler.span(to).first));
    this.#kept = all.slice(needed - this.#offset);
    this.#offset = needed;
    this.#next = to;
    return out;
  }

  /** The new samples near the end, beyond which the old sound is 0. */
  end(): Float32Array {
    const to = this.#resampler.count(this.#offset + this.#kept.length);
    return this.#resampler.between(this.#kept, this.#offset, this.#next, Math.max(this.#next, to));
  }

  /** Where the stream stands; `resampler.stream(json)` goes on from it. */
  toJSON(): ResamplerStreamJson {
    return { kept: [...this.#kept], offset: this.#offset, next: this.#next };
  }
}
