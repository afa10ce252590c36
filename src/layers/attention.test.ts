import { describe, expect, it } from "vitest";
import { ENGINES } from "../../test/conformance/cell-conformance.ts";
import { expectClose } from "../../test/golden/expect-close.ts";
import { loadRules } from "../../test/golden/load-rules.ts";
import { expectSameBits } from "../../test/support/expect-same-bits.ts";
import { differentiate } from "../autograd/differentiate.ts";
import { elementwise } from "../autograd/elementwise.ts";
import { gradCheck } from "../autograd/grad-check.ts";
import { lookUp } from "../autograd/look-up.ts";
import { sum } from "../autograd/sum.ts";
import { Packing } from "../core/packing.ts";
import { Random } from "../core/random.ts";
import type { Engine } from "../engine/engine.ts";
import { ReferenceEngine } from "../engine/reference/reference-engine.ts";
import { WasmEngine } from "../engine/wasm/wasm-engine.ts";
import { add, mul } from "../expression/expression.ts";
import { Indices } from "../tensor/indices.ts";
import { Parameter } from "../tensor/parameter.ts";
import { step } from "../tensor/tape.ts";
import { Tensor } from "../tensor/tensor.ts";
import { Attention, type AttentionScore } from "./attention.ts";

const golden = loadRules<{ readonly keyLengths: number[]; readonly queryLengths: number[] }>("attention");
const data = (name: string): Float64Array => golden.tensors[name]!.data as Float64Array;
const product = elementwise((a, b) => mul(a, b));
const plus = elementwise((a, b) => add(a, b));
const SCORES: AttentionScore[] = ["additive", "multiplicative"];
/** The sequence of each query of the golden. */
const SEQUENCES = golden.case.queryLengths.flatMap((count, i) => new Array<number>(count).fill(i));

function layerOf(engine: Engine, score: AttentionScore): Attention {
  const sizes = { querySize: 4, memorySize: 6, hiddenSize: 5 };
  return new Attention({ engine, name: "attention", score, ...sizes, seed: 1 });
}

/** Rows in the order of a packing from rows that stand sequence after sequence. */
function packed(packing: Packing, rows: ArrayLike<number>, columns: number): Float64Array {
  const result = new Float64Array(rows.length);
  packing.sequenceRows().forEach((row, place) => {
    for (let j = 0; j < columns; j++) result[row * columns + j] = rows[place * columns + j]!;
  });
  return result;
}

function numbers(count: number, purpose: string): Float32Array {
  const values = new Float32Array(count);
  new Random(3, purpose).fillUniform(values, -1.5, 1.5);
  return values;
}

describe.each(ENGINES)("Attention, %s", (_, engine) => {
  const bound = engine.precision === "float32" ? 1e-5 : 1e-10;

  it.each(SCORES)("matches PyTorch over unequal lengths, %s: contexts, weights and every gradient", (score) => {
    const layer = layerOf(engine, score);
    const parameters: Record<string, Parameter> =
      score === "additive"
        ? { w: layer.query!.weight, b: layer.query!.bias, u: layer.key, v: layer.v! }
        : { general: layer.key };
    for (const [name, parameter] of Object.entries(parameters)) parameter.assign(data(`in.${name}`));
    const packing = new Packing(golden.case.keyLengths);
    step(engine, () => {
      const states = Tensor.from(engine, 7, 4, data("in.states"), true);
      const rows = Tensor.from(engine, 9, 6, packed(packing, data("in.memory"), 6), true);
      differentiate(engine, () => {
        const { context, weights } = layer.run(states, layer.read(rows, packing), SEQUENCES);
        expectClose(context.toArray(), data(`${score}.context`), bound, "context");
        expectClose(
          weights().flatMap((row) => [...row]),
          data(`${score}.weights`),
          1e-6,
          "weights",
        );
        return sum(product(context, Tensor.from(engine, 7, 6, data("in.factors"))));
      });
      expectClose(states.gradient(), data(`${score}.d.states`), bound, "d states");
      expectClose(rows.gradient(), packed(packing, data(`${score}.d.memory`), 6), bound, "d memory");
    });
    for (const [name, parameter] of Object.entries(parameters)) {
      expectClose(parameter.gradient(), data(`${score}.d.${name}`), bound, `d ${name}`);
    }
  });

  it.each(SCORES)("gives each query the same bits alone as among others in any order, %s", (score) => {
    const layer = layerOf(engine, score);
    const lengths = [3, 17, 1, 5];
    const sequences = [2, 1, 1, 0, 3, 1, 0];
    const packing = new Packing(lengths);
    const states = numbers(sequences.length * 4, "states");
    const rows = numbers(packing.rows * 6, "memory");
    const all = step(engine, () => {
      const memory = layer.read(Tensor.from(engine, packing.rows, 6, packed(packing, rows, 6)), packing);
      const { context, weights } = layer.run(Tensor.from(engine, sequences.length, 4, states), memory, sequences);
      return { context: context.toArray(), weights: weights() };
    });
    const starts = [0, 3, 20, 21];
    sequences.forEach((sequence, row) => {
      const length = lengths[sequence]!;
      const own = rows.subarray(starts[sequence]! * 6, (starts[sequence]! + length) * 6);
      step(engine, () => {
        const memory = layer.read(Tensor.from(engine, length, 6, own), new Packing([length]));
        const alone = layer.run(Tensor.from(engine, 1, 4, states.subarray(row * 4, row * 4 + 4)), memory, [0]);
        expectSameBits(all.context.subarray(row * 6, row * 6 + 6), alone.context.toArray(), `context ${row}`);
        expectSameBits(all.weights[row]!, alone.weights()[0]!, `weights ${row}`);
      });
    });
  });

  it.each(SCORES)("gives a sequence without steps a context of 0, and no weights, %s", (score) => {
    const layer = layerOf(engine, score);
    const packing = new Packing([0, 2]);
    step(engine, () => {
      differentiate(engine, () => {
        const memory = layer.read(Tensor.from(engine, 2, 6, numbers(12, "memory"), true), packing);
        const states = Tensor.from(engine, 2, 4, numbers(8, "states"), true);
        const { context, weights } = layer.run(states, memory, [0, 1]);
        expect([...context.toArray().subarray(0, 6)]).toEqual([0, 0, 0, 0, 0, 0]);
        expect(weights().map((row) => row.length)).toEqual([0, 2]);
        return sum(context);
      });
    });
    for (const p of layer.parameters) expect(p.gradient().every(Number.isFinite)).toBe(true);
  });
});

