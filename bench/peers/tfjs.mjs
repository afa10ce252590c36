/**
 * TensorFlow.js, on its wasm backend (one thread) or its cpu backend: layers, a training step of our own (clip of the
 * global norm, Adam), rows of one-hot numbers made before the time is taken.
 *
 * An embedding is a product with one-hot rows, since the wasm backend has no kernel for an embedding's gradient. GRU:
 * reset before the product, the only form it has.
 */
import * as tf from "@tensorflow/tfjs";
import { examples, patternIds } from "../workloads.mjs";
import { runPeer, versionOf } from "./measure.mjs";

const CLIP_NORM = 5;

await runPeer(async (variant, spec) => {
  if (variant === "wasm") {
    const wasm = await import("@tensorflow/tfjs-backend-wasm");
    wasm.setWasmPaths(new URL("../node_modules/@tensorflow/tfjs-backend-wasm/dist/", import.meta.url).pathname);
    wasm.setThreadsCount(1);
  }
  await tf.setBackend(variant);
  await tf.ready();
  const backend = `TensorFlow.js ${versionOf("@tensorflow/tfjs")} ${variant}`;
  const { batch, steps, vocabulary, outputs, kind } = spec;
  const model = build(spec);
  const encode = (ids, depth) => tf.tidy(() => tf.oneHot(tf.tensor1d(ids.flat(), "int32"), depth).cast("float32"));
  if (kind === "stream") return { backend, step: streaming(spec, model) };
  if (kind === "forward") {
    const x = tf.tidy(() =>
      encode(
        patternIds(spec).map((row) => row.slice(0, steps)),
        vocabulary,
      ).reshape([batch, steps, vocabulary]),
    );
    return {
      backend,
      step() {
        tf.tidy(() => model.predict(x, { batchSize: batch }).dataSync());
      },
    };
  }
  const { inputs, targets } = examples(spec);
  const x = tf.tidy(() => encode(inputs, vocabulary).reshape([batch, steps, vocabulary]));
  const y = encode(targets, outputs);
  const adam = tf.train.adam(1e-3);
  const loss = () =>
    tf.losses.softmaxCrossEntropy(y, model.apply(x, { training: true }).reshape([batch * steps, outputs]));
  return {
    backend,
    step: () =>
      tf.tidy(() => {
        const { value, grads } = tf.variableGrads(loss);
        const squares = Object.values(grads).map((g) => g.square().sum());
        const norm = tf.addN(squares).sqrt();
        const scale = tf.minimum(1, tf.div(CLIP_NORM, norm.add(1e-6)));
        adam.applyGradients(Object.fromEntries(Object.entries(grads).map(([name, g]) => [name, g.mul(scale)])));
        return value.dataSync()[0];
      }),
  };
});

function build({ cell, vocabulary, embedding, hidden, layers, directions, outputs, batch, steps, kind }) {
  const stateful = kind === "stream";
  const model = tf.sequential();
  let shape = { batchInputShape: [batch, steps, vocabulary] };
  const flat = { kernelInitializer: "glorotUniform", recurrentInitializer: "glorotUniform" };
  if (embedding !== undefined) {
    model.add(tf.layers.dense({ units: embedding, useBias: false, ...shape }));
    shape = {};
  }
  for (let l = 0; l < layers; l++) {
    const options = { units: hidden, returnSequences: true, stateful, ...flat };
    const gates = { recurrentActivation: "sigmoid" };
    const layer = {
      lstm: () => tf.layers.lstm({ ...options, ...gates }),
      gru: () => tf.layers.gru({ ...options, ...gates }),
      rnn: () => tf.layers.simpleRNN(options),
    }[cell];
    if (directions === 1) {
      const made = layer();
      model.add(l === 0 && embedding === undefined ? withShape(made, shape) : made);
    } else model.add(tf.layers.bidirectional({ layer: layer(), mergeMode: "concat" }));
  }
  model.add(tf.layers.dense({ units: outputs }));
  return model;
}

function withShape(layer, { batchInputShape }) {
  layer.batchInputShape = batchInputShape;
  return layer;
}

/** One token: the previous argmax in, the next one out; the layer keeps its state. */
function streaming({ vocabulary }, model) {
  let id = 0;
  return () => {
    id = tf.tidy(() => {
      const x = tf.oneHot(tf.tensor2d([[id]], [1, 1], "int32"), vocabulary).cast("float32");
      return model.predict(x, { batchSize: 1 }).argMax(-1).dataSync()[0];
    });
  };
}
