/**
 * jax-js on its wasm device: time unrolled inside jit, since it has no scan. What depends on x alone is one look-up (of
 * an embedding, or of the rows of Wx where x is one-hot) or one product for all steps; clip of the global norm and Adam
 * are written out inside the same jit.
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
  const columns = GATES[cell] * hidden;
  for (let l = 0; l < layers; l++) {
    for (let d = 0; d < directions; d++) {
      const own = { w: matrix(inputs, columns), b: matrix(1, columns), u: matrix(hidden, columns) };
      p.cells.push(cell === "gru" ? { ...own, c: matrix(1, columns) } : own);
    }
    inputs = hidden * directions;
  }
  return p;
}

/** Numbers of [B][T] by time: [T * B]. */
function timeMajor(rows) {
  return Int32Array.from(
    { length: rows[0].length * rows.length },
    (_, i) => rows[i % rows.length][Math.floor(i / rows.length)],
  );
}

/** One step of a cell from x⟨t⟩ · W + b: a⟨t⟩ and the states to go on with; it consumes what it is given but the weights. */
const CELLS = {
  lstm({ u }, xw, [a, c]) {
    const [i, f, g, o] = np.split(np.matmul(a, u.ref).add(xw), 4, 1);
    const next = nn
      .sigmoid(f)
      .mul(c)
      .add(nn.sigmoid(i).mul(np.tanh(g)));
    return [nn.sigmoid(o).mul(np.tanh(next.ref)), next];
  },
  gru({ u, c }, xw, [a]) {
    const [r, z, n] = np.split(xw, 3, 1);
    const [ra, za, na] = np.split(np.matmul(a.ref, u.ref).add(c.ref), 3, 1);
    const candidate = np.tanh(n.add(nn.sigmoid(r.add(ra)).mul(na)));
    const keep = nn.sigmoid(z.add(za));
    return [keep.mul(a.sub(candidate.ref)).add(candidate)];
  },
  rnn({ u }, xw, [a]) {
    return [np.tanh(np.matmul(a, u.ref).add(xw))];
  },
};

/** x · W in two halves: of a look-up with one product behind it, jit cannot compile the gradient ("input is not imm"). */
function product(x, w) {
  const [first, second] = np.split(x, 2, 0);
  return np.concatenate([np.matmul(first, w.ref), np.matmul(second, w)], 0);
}

/** Outputs [T * B, H] of one layer in one direction, of ids or of rows of numbers. */
function unroll({ cell, hidden, steps, batch }, p, x, isReversed) {
  const { w, b, ...recurrent } = p;
  const xw = (x.ndim === 1 ? np.take(w, x, 0) : product(x, w)).add(b);
  const inputs = steps === 1 ? [xw] : np.split(xw, steps, 0);
  if (isReversed) inputs.reverse();
  let states = Array.from({ length: cell === "lstm" ? 2 : 1 }, () => np.zeros([batch, hidden]));
  const outputs = inputs.map((input) => {
    states = CELLS[cell](recurrent, input, states);
    return states[0].ref;
  });
  tree.dispose(states);
  tree.dispose(recurrent);
  if (isReversed) outputs.reverse();
  return np.concatenate(outputs, 0);
}

/** Logits of all steps, [T * B, outputs], of ids [T * B]. */
function scores(spec, p, ids) {
  let x = p.table === undefined ? ids : np.take(p.table, ids, 0);
  for (let l = 0; l < spec.layers; l++) {
    if (spec.directions === 1) x = unroll(spec, p.cells[l], x, false);
    else {
      const forward = unroll(spec, p.cells[2 * l], x.ref, false);
      x = np.concatenate([forward, unroll(spec, p.cells[2 * l + 1], x, true)], 1);
    }
  }
  return np.matmul(x, p.dense).add(p.bias);
}

function training(spec) {
  const { inputs, targets } = examples(spec);
  const x = np.array(timeMajor(inputs));
  const y = nn.oneHot(np.array(timeMajor(targets)), spec.outputs);
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
    [p, m, v, loss] = step(p, m, v, corrections, x.ref, y.ref);
    return (await loss.data())[0];
  };
}

/** One token: the previous argmax in, the next one out. */
function streaming(spec) {
  const p = parameters(spec);
  const step = jit((weights, id, a, c) => {
    const { w, b, ...recurrent } = weights.cells[0];
    const [output, next] = CELLS.lstm(recurrent, np.take(w, id, 0).add(b), [a, c]);
    tree.dispose(recurrent);
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
    const x = np.array(timeMajor(rows.map((row) => row.slice(0, spec.steps))));
    const run = jit((p, ids) => scores(spec, p, ids));
    return {
      backend,
      async step() {
        await run(tree.ref(weights), x.ref).data();
      },
    };
  }
  return { backend, step: training(spec) };
});
