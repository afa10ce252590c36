/** From a clip to the frames that a transcriber reads, the same in training, prediction and streaming. */
import { FrameScaler, type FrameScalerJson } from "../data/encoders/frame-scaler.ts";
import { FrameStacking } from "../data/encoders/frame-stacking.ts";
import { LogMel } from "../data/encoders/log-mel.ts";
import { Resampler } from "../data/resampler.ts";
import type { Waveform } from "../data/sources/wav.ts";

export interface TranscriberFeaturesJson {
  readonly sampleRateHz: number;
  readonly bands: number;
  readonly scale: "htk" | "slaney";
  readonly stack: number;
  readonly stride: number;
  /** Mean and deviation of the training frames; absent where each clip has its own. */
  readonly scaler?: FrameScalerJson;
}

export class TranscriberFeatures {
  readonly json: TranscriberFeaturesJson;
  readonly logMel: LogMel;
  readonly stacking: FrameStacking;
  readonly scaler: FrameScaler | undefined;

  constructor(json: TranscriberFeaturesJson) {
    this.json = json;
    const { sampleRateHz, bands, scale, stack, stride, scaler } = json;
    this.logMel = new LogMel({ sampleRateHz, bands, scale });
    this.stacking = new FrameStacking(bands, stack, stride);
    this.scaler = scaler === undefined ? undefined : FrameScaler.fromJSON(scaler);
  }

  /** The samples at the model's rate. */
  samples({ samples, sampleRateHz }: Waveform): Float32Array {
    return new Resampler(sampleRateHz, this.json.sampleRateHz).apply(samples);
  }

  /** Scaled log-mel frames of samples at the model's rate, `[frames, bands]`. */
  frames(samples: Float32Array): Float32Array {
    const frames = this.logMel.frames(samples);
    return (this.scaler ?? FrameScaler.of([frames], this.json.bands)).apply(frames);
  }

  /** What the network reads of a clip, `[steps, bands · stack]`. */
  input(clip: Waveform): Float32Array {
    return this.stacking.apply(this.frames(this.samples(clip)));
  }
}
