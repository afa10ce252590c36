import { expect, it } from "vitest";
import { WasmEngine } from "../engine/wasm/wasm-engine.ts";
import { Indices } from "../tensor/indices.ts";
import { step } from "../tensor/tape.ts";
import { Tensor } from "../tensor/tensor.ts";
import { crossEntropy } from "./cross-entropy.ts";
import { differentiate } from "./differentiate.ts";
import { sum } from "./sum.ts";

it("makes what is below 1e-30 zero, so that no layer below meets denormals, and nothing else", () => {
  const engine = new WasmEngine();
  const gradientOf = (scale: number): number[] =>
    step(engine, () => {
      const scores = Tensor.from(engine, 1, 6, [1, 2, 3, -60, 5, 0], true);
      differentiate(engine, () => sum(crossEntropy(scores, Indices.from(engine, [4], 6)), scale));
      return Array.from(scores.gradient());
    });
  expect(gradientOf(1e-33)).toEqual([0, 0, 0, 0, 0, 0]);
  const [, , , unlikely, target] = gradientOf(1);
  expect(unlikely! / Math.exp(-65)).toBeCloseTo(1 / (1 + Math.exp(-2) + Math.exp(-3) + Math.exp(-4) + Math.exp(-5)), 4);
  expect(target).toBeLessThan(0);
  expect(gradientOf(1e-3)[3]).toBe(0);
});
