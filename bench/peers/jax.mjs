/**
 * jax-js on its wasm device: time unrolled inside jit, since it has no scan. One product a step of [x⟨t⟩, a⟨t-1⟩]; clip
 * of the global norm and Adam are written out inside the same jit. An embedding is a product with one-hot rows.
 */
import { defaultDevice, init, jit, nn, numpy as np, tree, valueAndGrad } from "@jax-js/jax";
import { examples, patternIds, uniform } from "../workloads.mjs";
import { runPeer, versionOf } from "./measure.mjs";

const GATES = { lstm: 4, gru: 3, rnn: 1 };
const [CLIP_NORM, LEARNING_RATE, BETA1, BETA2, EPSILON] = [5, 1e-3, 0.9, 0.999, 1e-8];

function parameters({ cell, vocabulary, embedding, hidden, layers, directions, outputs }) {
  let seed = 1;
  const bound = 1 / Math.sqrt(hidden);
  const matrix = (rows, columns) => np.array(uniform(rows * columns, bound, seed++)).reshape([rows, columns]);
  const p = { dense: matrix(hidden * directions, outputs), bias: matrix(1, outputs), cells: [] };
  if (embedding !== undefined) p.table = matrix(vocabulary, embedding);
  let inputs = embedding ?? vocabulary;
  for (let l = 0; l < layers; l++) {
    for (let d = 0; d < directions; d++) {
      const w = matrix(inputs + (cell === "gru" ? 0 : hidden), GATES[cell] * hidden);
      const b = matrix(1, GATES[cell] * hidden);
      p.cells.push(cell === "gru" ? { w, b, u: matrix(hidden, 3 * hidden), c: matrix(1, 3 * hidden) } : { w, b });
    }
    inputs = hidden * directions;
  }
  return p;
}

/** [T] arrays [B, V]. */
function oneHotSteps(rows, depth) {
  return Array.from({ length: rows[0].length }, (_, t) => {
    const values = new Float32Array(rows.length * depth);
    rows.forEach((ids, b) => {
      values[b * depth + ids[t]] = 1;
    });
    return np.array(values).reshape([rows.length, depth]);
  });
}

/** One step of a cell: a⟨t⟩ and the states to go on with; it consumes what it is given. */
const CELLS = {
  lstm({ w, b }, x, [a, c]) {
    const [i, f, g, o] = np.split(np.matmul(np.concatenate([x, a], 1), w).add(b), 4, 1);
    const next = nn
      .sigmoid(f)
      .mul(c)
      .add(nn.sigmoid(i).mul(np.tanh(g)));
    const output = nn.sigmoid(o).mul(np.tanh(next.ref));
    return [output, next];
  },
  gru({ w, b, u, c }, x, [a]) {
    const [r, z, n] = np.split(np.matmul(x, w).add(b), 3, 1);
    const [ra, za, na] = np.split(np.matmul(a.ref, u).add(c), 3, 1);
    const candidate = np.tanh(n.add(nn.sigmoid(r.add(ra)).mul(na)));
    const keep = nn.sigmoid(z.add(za));
    return [keep.mul(a.sub(candidate.ref)).add(candidate)];
  },
  rnn({ w, b }, x, [a]) {
    return [np.tanh(np.matmul(np.concatenate([x, a], 1), w).add(b))];
  },
};

/** [T] outputs [B, H] of one layer in one direction. */
function unroll({ cell, hidden }, p, xs) {
  const [batch] = xs[0].shape;
  let states = Array.from({ length: cell === "lstm" ? 2 : 1 }, () => np.zeros([batch, hidden]));
  const outputs = xs.map((x) => {
    states = CELLS[cell](tree.ref(p), x, states);
    return states[0].ref;
  });
  tree.dispose(states);
  tree.dispose(p);
  return outputs;
}

/** Logits of all steps, [T * B, outputs]. */
function scores(spec, p, xs) {
  let rows = p.table === undefined ? xs : xs.map((x) => np.matmul(x, p.table.ref));
  p.table?.dispose();
  for (let l = 0; l < spec.layers; l++) {
    if (spec.directions === 1) rows = unroll(spec, p.cells[l], rows);
    else {
      const forward = unroll(
        spec,
        p.cells[2 * l],
        rows.map((row) => row.ref),
      );
      const backward = unroll(spec, p.cells[2 * l + 1], rows.toReversed()).toReversed();
      rows = forward.map((row, t) => np.concatenate([row, backward[t]], 1));
    }
  }
  return np.matmul(np.concatenate(rows, 0), p.dense).add(p.bias);
}

