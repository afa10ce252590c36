/** Learns a round of chords from piano rolls, goes on with a beginning, and writes it as a MIDI file. */
import { midiToNotes, readMidi } from "recurra/interop";
import { type GeneratorExample, trainGenerator } from "recurra/tasks";

/** C, F, G, a minor: the pitches of each chord in close position. */
const CHORDS = { C: [60, 64, 67], F: [60, 65, 69], G: [59, 62, 67], a: [60, 64, 69] };
type Chord = keyof typeof CHORDS;
/** Phrases that songs are made of. */
const PHRASES: Chord[][] = [
  ["C", "F", "G", "C"],
  ["C", "a", "F", "G"],
  ["a", "F", "G", "C"],
];

/** Song i: eight phrases, each chord for two steps over its root, the phrases in an order of their own. */
const songs: GeneratorExample[] = Array.from({ length: 40 }, (_, i) => ({
  condition: undefined,
  sequence: Array.from({ length: 8 }, (_phrase, p) => PHRASES[(i * (p + 1) + (p >> 1)) % PHRASES.length] as Chord[])
    .flat()
    .flatMap((chord) => {
      const bass = { C: 48, F: 53, G: 55, a: 57 }[chord];
      return [[bass, ...CHORDS[chord]], CHORDS[chord]];
    }),
}));

const run = trainGenerator(
  { unit: "roll", examples: songs },
  { hiddenSize: 48, dropout: 0.1, steps: 150, batchSize: 8, learningRate: 0.01, seed: 1 },
);
const model = await run.model;
const { valid, baselines } = await run.summary;

const roll = model.generate({ beginning: [[48, 60, 64, 67]], length: 15, temperature: 0.7, seed: 4 });
const bytes = model.toMidi(JSON.stringify(roll), 96);
const { notes, quarters } = midiToNotes(readMidi(bytes, "tune.mid"), "tune.mid");
console.log(`A tune of ${quarters} quarter notes, ${bytes.length > 200 ? "a playable file" : "too short"}.`);
console.log(
  notes
    .filter(({ pitch }) => pitch < 59)
    .map(({ pitch, start }) => `bass ${pitch} at ${start}`)
    .join(", "),
);
for (const { name, metrics } of baselines) console.log(`nats a step, ${name}: ${metrics.nllPerStep?.toFixed(2)}`);
console.log(`nats a step, this model: ${valid.nllPerStep?.toFixed(2)}`);
