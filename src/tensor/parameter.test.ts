import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { describe, expect, it } from "vitest";
import { numbers } from "../../test/conformance/numbers.ts";
import type { Engine } from "../engine/engine.ts";
import { ReferenceEngine } from "../engine/reference/reference-engine.ts";
import { WasmEngine } from "../engine/wasm/wasm-engine.ts";
import { Parameter } from "./parameter.ts";

/** x · W (columns [column, column + columns)) by the packed copy, or g · Wᵀ. */
function through(parameter: Parameter, x: number[], column: number, columns: number, transposed: boolean): number[] {
  const { engine } = parameter;
  const [k, n] = transposed ? [columns, parameter.rows] : [parameter.rows, columns];
  const packed = parameter.packed(column, columns, transposed);
  const from = engine.arena.allocate(k);
  engine.write(from, x);
  const to = engine.arena.allocate(n);
  engine.productPacked(1, n, k, from, k, packed, to, n, engine.zeros(n), 0);
  return Array.from(engine.read(to, n));
}

/** Columns [column, column + columns) of rows by index. */
function lookedUp(parameter: Parameter, rows: number[], column: number, columns: number): number[] {
  const { engine } = parameter;
  const to = engine.arena.allocate(rows.length * columns);
  const indices = engine.arena.allocate(rows.length);
  engine.writeIndices(indices, rows);
  const table = parameter.table(column);
  engine.gather(rows.length, columns, table, parameter.columns, indices, engine.zeros(columns), to, columns);
  return Array.from(engine.read(to, rows.length * columns));
}

