/** What is run, and what is asked of it. */
import type { ProblemName, SeedOptions } from "./train-seed.ts";

export type Cell = SeedOptions["cell"];

export interface Experiment {
  readonly title: string;
  readonly problem: ProblemName;
  /** What is published of it, and by whom. */
  readonly published: string;
  /** Lengths to try, shortest first: the next one when the plain RNN succeeds too often on the one before. */
  readonly lengths: readonly number[];
  readonly seeds: number;
  /** Seeds of the LSTM that must succeed. */
  readonly lstmAtLeast: number;
  /** Seeds of the plain RNN that may succeed; undefined where any number may. */
  readonly rnnAtMost?: number;
  readonly settings: Omit<SeedOptions, "problem" | "T" | "cell" | "seed" | "learningRate">;
  readonly learningRates: Readonly<Record<Cell, number>>;
}

const REBER: Experiment = {
  title: "embedded Reber",
  problem: "embedded-reber",
  published: "LSTM 10 of 10 seeds (H = 8), 4,800 sequences on average",
  lengths: [0],
  seeds: 5,
  lstmAtLeast: 4,
  settings: {
    hiddenSize: 16,
    batchSize: 10,
    forgetBias: 1,
    clipNorm: 1,
    mostSequences: 40_000,
    testEvery: 250,
    testSequences: 256,
  },
  learningRates: { rnn: 0.01, gru: 0.01, lstm: 0.01 },
};

/** A memory that begins by keeping σ(5) = 0.993 of itself a step reaches over a hundred steps before training. */
const LONG_LAG = {
  hiddenSize: 64,
  batchSize: 16,
  forgetBias: 5,
  clipNorm: 1,
  mostSequences: 128_000,
  testEvery: 1_600,
  testSequences: 1_024,
};

const ADDING: Experiment = {
  title: "adding problem",
  problem: "adding",
  published: "LSTM solves T = 100: MSE 0.0007 (threshold 0.04), 74,000 sequences",
  lengths: [100, 200, 400],
  seeds: 3,
  lstmAtLeast: 2,
  rnnAtMost: 1,
  settings: LONG_LAG,
  learningRates: { rnn: 0.001, gru: 0.005, lstm: 0.005 },
};

const ORDER: Experiment = {
  title: "temporal order, 2 symbols",
  problem: "temporal-order-2",
  published: "LSTM solves T = 100, 31,390 sequences",
  lengths: [100, 200, 400],
  seeds: 3,
  lstmAtLeast: 2,
  rnnAtMost: 1,
  settings: LONG_LAG,
  learningRates: { rnn: 0.001, gru: 0.005, lstm: 0.005 },
};

const ORDER_OF_THREE: Experiment = {
  ...ORDER,
  title: "temporal order, 3 symbols",
  problem: "temporal-order-3",
  published: "LSTM 100 %, RNN 25 %; T = 100, 571,100 sequences",
  settings: { ...LONG_LAG, mostSequences: 320_000 },
};

export function planOf(full: boolean): readonly Experiment[] {
  return full ? [REBER, ADDING, ORDER, ORDER_OF_THREE] : [REBER, ADDING, ORDER];
}
