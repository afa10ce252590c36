import type { TranscribedClip } from "../../src/data/sources/transcribed-clips.ts";

const SAMPLE_RATE_HZ = 8000;
const TEXTS = ["a", "b", "ab", "ba", "aab", "abb", "bab", "aba"];

/** "a" is a low tone, "b" a high one, each of 60 ms after a silence of 40, without which two equal ones would be one. */
export function spokenTones(transcript: string, phase: number, sampleRateHz: number = SAMPLE_RATE_HZ): TranscribedClip {
  const letter = sampleRateHz / 10;
  const samples = Float32Array.from({ length: letter * transcript.length }, (_, n) => {
    const hz = transcript[Math.floor(n / letter)] === "a" ? 400 : 1500;
    return n % letter < 0.4 * letter ? 0 : 0.3 * Math.sin((2 * Math.PI * hz * n) / sampleRateHz + phase);
  });
  return { samples, sampleRateHz, where: `${phase}.wav`, transcript };
}

/** Clips of one to three letters. */
export function toneClips(count = 40): TranscribedClip[] {
  return Array.from({ length: count }, (_, i) => spokenTones(TEXTS[i % TEXTS.length]!, i));
}

/** Options with which a small model learns to spell them in a second or two. */
export const SMALL_TRANSCRIBER = {
  hiddenSize: 16,
  layers: 1,
  bands: 10,
  dropout: 0,
  batchSize: 8,
  learningRate: 0.01,
  validFraction: 0.2,
  speed: 0,
  bandMasks: 0,
  timeMasks: 0,
} as const;
