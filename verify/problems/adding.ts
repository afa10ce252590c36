/**
 * The adding problem: of T numbers and more, two are marked; say what they add up to after the last.
 *
 * Lengths are uniform from T to T + T / 10 and numbers in [-1, 1]. One of the first ten numbers is marked and one of the
 * first T / 2, so that at least T / 2 steps lie between the last mark and the answer.
 *
 * The target is (X1 + X2) / 2: the published 0.5 + (X1 + X2) / 4 doubled and without its constant, so that errors are in
 * the unit of the later papers, the sum of two numbers in [0, 1]. There the constant answer has a mean squared error of
 * 0.167 and the answer from one of the two numbers 0.083, so that 0.04 cannot be had without both.
 *
 * Source: Hochreiter and Schmidhuber 1997, "Long short-term memory", experiment 4; Le, Jaitly and Hinton 2015,
 * arXiv 1504.00941, section 4.1, for the unit.
 */
import { Packing, type Random, Tensor } from "recurra";
import { squaredError } from "recurra/losses";
import type { Batch, Problem } from "./problem.ts";

/** Random draws set aside for each sequence. */
const DRAWS = 3;

export function adding(T: number): Problem {
  return {
    inputSize: 2,
    outputSize: 1,
    answered: "last step",
    measure: "test MSE",
    largestError: 0.04,
    batch(random: Random, sequences: number): Batch {
      const lengths = Array.from({ length: sequences }, (_, b) => T + random.integer(DRAWS * b, T / 10 + 1));
      const packing = new Packing(lengths);
      const { steps: Tx } = packing;
      const numbers = new Float32Array(sequences * Tx);
      random.fillUniform(numbers, -1, 1);
      const padded = new Float32Array(sequences * Tx * 2); // [B, Tx, number and mark]
      numbers.forEach((number, i) => {
        padded[2 * i] = number;
      });
      const targets = lengths.map((_, b) => {
        const first = random.integer(DRAWS * b + 1, 10);
        const other = random.integer(DRAWS * b + 2, T / 2 - 1);
        const second = other < first ? other : other + 1; // never the first again
        for (const t of [first, second]) padded[2 * (b * Tx + t) + 1] = 1;
        return (numbers[b * Tx + first]! + numbers[b * Tx + second]!) / 2;
      });
      const rows = packing.pack(padded, 2);
      return {
        packing,
        input: (engine) => Tensor.from(engine, packing.rows, 2, rows),
        loss: (scores) => squaredError(scores, Tensor.from(scores.engine, sequences, 1, targets)),
        error: (scores) => targets.reduce((total, y, b) => total + (scores[b]! - y) ** 2, 0) / sequences,
      };
    },
  };
}