describe("Parameter", () => {
  it("holds its numbers through every step, with a gradient of zeros at first", () => {
    const engine = new WasmEngine();
    const parameter = new Parameter(engine, "w", 3, 5, numbers(15, 1));
    for (let step = 0; step < 3; step++) {
      engine.fill(engine.arena.allocate(500_000), 500_000, 9);
      engine.arena.reset();
    }
    expect(parameter.toArray()).toEqual(numbers(15, 1));
    expect(Array.from(parameter.gradient())).toEqual(new Array(15).fill(0));
    expect(parameter.size).toBe(15);
  });

  it("decays where it is a matrix and not where it is a vector, unless told", () => {
    const engine = new WasmEngine();
    expect(new Parameter(engine, "w", 2, 1, [1, 2]).decays).toBe(true);
    expect(new Parameter(engine, "b", 1, 2, [1, 2]).decays).toBe(false);
    expect(new Parameter(engine, "b", 1, 2, [1, 2], { decays: true }).decays).toBe(true);
  });

  it("packs the columns asked for, as they are and transposed", () => {
    for (const engine of [new WasmEngine(), new ReferenceEngine()]) {
      const w = new Parameter(engine, "w", 2, 3, [1, 2, 3, 4, 5, 6]);
      expect(through(w, [1, 10], 0, 3, false)).toEqual([41, 52, 63]);
      expect(through(w, [1, 10], 1, 2, false)).toEqual([52, 63]);
      expect(through(w, [1, 10, 100], 0, 3, true)).toEqual([321, 654]);
      expect(through(w, [1, 10], 1, 2, true)).toEqual([32, 65]);
    }
  });

  it("packs anew once its numbers have changed, and only then", () => {
    for (const engine of [new WasmEngine(), new ReferenceEngine()]) {
      const w = new Parameter(engine, "w", 2, 3, [1, 2, 3, 4, 5, 6]);
      const place = w.packed(0, 3, false);
      engine.write(w.offset, [0, 0, 0, 0, 0, 0]);
      expect(through(w, [1, 10], 0, 3, false)).toEqual([41, 52, 63]);
      w.touch();
      expect(through(w, [1, 10], 0, 3, false)).toEqual([0, 0, 0]);
      w.assign([2, 2, 2, 2, 2, 2]);
      expect(through(w, [1, 10], 0, 3, false)).toEqual([22, 22, 22]);
      expect(w.packed(0, 3, false)).toBe(place);
    }
  });

  it("moves to another engine with its numbers, clears its gradient and gives its memory back", () => {
    const [home, other] = [new WasmEngine(), new ReferenceEngine()];
    const empty = home.heap.used;
    const w = new Parameter(home, "w", 2, 3, numbers(6, 1));
    w.packed(0, 3, false);
    home.fill(w.gradientOffset, 6, 1);
    w.moveTo(other);
    expect(w.engine).toBe(other);
    expect(home.heap.used).toBe(empty);
    expect(Array.from(w.toArray())).toEqual(Array.from(numbers(6, 1)));
    expect(Array.from(w.gradient())).toEqual([0, 0, 0, 0, 0, 0]);
    expect(through(w, [1, 0], 0, 3, false)).toEqual(Array.from(numbers(6, 1).subarray(0, 3)));
    w.moveTo(home);
    expect(w.toArray()).toEqual(numbers(6, 1));
    expect(through(w, [1, 0], 0, 3, false)).toEqual(Array.from(numbers(6, 1).subarray(0, 3)));
  });

  it("zeroes its gradient when asked", () => {
    const w = new Parameter(new WasmEngine(), "w", 1, 3, [1, 2, 3]);
    w.engine.fill(w.gradientOffset, 3, 4);
    expect(Array.from(w.gradient())).toEqual([4, 4, 4]);
    w.zeroGradient();
    expect(Array.from(w.gradient())).toEqual([0, 0, 0]);
    expect(Array.from(w.toArray())).toEqual([1, 2, 3]);
  });

  it("rounded to int8 multiplies and is looked up as its rounded numbers, in less than 0.4 of the memory", async () => {
    for (const [by, transposed] of [
      ["columns", false],
      ["rows", true],
    ] as const) {
      const engine = new WasmEngine();
      const empty = engine.heap.used;
      const w = new Parameter(engine, "w", 64, 96, numbers(64 * 96, 1));
      await w.roundToInt8(by);
      const rounded = new Parameter(new WasmEngine(), "r", 64, 96, w.toArray());
      expect(w.int8).toBe(by);
      expect(engine.heap.used).toBe(empty);
      const x = Array.from(numbers(transposed ? 40 : 64, 2));
      const [actual, expected] = [w, rounded].map((each) => through(each, x, transposed ? 7 : 11, 40, transposed));
      const largest = Math.max(...expected!.map(Math.abs));
      actual!.forEach((y, i) => {
        expect(Math.abs(y - expected![i]!) / largest).toBeLessThan(1e-4);
      });
      expect(lookedUp(w, [63, 5], 11, 40)).toEqual(lookedUp(rounded, [63, 5], 11, 40));
    }
    const used = async (isInt8: boolean): Promise<number> => {
      const engine = new WasmEngine();
      const w = new Parameter(engine, "w", 256, 512, numbers(256 * 512, 1));
      if (isInt8) await w.roundToInt8("columns");
      w.table(0);
      through(w, Array.from(numbers(256, 2)), 0, 512, false);
      return engine.heap.used;
    };
    expect((await used(true)) / (await used(false))).toBeLessThan(0.4);
  });

  it("of int8 moves to another engine and back bit for bit", async () => {
    const home = new WasmEngine();
    const w = new Parameter(home, "w", 5, 7, numbers(35, 1));
    await w.roundToInt8("columns");
    const before = w.toArray();
    w.moveTo(new ReferenceEngine());
    expect(Float32Array.from(w.toArray())).toEqual(before);
    w.moveTo(home);
    expect([w.toArray(), w.int8]).toEqual([before, "columns"]);
    w.moveTo(new WasmEngine());
    expect(() => w.packed(0, 7, false)).toThrow(/engine.int8: .*Await engine.prepareInt8/);
  });

  it("of int8 is not trained, has no floats, and multiplies only by the side that its scales are of", async () => {
    const w = new Parameter(new WasmEngine(), "w", 5, 7, numbers(35, 1));
    await w.roundToInt8("columns");
    for (const use of [() => w.gradientOffset, () => w.zeroGradient(), () => w.offset, () => w.packed(0, 7, true)]) {
      expect(use).toThrow(/^w: expected weights of float32, got int8, asked for .*train the one that it was made from/);
    }
  });

  it("gives its memory back once nobody holds it", async () => {
    setFlagsFromString("--expose-gc");
    const collect = runInNewContext("gc") as () => void;
    const engine: Engine = new WasmEngine();
    const empty = engine.heap.used;
    const make = (): void => {
      for (let i = 0; i < 20; i++) new Parameter(engine, "w", 10, 10, new Float32Array(100)).packed(0, 10, true);
    };
    make();
    expect(engine.heap.used).toBeGreaterThan(empty);
    for (let turn = 0; turn < 100 && engine.heap.used > empty; turn++) {
      collect();
      await new Promise((resolve) => setImmediate(resolve));
    }
    expect(engine.heap.used).toBe(empty);
  });
});
