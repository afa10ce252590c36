/** Windows over a stream of numbers that arrives in pieces. */
import { joined } from "../core/joined.ts";
import { SavedFields } from "../core/saved-fields.ts";

/** Where a stream stands, as plain numbers. */
export interface SlidingWindowJson {
  /** What has come and may be part of a window to come. */
  readonly kept: readonly number[];
  /** How many numbers to come lie between two windows, where the hop is the longer. */
  readonly skip: number;
  /** Whether a window was whole already. */
  readonly any: boolean;
}

/**
 * Keeps less than a window and a hop of what has come, and gives the windows that become whole.
 *
 * @param width numbers of a window.
 * @param hop from the start of a window to that of the next.
 * @param json where an earlier one stood, as its `toJSON` gave it.
 * @throws file-format when the JSON is none of it.
 */
export class SlidingWindow {
  readonly width: number;
  readonly hop: number;
  #kept: Float32Array;
  #skip: number;
  #any: boolean;

  constructor(width: number, hop: number, json: SlidingWindowJson = { kept: [], skip: 0, any: false }) {
    this.width = width;
    this.hop = hop;
    const most = width + hop - 1;
    const fields = new SavedFields(json, "session, window");
    this.#kept = fields.numbers("kept", (count) => count <= most, `at most ${most} numbers`);
    this.#skip = fields.integer("skip", 0, Number.MAX_SAFE_INTEGER);
    this.#any = fields.flag("any");
  }

  /** @returns what the windows span that are whole now, the first at its start, each a hop after the one before. */
  push(values: Float32Array): Float32Array {
    const fresh = values.subarray(Math.min(this.#skip, values.length));
    this.#skip -= values.length - fresh.length;
    const all = joined([this.#kept, fresh]);
    const { width, hop } = this;
    const count = all.length < width ? 0 : 1 + Math.floor((all.length - width) / hop);
    const used = count * hop;
    this.#kept = all.slice(Math.min(used, all.length));
    this.#skip += Math.max(0, used - all.length);
    this.#any ||= count > 0;
    return all.subarray(0, count === 0 ? 0 : used - hop + width);
  }

  /** What has come since the start of the last whole window's successor. */
  get rest(): Float32Array {
    return this.#kept;
  }

  /** Whether a window was whole already. */
  get any(): boolean {
    return this.#any;
  }

  toJSON(): SlidingWindowJson {
    return { kept: [...this.#kept], skip: this.#skip, any: this.#any };
  }
}
