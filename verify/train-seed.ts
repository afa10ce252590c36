/** One seed of one problem: trains a network until it succeeds or has seen all the sequences it may. */
import { Adam, Dense, defaultEngine, type Indices, type Packing, Random, Recurrent, step, type Tensor } from "recurra";
import { gru, lstm, rnn } from "recurra/cells";
import { constantSchedule, Trainer } from "recurra/training";
import { adding } from "./problems/adding.ts";
import { embeddedReber } from "./problems/embedded-reber.ts";
import type { Problem } from "./problems/problem.ts";
import { temporalOrder } from "./problems/temporal-order.ts";

export type ProblemName = "embedded-reber" | "adding" | "temporal-order-2" | "temporal-order-3";

export interface SeedOptions {
  readonly problem: ProblemName;
  /** Shortest length where the problem has one. */
  readonly T: number;
  readonly cell: "rnn" | "gru" | "lstm";
  readonly hiddenSize: number;
  readonly batchSize: number;
  readonly learningRate: number;
  /** What bf of an LSTM begins with. */
  readonly forgetBias: number;
  readonly clipNorm: number;
  readonly seed: number;
  /** Training ends without success when so many sequences have been seen. */
  readonly mostSequences: number;
  /** The test sequences are asked each time so many sequences more have been seen. */
  readonly testEvery: number;
  readonly testSequences: number;
}

export interface SeedResult {
  readonly succeeded: boolean;
  /** Training sequences seen. */
  readonly sequences: number;
  /** Error on the test sequences at the end. */
  readonly error: number;
  readonly seconds: number;
}

const CELLS = { rnn, gru };
/** Test sequences run at once. */
const TEST_BATCH = 128;

export function problemOf(name: ProblemName, T: number): Problem {
  if (name === "embedded-reber") return embeddedReber();
  return name === "adding" ? adding(T) : temporalOrder(T, name === "temporal-order-2" ? 2 : 3);
}

export function trainSeed(options: SeedOptions): SeedResult {
  const started = performance.now();
  const { seed, hiddenSize, batchSize } = options;
  const problem = problemOf(options.problem, options.T);
  const engine = defaultEngine();
  const { inputSize, outputSize } = problem;
  const cell = options.cell === "lstm" ? lstm({ forgetBias: options.forgetBias }) : CELLS[options.cell]();
  const recurrent = new Recurrent({ engine, name: "rnn", cell, inputSize, hiddenSize, seed });
  const dense = new Dense({ engine, name: "dense", inputSize: hiddenSize, outputSize, seed });
  const scoresOf = (x: Tensor | Indices, packing: Packing): Tensor => {
    const run = recurrent.run(x, packing);
    return dense.run(problem.answered === "every step" ? run.output : run.last());
  };
  const trainer = new Trainer({
    optimizer: new Adam([...recurrent.parameters, ...dense.parameters]),
    schedule: constantSchedule(options.learningRate),
    clipNorm: options.clipNorm,
    forward(index) {
      const batch = problem.batch(new Random(seed, `training batch ${index}`), batchSize);
      return { loss: batch.loss(scoresOf(batch.input(engine), batch.packing)), tokens: batch.packing.rows };
    },
  });
  const tests = Array.from({ length: options.testSequences / TEST_BATCH }, (_, index) =>
    problem.batch(new Random(seed, `test batch ${index}`), TEST_BATCH),
  );
  const testError = (): number => {
    const errors = tests.map((batch) =>
      step(engine, () => batch.error(scoresOf(batch.input(engine), batch.packing).toArray())),
    );
    return errors.reduce((total, error) => total + error, 0) / errors.length;
  };

  let error = Number.POSITIVE_INFINITY;
  let sequences = 0;
  while (sequences < options.mostSequences && error > problem.largestError) {
    trainer.update();
    sequences += batchSize;
    if (sequences % options.testEvery === 0) {
      error = testError();
      if (process.env.VERIFY_TRACE) process.stderr.write(`${sequences} ${error.toPrecision(4)}\n`);
    }
  }
  return {
    succeeded: error <= problem.largestError,
    sequences,
    error,
    seconds: (performance.now() - started) / 1000,
  };
}
