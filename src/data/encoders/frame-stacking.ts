import { requireInteger } from "../../core/require-option.ts";
import type { SlidingWindowJson } from "../sliding-window.ts";
import { FrameStackingStream } from "./frame-stacking-stream.ts";

/**
 * Frames beside each other, and fewer of them: a recurrent layer then has fewer steps to go.
 *
 *     y⟨t⟩ = [x⟨s t⟩, x⟨s t + 1⟩, …, x⟨s t + k - 1⟩],   t = 0 … ⌈T / s⌉ - 1
 *
 * with k = `stack` and s = `stride`, the time of x counted from 0. Where the sequence ends before the stack is full, its
 * last frame is repeated, so that no frame is lost.
 *
 * @throws option when a number is no integer of 1 or more.
 * Source: Sak et al. 2015, "Fast and accurate recurrent neural network acoustic models for speech recognition", arXiv
 * 1507.06947, section 2, which stacks 8 and strides by 3.
 */
export class FrameStacking {
  /** Numbers of a frame before. */
  readonly columns: number;
  readonly stack: number;
  readonly stride: number;

  constructor(columns: number, stack: number, stride: number) {
    for (const [name, value] of Object.entries({ columns, stack, stride })) {
      requireInteger(`new FrameStacking, ${name}`, value, 1);
    }
    this.columns = columns;
    this.stack = stack;
    this.stride = stride;
  }

  /** Numbers of a stacked frame. */
  get size(): number {
    return this.columns * this.stack;
  }

  /** Stacked frames of a sequence of so many frames. */
  count(frames: number): number {
    return Math.ceil(frames / this.stride);
  }

  /** `[T, columns]` to `[⌈T / stride⌉, columns · stack]`. */
  apply(frames: Float32Array): Float32Array {
    return this.#stacked(frames, this.count(frames.length / this.columns));
  }

  /** Only the stacked frames that need no frame repeated: `[T, columns]` to `[1 + ⌊(T - stack) / stride⌋, columns · stack]`. */
  whole(frames: Float32Array): Float32Array {
    const length = frames.length / this.columns;
    return this.#stacked(frames, length < this.stack ? 0 : 1 + Math.floor((length - this.stack) / this.stride));
  }

  /**
   * Stacks frames that arrive in pieces.
   *
   * @param json where an earlier stream stood, as its `toJSON` gave it.
   */
  stream(json?: SlidingWindowJson): FrameStackingStream {
    return new FrameStackingStream(this, json);
  }

  #stacked(frames: Float32Array, count: number): Float32Array {
    const { columns, stack, stride, size } = this;
    const length = frames.length / columns;
    const stacked = new Float32Array(count * size);
    for (let t = 0; t < count; t++) {
      for (let i = 0; i < stack; i++) {
        const from = Math.min(t * stride + i, length - 1) * columns;
        stacked.set(frames.subarray(from, from + columns), t * size + i * columns);
      }
    }
    return stacked;
  }
}
