/** A transcription that goes on as the sound arrives. */
import { step } from "../autograd/tape.ts";
import type { FrameScaler } from "../data/encoders/frame-scaler.ts";
import type { FrameStackingStream } from "../data/encoders/frame-stacking.ts";
import type { LogMelStream } from "../data/encoders/log-mel.ts";
import { ctcGreedy } from "../decode/ctc-greedy.ts";
import type { Stacked } from "../layers/index.ts";
import { StreamStates } from "../layers/stream-states.ts";
import type { Transcriber } from "./transcriber.ts";

/**
 * Reads samples at the model's rate in pieces of any length and gives the text of the best path, the same as `predict` with
 * a beam of 1 gives for the whole clip. Less than a window of samples and a stack of frames is kept.
 */
export class TranscriberSession {
  readonly #model: Transcriber;
  readonly #encoder: Stacked;
  readonly #scaler: FrameScaler;
  readonly #frames: LogMelStream;
  readonly #stacks: FrameStackingStream;
  readonly #states: StreamStates;
  #last = 0;

  constructor(model: Transcriber, encoder: Stacked, scaler: FrameScaler) {
    this.#model = model;
    this.#encoder = encoder;
    this.#scaler = scaler;
    this.#frames = model.features.logMel.stream();
    this.#stacks = model.features.stacking.stream();
    this.#states = new StreamStates(encoder);
  }

  /** @returns the text that the samples add. */
  step(samples: Float32Array): string {
    return this.#read(this.#stacks.push(this.#scaler.apply(this.#frames.push(samples))));
  }

  /** Ends the sound. @returns the text that its end adds. */
  end(): string {
    const rest = this.#read(this.#stacks.push(this.#scaler.apply(this.#frames.end())));
    return rest + this.#read(this.#stacks.end());
  }

  #read(input: Float32Array): string {
    if (input.length === 0) return "";
    const { network } = this.#model;
    return step(network.engine, () => {
      const { x, packing } = network.pack([input]);
      const { output, last } = this.#encoder.run(x, packing, { initial: this.#states.initial() });
      this.#states.keep(last());
      const found = ctcGreedy(network.output.run(output).toArray(), network.classes, { before: this.#last });
      this.#last = found.last;
      return this.#model.textOf(found.labels);
    });
  }
}
