/** Clips of sound as stacked log-mel frames. */
import { RecurraError, shown } from "../core/errors.ts";
import { SavedFields } from "../core/saved-fields.ts";
import { FrameScaler } from "../data/encoders/frame-scaler.ts";
import { type SequenceValue, sequenceKind } from "../data/sources/labelled-sequence.ts";
import { readWav, type Waveform } from "../data/sources/wav.ts";
import type { ClassifierInput, EncodedSequence, InputSizes, InputStream, SequenceStep } from "./classifier-input.ts";
import type { JsonObject } from "./task.ts";
import { TranscriberFeatureStream, type TranscriberFeatureStreamJson } from "./transcriber-feature-stream.ts";
import { TranscriberFeatures, type TranscriberFeaturesJson } from "./transcriber-features.ts";

/** Log-mel bands, and frames of 10 ms that are one step: as transcribers have them. */
const FRAMES = { bands: 40, scale: "htk", stack: 3, stride: 3 } as const;

export class SoundInput implements ClassifierInput {
  readonly kind = "sound";
  readonly features: TranscriberFeatures;

  private constructor(features: TranscriberFeatures) {
    this.features = features;
  }

  /** Frames at the rate of the first clip, scaled to mean 0 and deviation 1 over all clips. */
  static fromSequences(sequences: readonly SequenceValue[], whereOf: (i: number) => string): SoundInput {
    const clips = sequences.map((sequence, i) => clipOf(sequence, whereOf(i)));
    const json = { ...FRAMES, sampleRateHz: clips[0]!.sampleRateHz };
    const raw = new TranscriberFeatures(json);
    const frames = clips.map((clip) => raw.logMel.frames(raw.samples(clip)));
    return new SoundInput(new TranscriberFeatures({ ...json, scaler: FrameScaler.of(frames, FRAMES.bands).toJSON() }));
  }

  get sizes(): InputSizes {
    return { columns: this.features.stacking.size };
  }

  encode(sequence: SequenceValue, where: string): EncodedSequence {
    const frames = this.features.input(clipOf(sequence, where));
    return { length: frames.length / this.features.stacking.size, tokens: new Int32Array(), letters: [], frames };
  }

  /** All samples at once. */
  steps(sequence: SequenceValue, where: string): readonly SequenceStep[] {
    return [this.features.samples(clipOf(sequence, where))];
  }

  stream(json?: JsonObject): InputStream {
    const { features } = this;
    const opened = (at?: TranscriberFeatureStreamJson) => new TranscriberFeatureStream(features, features.scaler!, at);
    const heard = opened(json as unknown as TranscriberFeatureStreamJson | undefined);
    return {
      push: (step) => {
        if (step instanceof Float32Array && step.length > 0) return this.#frames(heard.push(step));
        const got = step instanceof Float32Array ? "none" : shown(step);
        throw new RecurraError("data", { where: "ClassifierSession.step", expected: "samples", got });
      },
      rest: () => this.#frames(opened(heard.toJSON()).end()),
      toJSON: () => heard.toJSON() as unknown as JsonObject,
    };
  }

  /** Frames as sequences of one step each. */
  #frames(all: Float32Array): EncodedSequence[] {
    const { size } = this.features.stacking;
    return Array.from({ length: all.length / size }, (_, t) => ({
      length: 1,
      tokens: new Int32Array(),
      letters: [],
      frames: all.slice(t * size, (t + 1) * size),
    }));
  }

  parse(line: string, bytes: Uint8Array = new Uint8Array()): SequenceValue {
    return readWav(bytes, line);
  }

  toJSON(): JsonObject {
    return JSON.parse(JSON.stringify({ kind: this.kind, features: this.features.json })) as JsonObject;
  }

  /** @throws file-format when the value is no input of sound. */
  static fromJSON(value: unknown, where: string): SoundInput {
    const fields = new SavedFields(value, where);
    const features = fields.values.features as TranscriberFeaturesJson | undefined;
    fields.require("features", () => features?.scaler !== undefined, "features with a scaler");
    return new SoundInput(new TranscriberFeatures(features!));
  }
}

function clipOf(sequence: SequenceValue, where: string): Waveform {
  const isClip = typeof sequence === "object" && "samples" in sequence;
  if (isClip && sequence.samples.length > 0) return sequence;
  const got = isClip ? "one without a sample" : sequenceKind(sequence);
  throw new RecurraError("data", { where, expected: "a clip of sound", got });
}