describe("Attention", () => {
  /** Attention used twice on one memory, as a decoder that runs step by step uses it, over states and rows that are trained. */
  function lossOf(layer: Attention, states: Parameter, rows: Parameter): Tensor {
    const { engine } = states;
    const all = (p: Parameter): Tensor => lookUp(p, Indices.from(engine, [...Array(p.rows).keys()], p.rows));
    const packing = new Packing([2, 4, 1]);
    const memory = layer.read(all(rows), packing);
    const once = layer.run(all(states), memory, [1, 0, 1, 2, 0]);
    const twice = layer.run(once.context.columns === 4 ? once.context : all(states), memory, [0, 1, 2, 1, 1]);
    const weigh = (y: Tensor, purpose: string): Tensor =>
      sum(product(y, Tensor.from(engine, y.rows, y.columns, numbers(y.size, purpose))));
    return plus(weigh(once.context, "one"), weigh(twice.context, "two"));
  }

  function inputsOf(engine: Engine, score: AttentionScore) {
    const layer = new Attention({
      engine,
      name: "attention",
      score,
      querySize: 4,
      memorySize: 4,
      hiddenSize: 5,
      seed: 1,
    });
    const states = new Parameter(engine, "states", 5, 4, numbers(20, "states"));
    const rows = new Parameter(engine, "rows", 7, 4, numbers(28, "memory"));
    return { layer, states, rows, parameters: [...layer.parameters, states, rows] };
  }

  it.each(SCORES)("has the gradients of central differences within 1e-7, %s", (score) => {
    const { layer, states, rows, parameters } = inputsOf(new WasmEngine(), score);
    const reports = gradCheck(parameters, () => lossOf(layer, states, rows));
    for (const { name, error } of reports) expect(error, name).toBeLessThan(1e-7);
  });

  it.each(SCORES)("gives in float32 what float64 gives within 1e-5, loss and gradients, %s", (score) => {
    const [fast, exact] = [new WasmEngine(), new ReferenceEngine()].map((engine) => {
      const { layer, states, rows, parameters } = inputsOf(engine, score);
      const loss = step(engine, () => differentiate(engine, () => lossOf(layer, states, rows)));
      return { loss, gradients: parameters.map((p) => p.gradient()) };
    });
    expectClose([fast!.loss], [exact!.loss], 1e-5, "loss");
    exact!.gradients.forEach((gradient, i) => {
      expectClose(fast!.gradients[i]!, gradient, 1e-5, `gradient ${i}`);
    });
  });

  it("refuses another score, queries of no sequence, and another number of sequences than queries", () => {
    const engine = new WasmEngine();
    expect(() => layerOf(engine, "dot" as AttentionScore)).toThrowErrorMatchingInlineSnapshot(
      `[RecurraError: attention, score: expected one of additive, multiplicative, got "dot".]`,
    );
    step(engine, () => {
      const layer = layerOf(engine, "additive");
      const memory = layer.read(Tensor.from(engine, 2, 6, numbers(12, "memory")), new Packing([2]));
      const states = Tensor.from(engine, 2, 4, numbers(8, "states"));
      expect(() => layer.run(states, memory, [0])).toThrowErrorMatchingInlineSnapshot(
        `[RecurraError: Attention.run: expected the sequence of each of 2 queries, got of 1.]`,
      );
      expect(() => layer.run(states, memory, [0, 1])).toThrowErrorMatchingInlineSnapshot(
        `[RecurraError: Attention.run, sequences[1]: expected an integer from 0 to 0, got 1.]`,
      );
    });
  });
});
