/** onnxruntime-node (its CPU provider) and onnxruntime-web (its wasm provider), one thread: they run, and do not train. */
import { patternIds } from "../workloads.mjs";
import { runPeer, versionOf } from "./measure.mjs";
import { onnxModel } from "./onnx-model.mjs";

await runPeer(async (variant, spec) => {
  const name = `onnxruntime-${variant}`;
  const backend = `${name} ${versionOf(name)}`;
  const { batch, steps, hidden, kind } = spec;
  if (kind === "train") return { backend, unable: "does not train" };
  const ort = await import(name);
  ort.env.logLevel = "error";
  if (variant === "web") ort.env.wasm.numThreads = 1;
  const session = await ort.InferenceSession.create(onnxModel(spec), {
    ...(variant === "web" ? { executionProviders: ["wasm"] } : {}),
    intraOpNumThreads: 1,
    interOpNumThreads: 1,
  });
  if (kind === "forward") {
    const rows = patternIds(spec);
    const ids = new BigInt64Array(steps * batch);
    for (let t = 0; t < steps; t++) for (let b = 0; b < batch; b++) ids[t * batch + b] = BigInt(rows[b][t]);
    const feeds = { ids: new ort.Tensor("int64", ids, [steps, batch]) };
    return {
      backend,
      async step() {
        await session.run(feeds);
      },
    };
  }
  const state = () => new ort.Tensor("float32", new Float32Array(hidden), [1, 1, hidden]);
  let feeds = { ids: new ort.Tensor("int64", BigInt64Array.of(0n), [1, 1]), h: state(), c: state() };
  return {
    backend,
    async step() {
      const { next, hNext, cNext } = await session.run(feeds);
      feeds = { ids: next, h: hNext, c: cNext };
    },
  };
});
