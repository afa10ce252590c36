import { describe, expect, it } from "vitest";
import { expectClose } from "../../test/golden/expect-close.ts";
import { chainScores } from "../autograd/crf-negative-log-likelihood.ts";
import { differentiate } from "../autograd/differentiate.ts";
import { gradCheck } from "../autograd/grad-check.ts";
import { lookUp } from "../autograd/look-up.ts";
import { sum } from "../autograd/sum.ts";
import { exactLog } from "../core/exact-log.ts";
import { exactExp } from "../core/exact-math.ts";
import { Packing } from "../core/packing.ts";
import { Random } from "../core/random.ts";
import { chainMarginals } from "../decode/chain-marginals.ts";
import { viterbi } from "../decode/viterbi.ts";
import type { Engine } from "../engine/engine.ts";
import { ReferenceEngine } from "../engine/reference/reference-engine.ts";
import { WasmEngine } from "../engine/wasm/wasm-engine.ts";
import { Indices } from "../tensor/indices.ts";
import { Parameter } from "../tensor/parameter.ts";
import { step } from "../tensor/tape.ts";
import { Tensor } from "../tensor/tensor.ts";
import { Crf } from "./crf.ts";

const K = 3;
/** Every sequence of T of K tags. */
function* allPaths(T: number): Generator<number[]> {
  for (let n = 0; n < K ** T; n++) {
    yield Array.from({ length: T }, (_, t) => Math.floor(n / K ** t) % K);
  }
}

function numbers(count: number, purpose: string): Float32Array {
  const values = new Float32Array(count);
  new Random(3, purpose).fillUniform(values, -2, 2);
  return values;
}

function chainOf(engine: Engine): Crf {
  const crf = new Crf({ engine, name: "crf", tags: K, seed: 1 });
  for (const p of crf.parameters) p.assign(numbers(p.size, p.name));
  return crf;
}

/** e^score of a path, by its definition. */
function weightOf(path: number[], z: ArrayLike<number>, crf: Crf): number {
  const { start, transitions, end } = chainScores(crf);
  const pairs = path.slice(1).map((j, i) => transitions[path[i]! * K + j]!);
  const steps = path.map((j, t) => z[t * K + j]!);
  const total = [...pairs, ...steps].reduce((a, b) => a + b, 0);
  return exactExp(start[path[0]!]! + total + end[path.at(-1)!]!);
}

const LENGTHS = [2, 4, 0, 1, 3];
const packing = new Packing(LENGTHS);
const Y = Int32Array.from({ length: packing.rows }, (_, row) => new Random(1, "tags").integer(row, K));

interface Model {
  readonly crf: Crf;
  readonly z: Parameter;
}
const modelOf = (engine: Engine): Model => ({
  crf: chainOf(engine),
  z: new Parameter(engine, "z", packing.rows, K, numbers(packing.rows * K, "z")),
});
function losses({ crf, z }: Model): Tensor {
  const { engine } = z;
  const rows = lookUp(z, Indices.from(engine, [...Array(z.rows).keys()], z.rows));
  return crf.loss(rows, Indices.from(engine, Y, K), packing);
}

