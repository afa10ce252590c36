/** One suite for every kernel of the engine's interface: what it computes is compared with the float64 reference. */
import { beforeAll, describe, it } from "vitest";
import type { Engine } from "../../src/engine/engine.ts";
import { ReferenceEngine } from "../../src/engine/reference/reference-engine.ts";
import { expectClose } from "../golden/expect-close.ts";
import { testInt8 } from "./int8-conformance.ts";
import { testProducts } from "./product-conformance.ts";
import { testRowKernels } from "./row-conformance.ts";
import { testSegments } from "./segment-conformance.ts";

/** Odd sizes for the tails of vectors of four, panels of eight and groups of sixteen. */
export const SIZES = [1, 3, 4, 5, 7, 8, 17, 33] as const;

/** Runs `work` on both engines, each within a step, and compares all that it returns. */
export type Compare = (what: string, work: (engine: Engine) => Record<string, ArrayLike<number>>) => void;

/** Copies numbers into the arena; `padding` more elements follow that nobody else owns. */
export function place(engine: Engine, values: ArrayLike<number>): number {
  const offset = engine.arena.allocate(values.length);
  engine.write(offset, values);
  return offset;
}

export function placeIndices(engine: Engine, values: ArrayLike<number>): number {
  const offset = engine.arena.allocate(values.length);
  engine.writeIndices(offset, values);
  return offset;
}

/**
 * Declares the tests of an engine: forward values of each kernel within `bound` of the reference, by
 * max |a - b| / max(1, max |b|).
 */
export function testEngineKernels(make: () => Engine, bound = 1e-5): void {
  const reference = new ReferenceEngine();
  let engine: Engine;
  beforeAll(async () => {
    engine = make();
    await engine.prepareInt8();
  });
  const compare: Compare = (what, work) => {
    const [actual, expected] = [engine, reference].map((each) => {
      try {
        return work(each);
      } finally {
        each.arena.reset();
      }
    });
    for (const key of Object.keys(expected!)) expectClose(actual![key]!, expected![key]!, bound, `${what}: ${key}`);
  };

  describe("memory", () => {
    it("reads back what was written, filled and copied, also where ranges overlap", () => {
      compare("memory", (e) => {
        const offset = place(e, [1, 2, 3, 4, 5, 6, 7]);
        e.copy(offset + 1, offset, 4);
        e.fill(offset + 5, 1, 9);
        const view = e.view(offset + 6, 1);
        view[0] = 8;
        return { values: e.read(offset, 7), right: e.read(offset, 7).map((v, i) => v - [1, 1, 2, 3, 4, 9, 8][i]!) };
      });
    });

    it("has a row of zeros as long as asked for, at one place for good", () => {
      compare("zeros", (e) => {
        const first = e.zeros(10);
        const longer = e.zeros(5000);
        return { first: e.read(first, 10), longer: e.read(longer, 5000) };
      });
    });
  });
  testProducts(compare);
  testInt8(compare);
  testSegments(compare);
  testRowKernels(compare);
}
