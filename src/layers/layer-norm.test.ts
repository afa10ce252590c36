import { describe, expect, it } from "vitest";
import { ENGINES } from "../../test/conformance/cell-conformance.ts";
import { expectClose } from "../../test/golden/expect-close.ts";
import { loadRules } from "../../test/golden/load-rules.ts";
import { differentiate } from "../autograd/differentiate.ts";
import { elementwise } from "../autograd/elementwise.ts";
import { gradCheck } from "../autograd/grad-check.ts";
import { sum } from "../autograd/sum.ts";
import { WasmEngine } from "../engine/wasm/wasm-engine.ts";
import { add, mul } from "../expression/expression.ts";
import { step } from "../tensor/tape.ts";
import { Tensor } from "../tensor/tensor.ts";
import { Dense } from "./dense.ts";
import { LayerNorm } from "./layer-norm.ts";

const golden = loadRules("layer-norm");
const data = (name: string): Float64Array => golden.tensors[name]!.data as Float64Array;
const product = elementwise((a, b) => mul(a, b));
const plus = elementwise((a, b) => add(a, b));

describe.each(ENGINES)("LayerNorm, %s", (_, engine) => {
  it("matches PyTorch: output and every gradient, which add where x is used twice", () => {
    const bound = engine.precision === "float32" ? 1e-5 : 1e-10;
    const layer = new LayerNorm({ engine, name: "norm", size: 5 });
    layer.gain.assign(data("in.gain"));
    layer.bias.assign(data("in.bias"));
    for (const uses of [1, 2]) {
      for (const p of layer.parameters) p.zeroGradient();
      step(engine, () => {
        const x = Tensor.from(engine, 6, 5, data("in.x"), true);
        differentiate(engine, () => {
          let loss: Tensor | undefined;
          for (let use = 0; use < uses; use++) {
            const y = layer.run(x);
            expectClose(y.toArray(), data("y"), bound, "y");
            const own = sum(product(y, Tensor.from(engine, 6, 5, data("in.factors"))));
            loss = loss === undefined ? own : plus(loss, own);
          }
          return loss!;
        });
        const times = (name: string) => data(name).map((g) => uses * g);
        expectClose(x.gradient(), times("dx"), bound, "dx");
        expectClose(layer.gain.gradient(), times("dgain"), bound, "dgain");
        expectClose(layer.bias.gradient(), times("dbias"), bound, "dbias");
      });
    }
  });

  it("gives rows of mean 0 and variance 1 at first, whatever their scale", () => {
    step(engine, () => {
      const x = Tensor.from(engine, 2, 4, [1, 2, 3, 4, 1000, 3000, 2000, 6000]);
      const y = Array.from(new LayerNorm({ engine, name: "norm", size: 4 }).run(x).toArray());
      for (const row of [y.slice(0, 4), y.slice(4)]) {
        const mean = row.reduce((total, v) => total + v, 0) / 4;
        expect(mean).toBeCloseTo(0, 5);
        expect(row.reduce((total, v) => total + v * v, 0) / 4).toBeCloseTo(1, 4);
      }
    });
  });
});

describe("LayerNorm", () => {
  it("has the gradients of central differences, through a dense layer below and above", () => {
    const engine = new WasmEngine();
    const below = new Dense({ engine, name: "below", inputSize: 3, outputSize: 6, seed: 1 });
    const norm = new LayerNorm({ engine, name: "norm", size: 6, epsilon: 1e-2 });
    const above = new Dense({ engine, name: "above", inputSize: 6, outputSize: 2, seed: 2 });
    const parameters = [...below.parameters, ...norm.parameters, ...above.parameters];
    const reports = gradCheck(parameters, (e) => {
      const x = Tensor.from(e, 4, 3, [1, -2, 0.5, 3, 0.1, -1, 2, 2, 0, -1, 1, 0.3]);
      const y = above.run(norm.run(below.run(x)));
      return sum(product(y, y));
    });
    for (const { name, error } of reports) expect(error, name).toBeLessThan(1e-7);
  });

  it("leaves gain and bias out of weight decay, and says what size it wants", () => {
    const engine = new WasmEngine();
    const norm = new LayerNorm({ engine, name: "norm", size: 3 });
    expect(norm.parameters.map((p) => [p.name, p.decays])).toEqual([
      ["norm.weight", false],
      ["norm.bias", false],
    ]);
    step(engine, () => {
      expect(() => norm.run(Tensor.from(engine, 1, 2, [1, 2]))).toThrow(
        "norm.weight: expected x as [rows, 3], got [1, 2].",
      );
    });
  });
});
