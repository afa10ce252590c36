import { describe, expect, it } from "vitest";
import { ENGINES } from "../../test/conformance/cell-conformance.ts";
import { expectSameBits } from "../../test/support/expect-same-bits.ts";
import { differentiate } from "../autograd/differentiate.ts";
import { Packing } from "../core/packing.ts";
import { Random } from "../core/random.ts";
import type { Engine } from "../engine/engine.ts";
import { squaredError } from "../losses/squared-error.ts";
import type { DropoutDraw } from "../recurrence/dropout-mask.ts";
import { step } from "../tensor/tape.ts";
import { Tensor } from "../tensor/tensor.ts";
import { Dropout } from "./dropout.ts";

const draw: DropoutDraw = { random: new Random(1, "dropout"), step: 3, layer: 2 };
const UNITS = 19;

/** The mask of each real step, [B, Tx, units], as ones show it; padded steps are 0. */
function maskOf(engine: Engine, packing: Packing, rate: number, by: DropoutDraw = draw): Float64Array {
  return step(engine, () => {
    const ones = Tensor.from(engine, packing.rows, UNITS, new Float32Array(packing.rows * UNITS).fill(1));
    return packing.unpack(new Dropout({ rate }).run(ones, packing, by).toArray(), UNITS);
  });
}

describe.each(ENGINES)("Dropout, %s", (_, engine) => {
  it("holds 0 in a share of the rate and 1 / (1 - rate) elsewhere, so that its mean is near 1", () => {
    for (const rate of [0.1, 0.5, 0.9]) {
      const mask = maskOf(engine, Packing.uniform(20, 30), rate);
      const zeros = mask.filter((value) => value === 0).length / mask.length;
      expect(Math.abs(zeros - rate), `rate ${rate}`).toBeLessThan(0.015);
      const keep = 1 / (1 - rate);
      expect(new Set(mask)).toEqual(new Set([0, engine.precision === "float32" ? Math.fround(keep) : keep]));
    }
  });

  it("is what the blocks of Random say: (step, mask of the layer, sequence, time and unit)", () => {
    const packing = new Packing([2, 3, 1]);
    const mask = maskOf(engine, packing, 0.5);
    const blocks = Math.ceil(UNITS / 4);
    for (let b = 0; b < 3; b++) {
      for (let t = 0; t < packing.lengths[b]!; t++) {
        for (let j = 0; j < UNITS; j++) {
          const word = draw.random.block(3, 2 * 16 + 14, b, t * blocks + Math.floor(j / 4))[j % 4]!;
          expect(mask[(b * 3 + t) * UNITS + j]).toBe(word < 2 ** 31 ? 0 : 2);
        }
      }
    }
  });

  it("gives a sequence its mask whatever order its length sorts to and whatever else is in the batch", () => {
    const whole = maskOf(engine, Packing.uniform(6, 5), 0.5);
    const lengths = [2, 5, 0, 3];
    const sorted = maskOf(engine, new Packing(lengths), 0.5);
    lengths.forEach((length, b) => {
      const at = b * 5 * UNITS;
      expectSameBits(sorted.subarray(at, at + length * UNITS), whole.subarray(at, at + length * UNITS), `row ${b}`);
    });
  });

  it("differs by time, sequence, step, layer and seed", () => {
    const packing = Packing.uniform(2, 2);
    const mask = maskOf(engine, packing, 0.5);
    const rows = [0, 1, 2, 3].map((row) => [...mask.subarray(row * UNITS, (row + 1) * UNITS)].join());
    expect(new Set(rows).size).toBe(4);
    const others = [
      { ...draw, step: 4 },
      { ...draw, layer: 3 },
      { ...draw, random: new Random(2, "dropout") },
    ].map((by) => [...maskOf(engine, packing, 0.5, by)].join());
    expect(new Set([[...mask].join(), ...others]).size).toBe(4);
  });

  it("drops the same step by step as all at once", () => {
    const packing = new Packing([2, 4, 3]);
    step(engine, () => {
      const values = new Float32Array(packing.rows * UNITS).map((_unused, i) => i + 1);
      const layer = new Dropout({ rate: 0.3 });
      const whole = layer.run(Tensor.from(engine, packing.rows, UNITS, values), packing, draw).toArray();
      for (let t = 0; t < packing.steps; t++) {
        const [from, to] = [packing.offsets[t]! * UNITS, packing.offsets[t + 1]! * UNITS];
        const x = Tensor.from(engine, packing.active[t]!, UNITS, values.subarray(from, to));
        expectSameBits(layer.run(x, packing, draw, t).toArray(), whole.subarray(from, to), `step ${t}`);
      }
    });
  });

  it("takes the gradient back through the same mask", () => {
    const packing = Packing.uniform(3, 2);
    step(engine, () => {
      const x = Tensor.from(engine, 6, UNITS, new Float32Array(6 * UNITS).fill(1), true);
      let y: Tensor | undefined;
      differentiate(engine, () => {
        y = new Dropout({ rate: 0.5 }).run(x, packing, draw);
        return squaredError(y, Tensor.from(engine, 6, UNITS, new Float32Array(6 * UNITS)), { reduce: "sum" });
      });
      // L = Σ (m x)², so that dL/dx = 2 m² x = 4 m where m is 0 or 2
      expect([...x.gradient()]).toEqual(Array.from(y!.toArray(), (m) => 4 * m));
    });
  });

  it("drops nothing in use or at rate 0, and hands on the very tensor", () => {
    const packing = Packing.uniform(1, 1);
    step(engine, () => {
      const x = Tensor.from(engine, 1, 3, [1, 2, 3]);
      expect(new Dropout({ rate: 0.5 }).run(x, packing)).toBe(x);
      expect(new Dropout({ rate: 0 }).run(x, packing, draw)).toBe(x);
    });
  });

  it("refuses a rate of 1 and rows that are no whole steps", () => {
    expect(() => new Dropout({ rate: 1 })).toThrow("Dropout, rate: expected a rate from 0 to below 1, got 1.");
    const packing = Packing.uniform(2, 3);
    for (const rows of [1, 7]) {
      step(engine, () => {
        const x = Tensor.from(engine, rows, 1, new Float32Array(rows));
        expect(() => new Dropout({ rate: 0.5 }).run(x, packing, draw)).toThrow(
          `dropout: expected whole time steps of a packing of 6 rows, got ${rows} rows from step 0.`,
        );
      });
    }
  });
});
