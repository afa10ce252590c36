import { describe, expect, it } from "vitest";
import { ENGINES } from "../../test/conformance/cell-conformance.ts";
import { expectClose } from "../../test/golden/expect-close.ts";
import { expectSameBits } from "../../test/support/expect-same-bits.ts";
import { gradCheck } from "../autograd/grad-check.ts";
import { merges } from "../autograd/merge.ts";
import { gru, lstm, rnn } from "../cells/index.ts";
import { Packing } from "../core/packing.ts";
import { Random } from "../core/random.ts";
import type { Engine } from "../engine/engine.ts";
import { WasmEngine } from "../engine/wasm/wasm-engine.ts";
import { squaredError } from "../losses/squared-error.ts";
import type { DropoutDraw } from "../recurrence/dropout-mask.ts";
import { Indices } from "../tensor/indices.ts";
import type { Parameter } from "../tensor/parameter.ts";
import { step } from "../tensor/tape.ts";
import { Tensor } from "../tensor/tensor.ts";
import { Dropout } from "./dropout.ts";
import type { JointOptions } from "./joints.ts";
import { Recurrent } from "./recurrent.ts";
import { RecurrentStack } from "./recurrent-stack.ts";
import { Stacked } from "./stacked.ts";
import { StackedBidirectional } from "./stacked-bidirectional.ts";

const lengths = [2, 4, 3];
const packing = new Packing(lengths);
const [NX, NA] = [3, 6];
const values = new Float32Array(packing.rows * NX);
new Random(1, "stacked test").fillUniform(values, -1, 1);
const draw: DropoutDraw = { random: new Random(1, "dropout"), step: 5, layer: 0 };

const options = (engine: Engine) => ({ engine, name: "rnn", inputSize: NX, hiddenSize: NA, seed: 1 });

function stackOf(engine: Engine, layers: number, joints: JointOptions = {}): Stacked {
  return new Stacked({ ...options(engine), cell: gru(), layers, ...joints });
}

function deepBidirectional(engine: Engine, joints: JointOptions = {}): StackedBidirectional {
  return new StackedBidirectional({ ...options(engine), cell: rnn(), layers: 3, ...joints });
}

const rows = (engine: Engine): Tensor => Tensor.from(engine, packing.rows, NX, values);

type AnyStack = Stacked | StackedBidirectional;

function outputOf(engine: Engine, stack: AnyStack, dropout?: DropoutDraw, by = packing): Float64Array {
  return step(engine, () => {
    const x = Tensor.from(engine, by.rows, NX, by.pack(packing.unpack(values, NX), NX));
    return by.unpack(stack.run(x, by, { dropout }).output.toArray(), stack.outputSize);
  });
}

function expectRightGradients(parameters: readonly Parameter[], run: (engine: Engine) => Tensor): void {
  const loss = (engine: Engine): Tensor => {
    const y = run(engine);
    return squaredError(y, Tensor.from(engine, y.rows, y.columns, new Float32Array(y.size).fill(0.5)));
  };
  for (const { name, error } of gradCheck(parameters, loss, { samples: 10 })) expect(error, name).toBeLessThan(1e-7);
}

it("of a cell of which one gate has no bias it has right gradients, the packed bias too", () => {
  const engine = new WasmEngine();
  const stack = new Stacked({ ...options(engine), cell: lstm({ projection: 4 }), layers: 2 });
  expectRightGradients(stack.parameters, (of) => stack.run(rows(of), packing).output);
});

it("without anything between its layers it drops within them by masks of each layer", () => {
  const engine = new WasmEngine();
  const stack = new RecurrentStack({ ...options(engine), cell: lstm({ recurrentDropout: 0.5 }), layers: 3 });
  step(engine, () => {
    let x = rows(engine);
    stack.layers.forEach((layer, l) => {
      x = layer.run(x, packing, { dropout: { ...draw, layer: l } }).output;
    });
    const { output } = stack.run(rows(engine), packing, { dropout: draw });
    expectSameBits(output.toArray(), x.toArray(), "output");
  });
});

