/**
 * The workloads that Recurra is measured with.
 *
 * W-…: a training step is forward + backward through time + clip 5 + Adam. I-1 reads a stream, a token a step, each the
 * likeliest of the step before; I-B scores a batch.
 */
import { crossEntropy } from "../autograd/cross-entropy.ts";
import { differentiate } from "../autograd/differentiate.ts";
import { sum } from "../autograd/sum.ts";
import { gru, lstm, rnn } from "../cells/index.ts";
import { Packing } from "../core/packing.ts";
import { Random } from "../core/random.ts";
import type { Engine } from "../engine/engine.ts";
import { Bidirectional, Dense, Embedding, Stacked } from "../layers/index.ts";
import { StreamStates } from "../layers/stream-states.ts";
import { Adam } from "../optimizers/adam.ts";
import { clipScale, gradientNorm } from "../optimizers/clip.ts";
import type { Cell } from "../recurrence/define-cell.ts";
import { Indices } from "../tensor/indices.ts";
import type { Parameter } from "../tensor/parameter.ts";
import { step } from "../tensor/tape.ts";
import type { Tensor } from "../tensor/tensor.ts";
import { LanguageNetwork } from "./language-network.ts";

/** A workload made ready: call `step` again and again. */
export interface PreparedWorkload {
  step(): void;
  readonly tokensPerStep: number;
  /** Multiplications and additions of the matrix products of one step. */
  readonly flopPerStep: number;
  /** The loss of the last step, nats a token; absent where nothing is trained. */
  lossOf?(): number;
}

export interface Workload {
  readonly name: string;
  readonly description: string;
  prepare(engine: Engine): PreparedWorkload;
}

const CLIP_NORM = 5;
const LEARNING_RATE = 1e-3;

/** Ids with a pattern to learn: a short cycle, so that the loss falls. */
function patternIds(count: number, vocabulary: number, purpose: string): Int32Array {
  const random = new Random(1, purpose);
  const cycle = Int32Array.from({ length: 97 }, (_, i) => random.integer(i, vocabulary));
  return Int32Array.from({ length: count }, (_, i) => cycle[i % cycle.length]!);
}

/** Trains a network of rows of scores against targets of the same rows. */
function training(
  parameters: readonly Parameter[],
  tokens: number,
  flopPerToken: number,
  scores: () => { readonly y: Tensor; readonly targets: Indices },
): PreparedWorkload {
  const engine = parameters[0]!.engine;
  const optimizer = new Adam(parameters);
  let loss = Number.NaN;
  return {
    tokensPerStep: tokens,
    flopPerStep: tokens * flopPerToken,
    lossOf: () => loss,
    step() {
      for (const p of parameters) p.zeroGradient();
      loss = step(engine, () =>
        differentiate(engine, () => {
          const { y, targets } = scores();
          return sum(crossEntropy(y, targets), 1 / targets.count);
        }),
      );
      optimizer.step(LEARNING_RATE, clipScale(gradientNorm(parameters), CLIP_NORM));
    },
  };
}

interface LanguageShape {
  readonly cell: Cell;
  readonly vocabulary: number;
  readonly embedding?: number;
  readonly hidden: number;
  readonly layers: number;
  readonly batch: number;
  readonly steps: number;
  /** Multiplications and additions of the products of one token, forward and backward. */
  readonly flopPerToken: number;
}

function languageModel(name: string, description: string, shape: LanguageShape): Workload {
  const prepare = (engine: Engine): PreparedWorkload => {
    const { cell, vocabulary, hidden, layers, batch, steps } = shape;
    const base = { engine, seed: 1 };
    const embedding =
      shape.embedding === undefined
        ? undefined
        : new Embedding({ ...base, name: "embedding", vocabularySize: vocabulary, size: shape.embedding });
    const inputSize = shape.embedding ?? vocabulary;
    const network = new Stacked({ ...base, name: "rnn", cell, inputSize, hiddenSize: hidden, layers });
    const dense = new Dense({ ...base, name: "dense", inputSize: hidden, outputSize: vocabulary });
    const packing = Packing.uniform(batch, steps);
    const ids = patternIds(batch * (steps + 1), vocabulary, name);
    const inputs = new Int32Array(batch * steps);
    const next = new Int32Array(batch * steps);
    for (let t = 0; t < steps; t++) {
      for (let b = 0; b < batch; b++) {
        inputs[t * batch + b] = ids[b * (steps + 1) + t]!;
        next[t * batch + b] = ids[b * (steps + 1) + t + 1]!;
      }
    }
    const parameters = [...(embedding?.parameters ?? []), ...network.parameters, ...dense.parameters];
    return training(parameters, batch * steps, shape.flopPerToken, () => {
      const x = Indices.from(engine, inputs, vocabulary);
      const targets = Indices.from(engine, next, vocabulary);
      const { output } = network.run(embedding?.run(x) ?? x, packing);
      return { y: dense.run(output), targets };
    });
  };
  return { name, description, prepare };
}

