/**
 * One to many: x -> ŷ⟨1⟩, ŷ⟨2⟩, …  From the number of a tune alone the network plays the whole tune: each note that it
 * chooses is fed back as the next input. In training the true notes are fed, through the same `step`.
 */
import {
  Adam,
  add,
  Dense,
  defaultEngine,
  elementwise,
  Indices,
  Packing,
  Recurrent,
  softmaxCrossEntropy,
  step,
  type Tensor,
} from "recurra";
import { gru } from "recurra/cells";
import { constantSchedule, Trainer } from "recurra/training";

const TUNES = ["CCGGAAG", "EDCDEEE", "EEFGGFE", "GAGFEFG"];
const NOTES = "CDEFGAB";
const [B, T, CLASSES] = [TUNES.length, 7, NOTES.length];
const SYMBOLS = B + CLASSES; // an input is the number of a tune, or a note

const engine = defaultEngine();
const layer = new Recurrent({ engine, name: "rnn", cell: gru(), inputSize: SYMBOLS, hiddenSize: 24, seed: 1 });
const dense = new Dense({ engine, name: "dense", inputSize: 24, outputSize: CLASSES, seed: 1 });
const plus = elementwise((a, b) => add(a, b));

const noteOf = (tune: number, t: number): number => NOTES.indexOf(TUNES[tune]![t]!);
const tunes = [...TUNES.keys()];

/** Plays all tunes side by side; `next` chooses each tune's note from the scores [B, CLASSES] of a step. */
function play(next: (scores: Tensor, t: number) => readonly number[]): void {
  const unroll = layer.unroll(Packing.uniform(B, T));
  let inputs: readonly number[] = tunes; // x; later the notes ŷ⟨t-1⟩
  for (let t = 0; t < T; t++) {
    const scores = dense.run(unroll.step(Indices.from(engine, inputs, SYMBOLS)));
    inputs = next(scores, t).map((note) => B + note);
  }
}

const trainer = new Trainer({
  optimizer: new Adam([...layer.parameters, ...dense.parameters]),
  schedule: constantSchedule(0.02),
  clipNorm: 5,
  forward() {
    const losses: Tensor[] = [];
    play((scores, t) => {
      const right = tunes.map((tune) => noteOf(tune, t));
      losses.push(softmaxCrossEntropy(scores, Indices.from(engine, right, CLASSES), { reduce: "sum" }));
      return right;
    });
    return { loss: losses.reduce((total, loss) => plus(total, loss)), tokens: B * T };
  },
});
let loss = 0;
for (let k = 0; k < 150; k++) loss = trainer.update().lossNats / (B * T);

const played = TUNES.map(() => "");
step(engine, () => {
  play((scores) => {
    const values = scores.toArray();
    const chosen = tunes.map((tune) => {
      const row = Array.from(values.subarray(tune * CLASSES, (tune + 1) * CLASSES));
      return row.indexOf(Math.max(...row));
    });
    chosen.forEach((note, tune) => {
      played[tune] += NOTES[note]!;
    });
    return chosen;
  });
});
console.log(played.join(" "));
console.log(`final loss a note: ${loss.toFixed(4)}`);