describe.each(ENGINES)("Stacked, %s", (_, engine) => {
  it("of three layers is three layers, each on the output of the one below", () => {
    const stack = stackOf(engine, 3);
    const right = step(engine, () => {
      let x = rows(engine);
      for (const layer of stack.layers) x = layer.run(x, packing).output;
      return packing.unpack(x.toArray(), NA);
    });
    expectSameBits(outputOf(engine, stack), right, "output");
  });

  it("drops between layers alone, and nothing in use", () => {
    const plain = outputOf(engine, stackOf(engine, 3));
    const dropping = stackOf(engine, 3, { dropout: 0.5 });
    expectSameBits(outputOf(engine, dropping), plain, "in use");
    expect([...outputOf(engine, dropping, draw)]).not.toEqual([...plain]);
    expectSameBits(
      outputOf(engine, stackOf(engine, 1, { dropout: 0.5 }), draw),
      outputOf(engine, stackOf(engine, 1)),
      "one",
    );
  });

  it("drops by masks of each layer, which no other layer and no Dropout shares", () => {
    const stack = stackOf(engine, 2, { dropout: 0.5 });
    step(engine, () => {
      const below = stack.layers[0]!.run(rows(engine), packing).output;
      const apart = new Dropout({ rate: 0.5 }).run(below, packing, { ...draw, layer: 1 });
      const { output } = stack.run(rows(engine), packing, { dropout: draw });
      expect([...stack.layers[1]!.run(apart, packing).output.toArray()]).not.toEqual([...output.toArray()]);
      // the mask is the counter's: rate 1/2 of block (step, 16 · layer + 15, sequence, 2 t) and its next
      const masked = packing.unpack(below.toArray(), NA).map((value, i) => {
        const [b, t, j] = [Math.floor(i / (4 * NA)), Math.floor(i / NA) % 4, i % NA];
        return draw.random.block(5, 31, b, 2 * t + (j >> 2))[j & 3]! < 2 ** 31 ? 0 : 2 * value;
      });
      const x = Tensor.from(engine, packing.rows, NA, packing.pack(masked, NA));
      expectClose(output.toArray(), stack.layers[1]!.run(x, packing).output.toArray(), 1e-7, "masked by hand");
    });
  });

  it("drops the same from a sequence whatever the lengths around it", () => {
    const stack = stackOf(engine, 3, { dropout: 0.4 });
    const whole = outputOf(engine, stack, draw);
    const others = new Packing([2, 4, 1]);
    const cut = step(engine, () => {
      const x = Tensor.from(engine, others.rows, NX, others.pack(packing.unpack(values, NX), NX));
      return others.unpack(stack.run(x, others, { dropout: draw }).output.toArray(), NA);
    });
    expectSameBits(cut.subarray(0, 8 * NA), whole.subarray(0, 8 * NA), "sequences 0 and 1");
  });

  it("adds what went into a layer to what comes out, above the first layer", () => {
    const stack = stackOf(engine, 3, { residual: true });
    const right = step(engine, () => {
      let x = stack.layers[0]!.run(rows(engine), packing).output;
      for (const layer of stack.layers.slice(1)) x = merges.sum(layer.run(x, packing).output, x);
      return packing.unpack(x.toArray(), NA);
    });
    expectSameBits(outputOf(engine, stack), right, "output");
  });

  it("gives step by step what it gives at once, bit for bit, with dropout and residual connections", () => {
    const network = new Stacked({ ...options(engine), cell: lstm(), layers: 3, dropout: 0.4, residual: true });
    step(engine, () => {
      const whole = network.run(rows(engine), packing, { dropout: draw }).output.toArray();
      const next = network.unroll(packing, { dropout: draw });
      for (let t = 0; t < packing.steps; t++) {
        const [from, to] = [packing.offsets[t]!, packing.offsets[t + 1]!];
        const x = Tensor.from(engine, to - from, NX, values.subarray(from * NX, to * NX));
        expectSameBits(next(x).toArray(), whole.subarray(from * NA, to * NA), `step ${t}`);
      }
    });
  });

  it("gives the last states of each layer, from which a run goes on bit for bit", () => {
    const stack = new Stacked({ ...options(engine), cell: lstm(), layers: 2 });
    const even = Packing.uniform(2, 4);
    step(engine, () => {
      const x = Array.from(values.subarray(0, 8 * NX));
      const whole = stack.run(Tensor.from(engine, 8, NX, x), even).output.toArray();
      const half = Packing.uniform(2, 2);
      const first = stack.run(Tensor.from(engine, 4, NX, x.slice(0, 4 * NX)), half);
      const initial = first.last();
      const second = stack.run(Tensor.from(engine, 4, NX, x.slice(4 * NX)), half, { initial });
      expectSameBits(first.output.toArray(), whole.slice(0, 4 * NA), "first half");
      expectSameBits(second.output.toArray(), whole.slice(4 * NA), "second half");
    });
  });
});

