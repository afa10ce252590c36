import { describe, expect, it } from "vitest";
import { fromBfloat16Bits, fromFloat16Bits, toBfloat16Bits, toFloat16Bits } from "./safetensors-half.ts";

const FORMATS = [
  { name: "binary16", to: toFloat16Bits, from: fromFloat16Bits, infinity: 0x7c00 },
  { name: "bfloat16", to: toBfloat16Bits, from: fromBfloat16Bits, infinity: 0x7f80 },
];

describe.each(FORMATS)("$name", ({ to, from, infinity }) => {
  it("gives back all 65,536 bit patterns, every NaN as some NaN", () => {
    for (let bits = 0; bits < 0x10000; bits++) {
      const value = from(bits);
      if ((bits & 0x7fff) > infinity) expect(from(to(value))).toBeNaN();
      else if (to(value) !== bits) expect.fail(`0x${bits.toString(16)} became 0x${to(value).toString(16)}`);
    }
  });

  it("rounds what lies between two neighbours to the nearer, ties to the even one", () => {
    for (let low = 0; low < infinity - 1; low++) {
      const a = from(low);
      const b = from(low + 1);
      const middle = (a + b) / 2;
      const even = low % 2 === 0 ? low : low + 1;
      const found = [to(a + (b - a) / 4), to(middle), to(b - (b - a) / 4), to(-middle)];
      if (Math.fround(middle) !== middle) continue; // below the smallest float32 subnormal
      const expected = [low, even, low + 1, even | 0x8000];
      if (Math.fround(a + (b - a) / 4) !== a + (b - a) / 4) continue;
      if (found.join() !== expected.join()) expect.fail(`at 0x${low.toString(16)}: ${found} in place of ${expected}`);
    }
  });
});

describe("half precision", () => {
  it("knows its landmarks", () => {
    expect([1, -2, 65504, 2 ** -24, 2 ** -14].map(toFloat16Bits)).toEqual([0x3c00, 0xc000, 0x7bff, 1, 0x400]);
    expect([65519, 65520, 1e30, -1e30].map(toFloat16Bits)).toEqual([0x7bff, 0x7c00, 0x7c00, 0xfc00]);
    expect([2 ** -25, 2 ** -25 * 1.001, 2 ** -26, -(2 ** -30)].map(toFloat16Bits)).toEqual([0, 1, 0, 0x8000]);
    expect([1, -2, 3.4028234663852886e38].map(toBfloat16Bits)).toEqual([0x3f80, 0xc000, 0x7f80]);
    expect([fromFloat16Bits(0x3555), fromBfloat16Bits(0x4049)]).toEqual([0.333251953125, 3.140625]);
  });
});
