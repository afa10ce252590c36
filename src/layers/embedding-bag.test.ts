import { describe, expect, it } from "vitest";
import { expectClose } from "../../test/golden/expect-close.ts";
import { expectSameBits } from "../../test/support/expect-same-bits.ts";
import { differentiate } from "../autograd/differentiate.ts";
import { elementwise } from "../autograd/elementwise.ts";
import { gradCheck } from "../autograd/grad-check.ts";
import { sum } from "../autograd/sum.ts";
import { Random } from "../core/random.ts";
import type { Engine } from "../engine/engine.ts";
import { ReferenceEngine } from "../engine/reference/reference-engine.ts";
import { WasmEngine } from "../engine/wasm/wasm-engine.ts";
import { mul } from "../expression/expression.ts";
import { step } from "../tensor/tape.ts";
import type { Tensor } from "../tensor/tensor.ts";
import { type Bags, EmbeddingBag } from "./embedding-bag.ts";

const [FEATURES, SIZE] = [7, 5];
/** Rows 0 and 3 have no features; row 1 has one twice. */
const BAGS: Bags = {
  ids: Int32Array.of(2, 2, 6, 0, 6),
  rowOf: Int32Array.of(1, 1, 1, 2, 2),
  scale: 2,
};
const square = elementwise((x) => mul(x, x));

function layer(engine: Engine): EmbeddingBag {
  const made = new EmbeddingBag({ engine, name: "features", vocabularySize: FEATURES, size: SIZE });
  const values = new Float32Array(FEATURES * SIZE);
  new Random(3, "features").fillUniform(values, -1, 1);
  made.table.assign(values);
  return made;
}

const read = (bag: EmbeddingBag, bags: Bags, rows: number): Float32Array =>
  step(bag.table.engine, () => Float32Array.from(bag.run(bags, rows).toArray()));

describe("EmbeddingBag", () => {
  it("begins at 0", () => {
    const bag = new EmbeddingBag({ engine: new WasmEngine(), name: "features", vocabularySize: 3, size: 2 });
    expect([...read(bag, { ids: Int32Array.of(0, 2), rowOf: Int32Array.of(0, 0), scale: 1 }, 1)]).toEqual([0, 0]);
  });

  it("sums the vectors of each row's features times the scale; a row without features is 0", () => {
    const bag = layer(new WasmEngine());
    const table = bag.table.toArray();
    const of = (id: number, j: number): number => table[id * SIZE + j]!;
    const expected = [0, 1, 2, 3].flatMap((row) =>
      Array.from({ length: SIZE }, (_, j) =>
        row === 1 ? 2 * (2 * of(2, j) + of(6, j)) : row === 2 ? 2 * (of(0, j) + of(6, j)) : 0,
      ),
    );
    expectClose(read(bag, BAGS, 4), expected, 1e-6, "sums");
  });

  it("has the gradients of central differences within 1e-7, and those of float64 within 1e-5 in float32", () => {
    const lossOf = (bag: EmbeddingBag): Tensor => sum(square(bag.run(BAGS, 4)));
    const bag = layer(new WasmEngine());
    for (const { name, error } of gradCheck(bag.parameters, () => lossOf(bag))) expect(error, name).toBeLessThan(1e-7);
    const [fast, exact] = [new WasmEngine(), new ReferenceEngine()].map((engine) => {
      const own = layer(engine);
      step(engine, () => differentiate(engine, () => lossOf(own)));
      return own.table.gradient();
    });
    expectClose(fast!, exact!, 1e-5, "gradient");
  });

  it("gives a row the same bits whatever the other rows hold", () => {
    const bag = layer(new WasmEngine());
    const alone = read(bag, { ids: Int32Array.of(2, 2, 6), rowOf: Int32Array.of(0, 0, 0), scale: 2 }, 1);
    expectSameBits(read(bag, BAGS, 4).subarray(SIZE, 2 * SIZE), alone, "row 1");
  });

  it("refuses a feature or a row that is not there", () => {
    const bag = layer(new WasmEngine());
    const one = (id: number, row: number) => () =>
      read(bag, { ids: Int32Array.of(id), rowOf: Int32Array.of(row), scale: 1 }, 2);
    expect(one(FEATURES, 0)).toThrow("indices[0]: expected a whole number from 0 to 6, got 7.");
    expect(one(0, 2)).toThrow("indices[0]: expected a whole number from 0 to 1, got 2.");
  });
});
