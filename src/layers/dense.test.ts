import { describe, expect, it } from "vitest";
import { ENGINES } from "../../test/conformance/cell-conformance.ts";
import { expectClose } from "../../test/golden/expect-close.ts";
import { differentiate } from "../autograd/differentiate.ts";
import { elementwise } from "../autograd/elementwise.ts";
import { gradCheck } from "../autograd/grad-check.ts";
import { WasmEngine } from "../engine/wasm/wasm-engine.ts";
import { tanh } from "../expression/expression.ts";
import { softmaxCrossEntropy } from "../losses/softmax-cross-entropy.ts";
import { squaredError } from "../losses/squared-error.ts";
import { Indices } from "../tensor/indices.ts";
import { step } from "../tensor/tape.ts";
import { Tensor } from "../tensor/tensor.ts";
import { Dense } from "./dense.ts";
import { Embedding } from "./embedding.ts";

const IDS = [1, 0, 2, 4, 4, 3];
const NEXT = [0, 2, 4, 4, 3, 1];
const bent = elementwise((x) => tanh(x));

/** An embedding of 5 words and a dense layer that scores them with the same table. */
function tiedModel(engine: ConstructorParameters<typeof Dense>[0]["engine"]) {
  const embedding = new Embedding({ engine, name: "embedding", vocabularySize: 5, size: 3, seed: 1, deviation: 0.5 });
  const dense = new Dense({ engine, name: "dense", inputSize: 3, outputSize: 5, seed: 1, tiedTo: embedding });
  return { embedding, dense, parameters: [...embedding.parameters, ...dense.parameters] };
}

describe.each(ENGINES)("Dense tied to an embedding, %s", (_, engine) => {
  it("gives the scores and gradients of a dense layer with the transposed table, added to the embedding's", () => {
    const bound = engine.precision === "float32" ? 1e-6 : 1e-12;
    const { embedding, dense } = tiedModel(engine);
    const apart = new Dense({ engine, name: "apart", inputSize: 3, outputSize: 5, seed: 1 });
    const table = embedding.table.toArray();
    apart.weight.assign(Array.from(table, (_unused, i) => table[(i % 5) * 3 + Math.floor(i / 5)]!));
    apart.bias.assign(dense.bias.toArray());
    const run = (layer: Dense): { loss: number; x: ArrayLike<number>; read: ArrayLike<number> } => {
      embedding.table.zeroGradient();
      return step(engine, () => {
        let x: Tensor | undefined;
        const loss = differentiate(engine, () => {
          x = embedding.run(Indices.from(engine, IDS, 5));
          return softmaxCrossEntropy(layer.run(x), Indices.from(engine, NEXT, 5));
        });
        return { loss, x: x!.gradient(), read: embedding.table.gradient() };
      });
    };
    const right = run(apart);
    const tied = run(dense);
    expectClose([tied.loss], [right.loss], bound, "loss");
    expectClose(tied.x, right.x, bound, "gradient of x");
    expectClose(dense.bias.gradient(), apart.bias.gradient(), bound, "gradient of the bias");
    // the table's gradient is the sum of what reads words and of what scores them
    const scored = apart.weight.gradient();
    const both = Array.from(right.read, (g, i) => g + scored[(i % 3) * 5 + Math.floor(i / 3)]!);
    expectClose(tied.read, both, bound, "gradient of the table");
  });
});

describe("Dense", () => {
  it("tied to an embedding has the gradients of central differences", () => {
    const { embedding, dense, parameters } = tiedModel(new WasmEngine());
    const reports = gradCheck(parameters, (e) => {
      const x = bent(embedding.run(Indices.from(e, IDS, 5)));
      return softmaxCrossEntropy(dense.run(x), Indices.from(e, NEXT, 5));
    });
    for (const { name, error } of reports) expect(error, name).toBeLessThan(1e-7);
  });

  it("tied, sees the table's new numbers after an update, and lists the table as the embedding's alone", () => {
    const engine = new WasmEngine();
    const { embedding, dense, parameters } = tiedModel(engine);
    expect(parameters.map((p) => p.name)).toEqual(["embedding.weight", "dense.bias"]);
    dense.bias.assign([0, 0, 0, 0, 0]);
    const scores = (): number[] => step(engine, () => [...dense.run(Tensor.from(engine, 1, 3, [1, 0, 0])).toArray()]);
    scores();
    embedding.table.assign([1, 0, 0, 2, 0, 0, 3, 0, 0, 4, 0, 0, 5, 0, 0]);
    expect(scores()).toEqual([1, 2, 3, 4, 5]);
  });

  it("says which sizes a tied embedding must have", () => {
    const engine = new WasmEngine();
    const { embedding } = tiedModel(engine);
    expect(
      () => new Dense({ engine, name: "out", inputSize: 4, outputSize: 5, seed: 1, tiedTo: embedding }),
    ).toThrowErrorMatchingInlineSnapshot(
      `[RecurraError: out, tiedTo: expected an embedding of 5 words, 4 numbers each, got [5, 3]. A dense layer between them may bring the hidden size to the embedding's.]`,
    );
  });

  it("used twice in a model adds both uses' gradients", () => {
    const engine = new WasmEngine();
    const dense = new Dense({ engine, name: "dense", inputSize: 3, outputSize: 3, seed: 1 });
    const reports = gradCheck(dense.parameters, (e) => {
      const x = Tensor.from(e, 2, 3, [1, -2, 0.5, 0.3, 0.1, -1]);
      return squaredError(dense.run(bent(dense.run(x))), Tensor.from(e, 2, 3, [0, 1, 2, 1, 0, 1]));
    });
    for (const { name, error } of reports) expect(error, name).toBeLessThan(1e-7);
  });
});
