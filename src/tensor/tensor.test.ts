import { describe, expect, it } from "vitest";
import { RecurraError } from "../core/errors.ts";
import type { Engine } from "../engine/engine.ts";
import { ReferenceEngine } from "../engine/reference/reference-engine.ts";
import { WasmEngine } from "../engine/wasm/wasm-engine.ts";
import { Indices } from "./indices.ts";
import { Tensor } from "./tensor.ts";

const ENGINES: Record<string, () => Engine> = {
  WasmEngine: () => new WasmEngine(),
  ReferenceEngine: () => new ReferenceEngine(),
};

for (const [name, make] of Object.entries(ENGINES)) {
  describe(`Tensor of a ${name}`, () => {
    it("holds the numbers it was made from and hands out copies", () => {
      const engine = make();
      const tensor = Tensor.from(engine, 2, 3, [1, 2, 3, 4, 5, 6]);
      const copy = tensor.toArray();
      copy.fill(0);
      expect(Array.from(tensor.toArray())).toEqual([1, 2, 3, 4, 5, 6]);
      expect([tensor.rows, tensor.columns, tensor.size, tensor.tracked]).toEqual([2, 3, 6, false]);
      expect(Tensor.from(engine, 1, 1, [7]).item()).toBe(7);
    });

    it("throws and names toArray() when it is used after the step that made it", () => {
      const engine = make();
      const tensor = Tensor.from(engine, 2, 3, [1, 2, 3, 4, 5, 6]);
      engine.arena.reset();
      for (const use of [() => tensor.toArray(), () => tensor.offset, () => tensor.item()]) {
        expect(use).toThrow(RecurraError);
        expect(use).toThrow(
          "Tensor [2, 3]: expected a tensor of the running step, got one of a step that has ended. " +
            "Copy numbers out with toArray() before the step ends.",
        );
      }
    });

    it("gives no gradient of a step that has ended", () => {
      const engine = make();
      const tensor = Tensor.from(engine, 1, 2, [1, 2], true);
      engine.fill(tensor.gradientSum(), 2, 5);
      engine.arena.reset();
      engine.arena.allocate(1000);
      expect(() => tensor.gradient()).toThrow("toArray()");
    });

    it("lives on when what was allocated after it is given back by a mark", () => {
      const engine = make();
      const tensor = Tensor.from(engine, 1, 2, [1, 2]);
      const mark = engine.arena.mark();
      Tensor.from(engine, 1, 2, [3, 4]);
      engine.arena.release(mark);
      expect(Array.from(tensor.toArray())).toEqual([1, 2]);
    });

    it("has a gradient of zeros until one reaches it; the first place is new and the later ones are the same", () => {
      const engine = make();
      const tensor = Tensor.from(engine, 1, 3, [1, 2, 3], true);
      expect(tensor.gradientOffset).toBeUndefined();
      expect(Array.from(tensor.gradient())).toEqual([0, 0, 0]);
      const first = tensor.gradientTarget();
      expect(first.fresh).toBe(true);
      engine.write(first.offset, [4, 5, 6]);
      expect(tensor.gradientTarget()).toEqual({ offset: first.offset, fresh: false });
      expect(tensor.gradientSum()).toBe(first.offset);
      expect(Array.from(tensor.gradient())).toEqual([4, 5, 6]);
    });

    it("zeroes the place where gradients add up, whatever stood there", () => {
      const engine = make();
      engine.fill(engine.arena.allocate(1000), 1000, 7);
      engine.arena.reset();
      const tensor = Tensor.from(engine, 1, 3, [1, 2, 3], true);
      tensor.gradientSum();
      expect(Array.from(tensor.gradient())).toEqual([0, 0, 0]);
    });

    it("refuses another number of values than its shape holds", () => {
      expect(() => Tensor.from(make(), 2, 3, [1, 2])).toThrow("Tensor.from: expected 6 values for [2, 3], got 2.");
    });
  });

  describe(`Indices of a ${name}`, () => {
    it("hold whole numbers, and slices of them stand in the same memory", () => {
      const engine = make();
      const indices = Indices.from(engine, [3, 0, 2, 1], 4);
      expect([indices.count, indices.limit]).toEqual([4, 4]);
      expect(Array.from(engine.readIndices(indices.offset, 4))).toEqual([3, 0, 2, 1]);
      const slice = indices.slice(1, 3);
      expect([slice.count, slice.limit, slice.offset]).toEqual([2, 4, indices.offset + 1]);
    });

    it("throw when they are used after the step that made them", () => {
      const engine = make();
      const indices = Indices.from(engine, [3, 0], 4);
      engine.arena.reset();
      for (const use of [() => indices.offset, () => indices.slice(0, 1)]) {
        expect(use).toThrow("Indices [2]: expected indices of the running step, got some of a step that has ended.");
      }
    });

    it("refuse a number below 0, not whole or not below the limit, and say which", () => {
      expect(() => Indices.from(make(), [0, 4], 4)).toThrow("indices[1]: expected a whole number from 0 to 3, got 4.");
      for (const wrong of [-1, 0.5, Number.NaN, Number.POSITIVE_INFINITY]) {
        expect(() => Indices.from(make(), [wrong], 4), String(wrong)).toThrow(RecurraError);
      }
    });
  });
}
