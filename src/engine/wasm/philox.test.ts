import { describe, expect, it } from "vitest";
import { ENGINES } from "../../../test/conformance/cell-conformance.ts";
import { expectSameBits } from "../../../test/support/expect-same-bits.ts";
import { Random } from "../../core/random.ts";
import { dropoutMask } from "../dropout-mask.ts";
import type { Engine } from "../engine.ts";

const random = new Random(12345, "dropout");
const KEEP = Math.fround(1 / 0.7);

/** The mask [rows, n] with what stands behind it, and what `Random.block` says it is. */
function drawn(engine: Engine, n: number, places: readonly (readonly [number, number])[], threshold: number) {
  const rows = places.length;
  const offset = engine.arena.allocate(2 * rows);
  engine.writeIndices(offset, places.flat());
  const to = engine.arena.allocate(rows * n + 32);
  engine.fill(to, rows * n + 32, -1);
  const counter = [0xfffffffe, 47] as const;
  engine.run(dropoutMask, { rows, n, key: random.key, counter, places: offset, threshold, keep: KEEP, to });
  const actual = engine.read(to, rows * n + 32);
  engine.arena.reset();
  const expected = places.flatMap(([third, first]) =>
    Array.from({ length: n }, (_, j) => {
      const word = random.block(counter[0], counter[1], third, first + Math.floor(j / 4))[j % 4]!;
      return word < threshold ? 0 : KEEP;
    }),
  );
  return { mask: actual.subarray(0, rows * n), behind: actual.subarray(rows * n), expected };
}

describe.each(ENGINES)("dropoutMask, %s", (_, engine) => {
  it("is bit for bit what the blocks of Random say, for every tail, row and counter", () => {
    const places = [
      [0, 0],
      [1, 0],
      [0, 7],
      [0x7fffffff, 1_000_000],
      [3, 5],
    ] as const;
    for (const n of [1, 3, 4, 5, 15, 16, 17, 33, 128]) {
      for (const rate of [0.1, 0.5, 0.9]) {
        const { mask, expected } = drawn(engine, n, places, Math.ceil(rate * 2 ** 32));
        expectSameBits(mask, expected, `${n} units, rate ${rate}`);
      }
    }
  });

  it("drops none below a threshold of 0 and all but one in 2³² below the largest", () => {
    expect(new Set(drawn(engine, 40, [[2, 3]], 0).mask)).toEqual(new Set([KEEP]));
    expect(new Set(drawn(engine, 40, [[2, 3]], 2 ** 32 - 1).mask)).toEqual(new Set([0]));
  });

  it("writes at most 15 elements behind its last row", () => {
    for (const n of [1, 5, 16, 17]) {
      const { behind } = drawn(engine, n, [[0, 0]], 1000);
      expect([...behind.subarray(15)]).toEqual(new Array(17).fill(-1));
    }
    expect([...drawn(engine, 5, [], 1000).behind]).toEqual(new Array(32).fill(-1));
  });
});