describe("the conditional random field", () => {
  it.each([1, 2, 3, 4])("of %i steps has the loss, marginals and best path of summing over every sequence", (T) => {
    const engine = new ReferenceEngine();
    const crf = chainOf(engine);
    const z = numbers(T * K, `z ${T}`);
    const paths = [...allPaths(T)].map((path) => ({ path, weight: weightOf(path, z, crf) }));
    const Z = paths.reduce((total, { weight }) => total + weight, 0);
    step(engine, () => {
      const scores = Tensor.from(engine, T, K, z);
      for (const { path, weight } of paths) {
        const loss = crf.loss(scores, Indices.from(engine, path, K), Packing.uniform(1, T)).item();
        expectClose([loss], [-exactLog(weight / Z)], 1e-12, `loss of ${path}`);
      }
    });
    const marginals = new Float64Array(T * K);
    for (const { path, weight } of paths) for (const [t, j] of path.entries()) marginals[t * K + j]! += weight / Z;
    expectClose(chainMarginals(z, chainScores(crf)), marginals, 1e-12, "marginals");
    const best = paths.reduce((a, b) => (b.weight > a.weight ? b : a));
    expect(Array.from(viterbi(z, chainScores(crf)))).toEqual(best.path);
  });

  it("has the gradients of central differences within 1e-7, over sequences of unequal lengths and an empty one", () => {
    const model = modelOf(new WasmEngine());
    const reports = gradCheck([model.z, ...model.crf.parameters], () => sum(losses(model), 1 / 7));
    for (const { name, error } of reports) expect(error, name).toBeLessThan(1e-7);
  });

  it("gives in float32 what float64 gives within 1e-5, loss and gradients", () => {
    const [fast, exact] = [new WasmEngine(), new ReferenceEngine()].map((engine) => {
      const model = modelOf(engine);
      const loss = step(engine, () => differentiate(engine, () => sum(losses(model))));
      return { loss, gradients: [model.z, ...model.crf.parameters].map((p) => p.gradient()) };
    });
    expectClose([fast!.loss], [exact!.loss], 1e-5, "loss");
    exact!.gradients.forEach((gradient, i) => {
      expectClose(fast!.gradients[i]!, gradient, 1e-5, `gradient ${i}`);
    });
  });

  it("gives each sequence the same bits alone and in a batch, in the caller's order", () => {
    const engine = new WasmEngine();
    const model = modelOf(engine);
    const together = step(engine, () => losses(model).toArray());
    const z = model.z.toArray();
    packing.order.forEach((b, rank) => {
      const T = LENGTHS[b]!;
      const rows = Array.from({ length: T }, (_, t) => packing.rowOf(t, rank));
      const alone = step(engine, () => {
        const scores = Tensor.from(
          engine,
          T,
          K,
          rows.flatMap((row) => [...z.subarray(row * K, row * K + K)]),
        );
        const tags = Indices.from(
          engine,
          rows.map((row) => Y[row]!),
          K,
        );
        return model.crf.loss(scores, tags, new Packing([T])).item();
      });
      expect(alone).toBe(together[b]);
    });
    expect(together[2]).toBe(0);
  });

  it("stays finite where scores lie thousands of nats apart", () => {
    const engine = new WasmEngine();
    const crf = chainOf(engine);
    step(engine, () => {
      const scores = Tensor.from(engine, 3, K, [3000, -3000, 0, -3000, 3000, 0, 0, 0, 3000], true);
      const tags = Indices.from(engine, [0, 1, 2], K);
      const loss = differentiate(engine, () => sum(crf.loss(scores, tags, Packing.uniform(1, 3))));
      expect(loss).toBeCloseTo(0, 3);
      for (const g of scores.gradient()) expect(Math.abs(g)).toBeLessThan(1e-3);
    });
  });

  it("names scores and tags that do not fit", () => {
    const engine = new WasmEngine();
    const crf = chainOf(engine);
    expect(() =>
      step(engine, () => crf.loss(Tensor.allocate(engine, 2, K), Indices.from(engine, [0], K), Packing.uniform(1, 2))),
    ).toThrow(
      "crfNegativeLogLikelihood: expected scores of 2 rows of 3 tags, and a tag a row, got [2, 3] and 1 of 3 tags.",
    );
  });
});

describe("a chain with forbidden pairs", () => {
  const free = chainScores(chainOf(new ReferenceEngine()));
  // tag 1 never follows tag 0, tag 2 never begins
  const chain = {
    ...free,
    start: [free.start[0]!, free.start[1]!, Number.NEGATIVE_INFINITY],
    transitions: Array.from(free.transitions).map((a, i) => (i === 1 ? Number.NEGATIVE_INFINITY : a)),
  };
  const z = [0, -5, 40, 0, 40, 0, 0, 0, 9];
  const isAllowed = (path: number[]): boolean =>
    path[0] !== 2 && !path.slice(1).some((j, i) => path[i] === 0 && j === 1);

  it("takes the best allowed path, which is not the best of all", () => {
    const weight = (path: number[]): number => weightOf(path, z, chainOf(new ReferenceEngine()));
    const best = [...allPaths(3)].filter(isAllowed).reduce((a, b) => (weight(b) > weight(a) ? b : a));
    expect(Array.from(viterbi(z, chain))).toEqual(best);
    expect(Array.from(viterbi(z, free))).not.toEqual(best);
  });

  it("gives what is forbidden no probability, and the rest sums to 1", () => {
    const p = chainMarginals(z, chain);
    expect(p[2]).toBe(0);
    for (let t = 0; t < 3; t++) expect(p[t * K]! + p[t * K + 1]! + p[t * K + 2]!).toBeCloseTo(1, 12);
  });
});
