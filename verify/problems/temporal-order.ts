/**
 * Temporal order: in a long sequence of distractors stand two or three relevant symbols, each X or Y; say after the last
 * step which came in which order (4 or 8 classes).
 *
 * A sequence is E, then distractors a to d, then B; its length is uniform from T to T + T / 10. Of two relevant symbols
 * the first stands in [T/10, T/5], the second in [T/2, 6T/10]; of three they stand in [T/10, T/5], [33T/100, 43T/100] and
 * [66T/100, 76T/100].
 *
 * Source: Hochreiter and Schmidhuber 1997, "Long short-term memory", experiments 6a and 6b (T = 100).
 */
import { Indices, Packing, type Random } from "recurra";
import { softmaxCrossEntropy } from "recurra/losses";
import type { Batch, Problem } from "./problem.ts";

const SYMBOLS = "EBabcdXY";
const DISTRACTORS = "abcd";

/** Where the relevant symbols stand, first and last place as shares of T. */
const PLACES: Readonly<Record<number, readonly (readonly [number, number])[]>> = {
  2: [
    [0.1, 0.2],
    [0.5, 0.6],
  ],
  3: [
    [0.1, 0.2],
    [0.33, 0.43],
    [0.66, 0.76],
  ],
};

export function temporalOrder(T: number, relevant: 2 | 3): Problem {
  const classes = 2 ** relevant;
  const places = PLACES[relevant]!.map((range) => range.map((share) => Math.round(share * T)) as [number, number]);
  return {
    inputSize: SYMBOLS.length,
    outputSize: classes,
    answered: "last step",
    measure: "sequences classed wrong",
    largestError: 0.01,
    batch(random: Random, sequences: number): Batch {
      let draws = 0;
      const below = (n: number): number => random.integer(draws++, n);
      const lengths = Array.from({ length: sequences }, () => T + below(T / 10 + 1));
      const packing = new Packing(lengths);
      const padded = new Int32Array(sequences * packing.steps); // [B, Tx]
      const targets = lengths.map((length, b) => {
        const row = padded.subarray(b * packing.steps, b * packing.steps + length);
        for (let t = 0; t < length; t++) row[t] = SYMBOLS.indexOf(DISTRACTORS[below(4)]!);
        row[0] = SYMBOLS.indexOf("E");
        row[length - 1] = SYMBOLS.indexOf("B");
        let order = 0;
        for (const [first, last] of places) {
          const isY = below(2);
          row[first + below(last - first + 1)] = SYMBOLS.indexOf("XY"[isY]!);
          order = 2 * order + isY;
        }
        return order;
      });
      const rows = packing.pack(padded, 1);
      return {
        packing,
        input: (engine) => Indices.from(engine, rows, SYMBOLS.length),
        loss: (scores) => softmaxCrossEntropy(scores, Indices.from(scores.engine, targets, classes)),
        error(scores) {
          const wrong = targets.filter((target, b) => {
            const row = Array.from({ length: classes }, (_, k) => scores[b * classes + k]!);
            return row.some((score, k) => k !== target && score >= row[target]!);
          });
          return wrong.length / sequences;
        },
      };
    },
  };
}