/** Embedding 5000 x 64 -> bidirectional LSTM 2 x 128 -> 9 tags, batch 32, T 32. */
function tagger(): Workload {
  const [vocabulary, size, hidden, tags, batch, steps] = [5000, 64, 128, 9, 32, 32];
  const prepare = (engine: Engine): PreparedWorkload => {
    const base = { engine, seed: 1 };
    const embedding = new Embedding({ ...base, name: "embedding", vocabularySize: vocabulary, size });
    const network = new Bidirectional({ ...base, name: "rnn", cell: lstm(), inputSize: size, hiddenSize: hidden });
    const dense = new Dense({ ...base, name: "dense", inputSize: 2 * hidden, outputSize: tags });
    const packing = Packing.uniform(batch, steps);
    const words = patternIds(batch * steps, vocabulary, "W-BI");
    const labels = Int32Array.from(words, (word) => word % tags);
    const parameters = [...embedding.parameters, ...network.parameters, ...dense.parameters];
    const flopPerToken = 3 * (2 * 2 * 4 * hidden * (size + hidden) + 2 * 2 * hidden * tags);
    return training(parameters, batch * steps, flopPerToken, () => {
      const x = embedding.run(Indices.from(engine, words, vocabulary));
      return { y: dense.run(network.run(x, packing).output), targets: Indices.from(engine, labels, tags) };
    });
  };
  return { name: "W-BI", description: "embedding 5000 x 64, bidirectional LSTM 2 x 128, 9 tags, B 32, T 32", prepare };
}

/** Forward products of one token: a state product of `gates` gates, a dense x where there is one, the output. */
function forwardFlop(gates: number, hidden: number, dense: number, outputs: number): number {
  return 2 * (gates * hidden * (hidden + dense) + hidden * outputs);
}

/** The same, forward and backward. */
function flop(gates: number, hidden: number, dense: number, outputs: number): number {
  return 3 * forwardFlop(gates, hidden, dense, outputs);
}

/** A one-hot language model of LSTM layers of 256 units over 96 tokens. */
function languageNetwork(engine: Engine, layers: number): LanguageNetwork {
  const sizes = { vocabularySize: 96, hiddenSize: 256, layers, embeddingSize: 0 };
  return new LanguageNetwork({ engine, cell: lstm(), ...sizes, seed: 1 });
}

/** One token a step, the likeliest one fed back. */
function streaming(): Workload {
  const prepare = (engine: Engine): PreparedWorkload => {
    const network = languageNetwork(engine, 1);
    const states = new StreamStates(network.recurrent);
    let id = 0;
    const next = (): number => {
      const scores = network.next(id, states).toArray();
      let best = 0;
      for (let j = 1; j < scores.length; j++) if (scores[j]! > scores[best]!) best = j;
      return best;
    };
    return {
      tokensPerStep: 1,
      flopPerStep: forwardFlop(4, 256, 0, 96),
      step() {
        id = step(engine, next);
      },
    };
  };
  return { name: "I-1", description: "one-hot 96, LSTM 256, 96 classes, a stream of single steps, forward", prepare };
}

/** The scores of a batch. */
function scoring(): Workload {
  const [batch, steps] = [64, 128];
  const prepare = (engine: Engine): PreparedWorkload => {
    const network = languageNetwork(engine, 2);
    const packing = Packing.uniform(batch, steps);
    const ids = patternIds(batch * steps, 96, "I-B");
    return {
      tokensPerStep: batch * steps,
      flopPerStep: batch * steps * (forwardFlop(4, 256, 0, 96) + forwardFlop(4, 256, 256, 0)),
      step() {
        step(engine, () => network.run(ids, packing).scores());
      },
    };
  };
  return { name: "I-B", description: "the model of W-M, B 64, T 128, forward", prepare };
}

const SMALL = { vocabulary: 64, hidden: 128, layers: 1, batch: 32, steps: 64 };

/** All workloads, smallest first. */
export const workloads: readonly Workload[] = [
  languageModel("W-S", "one-hot 64, LSTM 128, 64 classes, B 32, T 64", {
    ...SMALL,
    cell: lstm(),
    flopPerToken: flop(4, 128, 0, 64),
  }),
  languageModel("W-S-GRU", "one-hot 64, GRU 128, 64 classes, B 32, T 64", {
    ...SMALL,
    cell: gru(),
    flopPerToken: flop(3, 128, 0, 64),
  }),
  languageModel("W-S-RNN", "one-hot 64, tanh RNN 128, 64 classes, B 32, T 64", {
    ...SMALL,
    cell: rnn(),
    flopPerToken: flop(1, 128, 0, 64),
  }),
  languageModel("W-M", "one-hot 96, 2 x LSTM 256, 96 classes, B 32, T 64", {
    cell: lstm(),
    vocabulary: 96,
    hidden: 256,
    layers: 2,
    batch: 32,
    steps: 64,
    flopPerToken: flop(4, 256, 0, 96) + flop(4, 256, 256, 0),
  }),
  languageModel("W-L", "embedding 5000 x 256, LSTM 512, 5000 classes, B 32, T 35", {
    cell: lstm(),
    vocabulary: 5000,
    embedding: 256,
    hidden: 512,
    layers: 1,
    batch: 32,
    steps: 35,
    flopPerToken: flop(4, 512, 256, 5000),
  }),
  tagger(),
  streaming(),
  scoring(),
];