describe.each(ENGINES)("StackedBidirectional, %s", (_, engine) => {
  it("of three layers is three bidirectional layers, each on both directions of the one below", () => {
    const stack = deepBidirectional(engine);
    expect(stack.layers.map((layer) => layer.inputSize)).toEqual([NX, 2 * NA, 2 * NA]);
    const right = step(engine, () => {
      let x = rows(engine);
      for (const layer of stack.layers) x = layer.run(x, packing).output;
      return packing.unpack(x.toArray(), 2 * NA);
    });
    expectSameBits(outputOf(engine, stack), right, "output");
  });

  it("gives the last states of both directions of every layer", () => {
    const stack = deepBidirectional(engine);
    step(engine, () => {
      const last = stack.run(rows(engine), packing).last();
      expect(last.length).toBe(3);
      const below = stack.layers[0]!.run(rows(engine), packing).last();
      expectSameBits(last[0]!.forward.get("a")!.toArray(), below.forward.toArray(), "forward");
      expectSameBits(last[0]!.backward.get("a")!.toArray(), below.backward.toArray(), "backward");
    });
  });
});

describe("stacks", () => {
  it.each([
    ["three layers with residuals and dropout", { residual: true, dropout: 0.5 }],
    ["three layers", {}],
  ] as const)("%s have the gradients of central differences", (_, joints) => {
    const stack = stackOf(new WasmEngine(), 3, joints);
    expectRightGradients(stack.parameters, (e) => stack.run(rows(e), packing, { dropout: draw }).output);
  });

  it.each([
    ["concatenated", {}],
    ["with residuals and dropout", { residual: true, dropout: 0.5 }],
  ] as const)("three bidirectional layers %s have the gradients of central differences", (_, joints) => {
    const stack = deepBidirectional(new WasmEngine(), joints);
    expectRightGradients(stack.parameters, (e) => stack.run(rows(e), packing, { dropout: draw }).output);
  });

  it("a residual around every layer, on an input of the output's size, has right gradients", () => {
    const engine = new WasmEngine();
    const stack = new Stacked({ ...options(engine), hiddenSize: NX, cell: gru(), layers: 2, residual: "all" });
    expectRightGradients(stack.parameters, (e) => stack.run(rows(e), packing).output);
  });

  it("one recurrent layer used three times adds the gradients of each use", () => {
    const layer = new Recurrent({ ...options(new WasmEngine()), hiddenSize: NX, cell: lstm() });
    expectRightGradients(layer.parameters, (e) => {
      let x = rows(e);
      for (let use = 0; use < 3; use++) x = layer.run(x, packing).output;
      return x;
    });
  });

  it("say where a residual connection does not fit", () => {
    const engine = new WasmEngine();
    expect(() => stackOf(engine, 2, { residual: "all" })).toThrowErrorMatchingInlineSnapshot(
      `[RecurraError: rnn.0, residual: expected an input and an output of equal size, got sizes 3 and 6. residual: true leaves the first layer alone.]`,
    );
    expect(() => stackOf(engine, 1, { residual: true })).toThrowErrorMatchingInlineSnapshot(
      `[RecurraError: rnn, residual: expected at least 2 layers, got 1. true passes the layers above the first by; residual: "all" the first as well.]`,
    );
    expect(() => stackOf(engine, 2, { dropout: 1 })).toThrow("rnn, dropout: expected a rate from 0 to below 1, got 1.");
    const stack = new Stacked({ ...options(engine), hiddenSize: NX, cell: gru(), layers: 2, residual: "all" });
    step(engine, () => {
      const ids = Indices.from(engine, new Int32Array(packing.rows), NX);
      expect(() => stack.run(ids, packing)).toThrowErrorMatchingInlineSnapshot(
        `[RecurraError: residual: "all": expected rows of numbers, which can be added to an output, got row numbers of one-hot vectors. Put an embedding before the first layer, or take residual: true.]`,
      );
    });
  });
});
