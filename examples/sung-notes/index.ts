/**
 * A transcriber hears notes and writes their names, letter by letter: nothing tells it which moment belongs to which letter.
 *
 *     npm run example -- sung-notes
 */
import { Random } from "recurra";
import type { TranscribedClip } from "recurra/data";
import { trainTranscriber } from "recurra/tasks";

/** Frequencies in Hz of the notes from C6 up, equal temperament. */
const NOTES = { do: 1046.5, re: 1174.7, mi: 1318.5, fa: 1396.9, sol: 1568, la: 1760 };
const NAMES = Object.keys(NOTES) as (keyof typeof NOTES)[];
const RATE_HZ = 8000;

/** One to three notes of 120 to 200 ms, with 60 ms after each, in noise. */
function melody(i: number): TranscribedClip {
  const random = new Random(1, `melody ${i}`);
  const names = Array.from({ length: 1 + (i % 3) }, (_, n) => NAMES[random.integer(n, NAMES.length)] ?? "do");
  const samples: number[] = [];
  names.forEach((name, n) => {
    const length = RATE_HZ * (0.12 + 0.08 * random.uniform(10 + n));
    for (let t = 0; t < length + RATE_HZ * 0.06; t++) {
      const fade = Math.max(0, Math.min(1, t / 200, (length - t) / 200));
      const tone = Math.sin((2 * Math.PI * NOTES[name] * t) / RATE_HZ);
      samples.push(0.3 * fade * tone + 0.02 * (random.uniform(100 + samples.length) - 0.5));
    }
  });
  return {
    samples: Float32Array.from(samples),
    sampleRateHz: RATE_HZ,
    where: `melody ${i}`,
    transcript: names.join(" "),
  };
}

const clips = Array.from({ length: 400 }, (_, i) => melody(i));
const [test, train] = [clips.slice(0, 100), clips.slice(100)];
console.log(`${train.length} melodies to train on, ${test.length} others to test on.`);
const model = await trainTranscriber(train, {
  hiddenSize: 32,
  layers: 1,
  dropout: 0,
  epochs: 20,
  learningRate: 0.01,
  bandMasks: 0,
  timeMasks: 0,
  speed: 0, // played faster, a re is a mi
  seed: 1,
}).model;

const { wordErrorRate, charErrorRate } = model.evaluate(test);
console.log(`word error rate: ${wordErrorRate?.toFixed(4)}`);
console.log(`character error rate: ${charErrorRate?.toFixed(4)}`);
for (const clip of test.slice(0, 6)) console.log(`${clip.transcript.padEnd(12)} -> ${model.predict(clip).output}`);
