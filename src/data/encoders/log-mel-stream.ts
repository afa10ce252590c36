import { SlidingWindow, type SlidingWindowJson } from "../sliding-window.ts";
import type { LogMel } from "./log-mel.ts";

/**
 * Turns samples into frames as they come, the same bytes as `LogMel.frames` gives for the whole; made by `LogMel.stream`.
 * Less than a window and a hop of samples is kept.
 */
export class LogMelStream {
  readonly #logMel: LogMel;
  readonly #window: SlidingWindow;

  constructor(logMel: LogMel, json?: SlidingWindowJson) {
    this.#logMel = logMel;
    this.#window = new SlidingWindow(logMel.windowLength, logMel.hop, json);
  }

  /** The frames that the samples so far complete, `[frames, bands]`. */
  push(samples: Float32Array): Float32Array {
    return this.#logMel.frames(this.#window.push(samples));
  }

  /** The last frame of a clip shorter than one window, `[1, bands]`; otherwise none. */
  end(): Float32Array {
    return this.#window.any ? new Float32Array(0) : this.#logMel.frames(this.#window.rest);
  }

  /** Where the stream stands; `logMel.stream(json)` goes on from it. */
  toJSON(): SlidingWindowJson {
    return this.#window.toJSON();
  }
}
