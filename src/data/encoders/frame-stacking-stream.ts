import { SlidingWindow, type SlidingWindowJson } from "../sliding-window.ts";
import type { FrameStacking } from "./frame-stacking.ts";

/**
 * Turns frames into stacked ones as they come, the same as `FrameStacking.apply` gives for the whole; made by
 * `FrameStacking.stream`. Less than a stack and a stride of frames is kept.
 */
export class FrameStackingStream {
  readonly #stacking: FrameStacking;
  readonly #window: SlidingWindow;

  constructor(stacking: FrameStacking, json?: SlidingWindowJson) {
    const { columns, stack, stride } = stacking;
    this.#stacking = stacking;
    this.#window = new SlidingWindow(stack * columns, stride * columns, json);
  }

  /** The stacked frames that the frames so far complete. */
  push(frames: Float32Array): Float32Array {
    return this.#stacking.whole(this.#window.push(frames));
  }

  /** The stacked frames that the end completes by repeating the last frame. */
  end(): Float32Array {
    return this.#stacking.apply(this.#window.rest);
  }

  /** Where the stream stands; `stacking.stream(json)` goes on from it. */
  toJSON(): SlidingWindowJson {
    return this.#window.toJSON();
  }
}
