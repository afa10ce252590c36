import { requireSome } from "../../core/require-some.ts";

/** What `toJSON` writes and `fromJSON` reads. */
export interface FrameScalerJson {
  readonly mean: readonly number[];
  /** 1 / standard deviation. */
  readonly scale: readonly number[];
}

/** A column that moves less than this stays as it is. */
const LEAST_DEVIATION = 1e-5;

/**
 * Brings each column of frames to mean 0 and standard deviation 1.
 *
 *     y = (x - μ) / σ
 *
 * With the mean and deviation of all training frames ("global") a frame can be scaled as it arrives; with those of each
 * sequence by itself ("utterance") loudness and microphone fall away, but the whole sequence must be there first. A column
 * that does not move is divided by 1.
 *
 * @example
 * ```ts
 * const training = [new Float32Array([1, 10, 3, 30])]; // one sequence of two frames
 * FrameScaler.of(training, 2).apply(training[0]!); // [-1, -1, 1, 1]
 * ```
 */
export class FrameScaler {
  readonly #mean: Float64Array;
  readonly #scale: Float64Array;

  private constructor(mean: Float64Array, scale: Float64Array) {
    this.#mean = mean;
    this.#scale = scale;
  }

  /**
   * The scaler of the frames of some sequences together.
   *
   * @param sequences each `[frames, columns]`.
   * @throws data when there is no frame.
   */
  static of(sequences: readonly ArrayLike<number>[], columns: number): FrameScaler {
    const mean = new Float64Array(columns);
    const scale = new Float64Array(columns);
    let count = 0;
    for (const frames of sequences) {
      count += frames.length / columns;
      for (let i = 0; i < frames.length; i++) mean[i % columns]! += frames[i]!;
    }
    requireSome("FrameScaler.of", count > 0, "one frame or more");
    for (let j = 0; j < columns; j++) mean[j]! /= count;
    for (const frames of sequences) {
      for (let i = 0; i < frames.length; i++) {
        const difference = frames[i]! - mean[i % columns]!;
        scale[i % columns]! += difference * difference;
      }
    }
    for (let j = 0; j < columns; j++) {
      const deviation = Math.sqrt(scale[j]! / count);
      scale[j] = deviation < LEAST_DEVIATION ? 1 : 1 / deviation;
    }
    return new FrameScaler(mean, scale);
  }

  static fromJSON({ mean, scale }: FrameScalerJson): FrameScaler {
    return new FrameScaler(Float64Array.from(mean), Float64Array.from(scale));
  }

  /** Scaled frames, a copy: `[frames, columns]`. */
  apply(frames: ArrayLike<number>): Float32Array {
    const columns = this.#mean.length;
    const scaled = new Float32Array(frames.length);
    for (let i = 0; i < frames.length; i++)
      scaled[i] = (frames[i]! - this.#mean[i % columns]!) * this.#scale[i % columns]!;
    return scaled;
  }

  toJSON(): FrameScalerJson {
    return { mean: [...this.#mean], scale: [...this.#scale] };
  }
}
