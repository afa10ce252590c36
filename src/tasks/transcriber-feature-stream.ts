/** What the network reads of a sound that arrives in pieces: the same bytes as `TranscriberFeatures.input` of the whole. */
import { joined } from "../core/joined.ts";
import type { FrameScaler } from "../data/encoders/frame-scaler.ts";
import type { FrameStackingStream } from "../data/encoders/frame-stacking-stream.ts";
import type { LogMelStream } from "../data/encoders/log-mel-stream.ts";
import type { SlidingWindowJson } from "../data/sliding-window.ts";
import type { TranscriberFeatures } from "./transcriber-features.ts";

export interface TranscriberFeatureStreamJson {
  readonly samples: SlidingWindowJson;
  readonly frames: SlidingWindowJson;
}

/** Keeps less than a window of samples and a stack of frames. */
export class TranscriberFeatureStream {
  readonly #scaler: FrameScaler;
  readonly #frames: LogMelStream;
  readonly #stacks: FrameStackingStream;

  /** @throws file-format when the JSON is of other features. */
  constructor(features: TranscriberFeatures, scaler: FrameScaler, json?: TranscriberFeatureStreamJson) {
    this.#scaler = scaler;
    this.#frames = features.logMel.stream(json?.samples);
    this.#stacks = features.stacking.stream(json?.frames);
  }

  /** @returns the steps that the samples complete, `[steps, bands · stack]`. */
  push(samples: Float32Array): Float32Array {
    return this.#stacks.push(this.#scaler.apply(this.#frames.push(samples)));
  }

  /** @returns the steps that the end completes. */
  end(): Float32Array {
    return joined([this.#stacks.push(this.#scaler.apply(this.#frames.end())), this.#stacks.end()]);
  }

  toJSON(): TranscriberFeatureStreamJson {
    return { samples: this.#frames.toJSON(), frames: this.#stacks.toJSON() };
  }
}
