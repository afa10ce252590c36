import { PCM } from "./wav-format.ts";
import { WavStream } from "./wav-stream.ts";

/** A clip of sound: one channel of samples at equal distances in time. */
export interface Waveform {
  /** Full scale is -1 to 1. */
  readonly samples: Float32Array;
  readonly sampleRateHz: number;
}

/**
 * Reads the bytes of a wav file: PCM of 8, 16, 24 or 32 bits or float of 32 or 64, plain or extensible, at any rate.
 *
 * Several channels become one, their mean. A file may hold no sample at all: that is for the caller to judge.
 *
 * @param where the file's name, for messages.
 * @param rawRateHz the bytes are 16-bit PCM at so many Hz, without a header.
 * @returns full scale as -1 to 1; float samples are taken as they stand and may lie beyond.
 * @throws data when the bytes are no wav, are compressed, are cut short, or hold NaN or infinity; the message names the byte.
 * Source: Microsoft and IBM 1991, "Multimedia Programming Interface and Data Specifications 1.0"; Microsoft 2007, "Multiple
 * channel audio data and WAVE files" for the extensible form.
 * @example
 * ```ts
 * const { samples, sampleRateHz } = readWav(bytes, "seven.wav");
 * ```
 */
export function readWav(bytes: Uint8Array, where: string, rawRateHz?: number): Waveform {
  const wav = new WavStream(where, rawRateHz);
  const samples = wav.push(bytes);
  wav.end();
  return { samples, sampleRateHz: wav.sampleRateHz! };
}

/**
 * The bytes of a wav file of one channel of 16-bit PCM.
 *
 * Samples are rounded to the nearest of 65,536 steps and cut at full scale.
 *
 * @example
 * ```ts
 * readWav(writeWav({ samples: new Float32Array([0, 0.5]), sampleRateHz: 8000 }), "tone.wav");
 * ```
 */
export function writeWav({ samples, sampleRateHz }: Waveform): Uint8Array {
  const bytes = new Uint8Array(44 + 2 * samples.length);
  const view = new DataView(bytes.buffer);
  const write = (at: number, name: string): void => {
    for (let i = 0; i < name.length; i++) view.setUint8(at + i, name.charCodeAt(i));
  };
  write(0, "RIFF");
  view.setUint32(4, bytes.length - 8, true);
  write(8, "WAVEfmt ");
  view.setUint32(16, 16, true);
  view.setUint16(20, PCM, true);
  view.setUint16(22, 1, true);
  view.setUint32(24, sampleRateHz, true);
  view.setUint32(28, 2 * sampleRateHz, true);
  view.setUint16(32, 2, true);
  view.setUint16(34, 16, true);
  write(36, "data");
  view.setUint32(40, 2 * samples.length, true);
  for (let i = 0; i < samples.length; i++) {
    const step = Math.round(samples[i]! * 32768);
    view.setInt16(44 + 2 * i, Math.max(-32768, Math.min(32767, step)), true);
  }
  return bytes;
}