function training(spec) {
  const { inputs, targets } = examples(spec);
  const x = oneHotSteps(inputs, spec.vocabulary);
  const y = np.concatenate(oneHotSteps(targets, spec.outputs), 0);
  const tokens = spec.batch * spec.steps;
  const lossOf = (p, xs, ys) =>
    nn
      .logSoftmax(scores(spec, p, xs), -1)
      .mul(ys)
      .sum()
      .mul(-1 / tokens);
  const step = jit((p, m, v, corrections, xs, ys) => {
    const [loss, gradients] = valueAndGrad(lossOf)(tree.ref(p), xs, ys);
    const squares = tree.leaves(tree.ref(gradients)).map((g) => np.square(g).sum());
    const norm = np.sqrt(squares.reduce((sum, square) => sum.add(square)));
    const scale = np.minimum(np.array(1), np.array(CLIP_NORM).div(norm.add(1e-6)));
    const clipped = tree.map((g) => g.mul(scale.ref), gradients);
    scale.dispose();
    const mNext = tree.map((old, g) => old.mul(BETA1).add(g.mul(1 - BETA1)), m, tree.ref(clipped));
    const vNext = tree.map((old, g) => old.mul(BETA2).add(np.square(g).mul(1 - BETA2)), v, clipped);
    const [first, second] = np.split(corrections, 2, 0);
    const next = tree.map(
      (old, a, b) =>
        old.sub(
          a
            .mul(first.ref)
            .mul(LEARNING_RATE)
            .div(np.sqrt(b.mul(second.ref)).add(EPSILON)),
        ),
      p,
      tree.ref(mNext),
      tree.ref(vNext),
    );
    first.dispose();
    second.dispose();
    return [next, mNext, vNext, loss];
  });
  let p = parameters(spec);
  let m = tree.map((leaf) => np.zeros(leaf.shape), p);
  let v = tree.map((leaf) => np.zeros(leaf.shape), p);
  let t = 0;
  return async () => {
    t++;
    const corrections = np.array(Float32Array.of(1 / (1 - BETA1 ** t), 1 / (1 - BETA2 ** t)));
    let loss;
    [p, m, v, loss] = step(p, m, v, corrections, tree.ref(x), y.ref);
    return (await loss.data())[0];
  };
}

/** One token: the previous argmax in, the next one out. */
function streaming(spec) {
  const p = parameters(spec);
  const step = jit((weights, id, a, c) => {
    const x = nn.oneHot(id, spec.vocabulary);
    const [output, next] = CELLS.lstm(weights.cells[0], x, [a, c]);
    const logits = np.matmul(output.ref, weights.dense).add(weights.bias);
    return [np.argmax(logits, 1), output, next];
  });
  let id = 0;
  let [a, c] = [np.zeros([1, spec.hidden]), np.zeros([1, spec.hidden])];
  return async () => {
    let next;
    [next, a, c] = step(tree.ref(p), np.array(Int32Array.of(id)), a, c);
    [id] = await next.data();
  };
}

await runPeer(async (_, spec) => {
  const backend = `jax-js ${versionOf("@jax-js/jax")} wasm`;
  // it asks the navigator how many workers to start, and starts 4 where there is none
  Object.defineProperty(globalThis, "navigator", { value: { hardwareConcurrency: 1 } });
  await init("wasm");
  defaultDevice("wasm");
  if (spec.kind === "stream") return { backend, step: streaming(spec) };
  if (spec.kind === "forward") {
    const rows = patternIds(spec);
    const weights = parameters(spec);
    const x = oneHotSteps(
      rows.map((row) => row.slice(0, spec.steps)),
      spec.vocabulary,
    );
    const run = jit((p, xs) => scores(spec, p, xs));
    return {
      backend,
      async step() {
        await run(tree.ref(weights), tree.ref(x)).data();
      },
    };
  }
  return { backend, step: training(spec) };
});
