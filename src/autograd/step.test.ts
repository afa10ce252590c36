import { describe, expect, it } from "vitest";
import { WasmEngine } from "../engine/wasm/wasm-engine.ts";
import { step } from "../tensor/tape.ts";
import { Tensor } from "../tensor/tensor.ts";
import { differentiate } from "./differentiate.ts";
import { sum } from "./sum.ts";

describe("a step inside a step", () => {
  it("gives back its own memory alone, and the outer tensors keep their numbers", () => {
    const engine = new WasmEngine();
    step(engine, () => {
      const outer = Tensor.from(engine, 1, 3, [1, 2, 3]);
      const inner = step(engine, () => Tensor.from(engine, 1, 3, [7, 8, 9]).offset);
      const next = Tensor.from(engine, 1, 3, [4, 5, 6]);
      expect(next.offset).toBe(inner);
      expect(Array.from(outer.toArray())).toEqual([1, 2, 3]);
    });
  });

  it("records nothing on the outer tape, and may differentiate for itself", () => {
    const engine = new WasmEngine();
    step(engine, () => {
      const x = Tensor.from(engine, 1, 2, [1, 2], true);
      const loss = differentiate(engine, () => {
        const innerLoss = step(engine, () => {
          const y = Tensor.from(engine, 1, 2, [5, 5], true);
          return differentiate(engine, () => sum(y));
        });
        expect(innerLoss).toBe(10);
        step(engine, () => sum(x, 100));
        return sum(x, 3);
      });
      expect(loss).toBe(9);
      expect(Array.from(x.gradient())).toEqual([3, 3]);
    });
  });
});
