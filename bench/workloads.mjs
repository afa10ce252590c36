/**
 * The workloads of the bench as the JavaScript peers read them; Recurra's and PyTorch's programs say the same in their
 * own words.
 *
 * @typedef {{ cell: "lstm" | "gru" | "rnn", vocabulary: number, embedding?: number, hidden: number, layers: number,
 *   directions: 1 | 2, outputs: number, batch: number, steps: number, kind: "train" | "stream" | "forward" }} Spec
 */

const SMALL = {
  vocabulary: 64,
  hidden: 128,
  layers: 1,
  directions: 1,
  outputs: 64,
  batch: 32,
  steps: 64,
  kind: "train",
};
const MIDDLE = { cell: "lstm", vocabulary: 96, hidden: 256, directions: 1, outputs: 96 };

/** @type {Record<string, Spec>} */
export const WORKLOADS = {
  "W-S": { ...SMALL, cell: "lstm" },
  "W-S-GRU": { ...SMALL, cell: "gru" },
  "W-S-RNN": { ...SMALL, cell: "rnn" },
  "W-M": { ...MIDDLE, layers: 2, batch: 32, steps: 64, kind: "train" },
  "W-L": {
    ...{ cell: "lstm", vocabulary: 5000, embedding: 256, hidden: 512, layers: 1, directions: 1, outputs: 5000 },
    ...{ batch: 32, steps: 35, kind: "train" },
  },
  "W-BI": {
    ...{ cell: "lstm", vocabulary: 5000, embedding: 64, hidden: 128, layers: 1, directions: 2, outputs: 9 },
    ...{ batch: 32, steps: 32, kind: "train" },
  },
  "I-1": { ...MIDDLE, layers: 1, batch: 1, steps: 1, kind: "stream" },
  "I-B": { ...MIDDLE, layers: 2, batch: 64, steps: 128, kind: "forward" },
};

const GATES = { lstm: 4, gru: 3, rnn: 1 };

/** Multiplications and additions of the matrix products of one token; a look-up of a row counts nothing. */
export function flopPerToken({ cell, embedding = 0, hidden, layers, directions, outputs, kind }) {
  let [flop, inputs] = [0, embedding];
  for (let l = 0; l < layers; l++) {
    flop += directions * 2 * GATES[cell] * hidden * (inputs + hidden);
    inputs = directions * hidden;
  }
  return (flop + 2 * inputs * outputs) * (kind === "train" ? 3 : 1);
}

/**
 * Bytes of weights that each token's time step has to read: the state's matrices, shared by the batch, forward and in
 * training backward as well; in a stream those of the dense layer too. What comes before and after the loop is read once
 * for all steps.
 */
export function weightBytesPerToken({ cell, hidden, layers, directions, outputs, batch, kind }) {
  const state = directions * layers * GATES[cell] * hidden * hidden;
  const weights = kind === "stream" ? state + hidden * outputs : state;
  return (4 * weights * (kind === "train" ? 2 : 1)) / batch;
}

/** Whole numbers below `limit`, the same on every run. */
function draws(seed) {
  let state = seed;
  return (limit) => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return Math.floor((state / 2 ** 32) * limit);
  };
}

/** Numbers uniform on -bound to bound. */
export function uniform(count, bound, seed = 1) {
  const draw = draws(seed);
  return Float32Array.from({ length: count }, () => (draw(65_536) / 32_768 - 1) * bound);
}

/**
 * Ids of each row, one more than there are steps: a random pattern that comes three times in a window, each row at a
 * phase of its own, so that the loss falls as it is learnt.
 *
 * @param {Spec} spec
 * @returns {number[][]} [B][T + 1]
 */
export function patternIds({ vocabulary, batch, steps }) {
  const draw = draws(7);
  const pattern = Array.from({ length: Math.max(2, Math.floor((steps + 1) / 3)) }, () => draw(vocabulary));
  return Array.from({ length: batch }, () => {
    const phase = draw(pattern.length);
    return Array.from({ length: steps + 1 }, (_, t) => pattern[(t + phase) % pattern.length]);
  });
}

/** Inputs and targets of each row, [B][T]: the next id, or the tag of the id itself where there are two directions. */
export function examples(spec) {
  const rows = patternIds(spec);
  const inputs = rows.map((ids) => ids.slice(0, spec.steps));
  const tags = inputs.map((ids) => ids.map((id) => id % spec.outputs));
  return { inputs, targets: spec.directions === 2 ? tags : rows.map((ids) => ids.slice(1)) };
}
