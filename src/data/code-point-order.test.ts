import fc from "fast-check";
import { expect, it } from "vitest";
import { codePointOrder } from "./code-point-order.ts";

it("orders as the bytes of UTF-8 do, for any two strings", () => {
  const text = fc.string({ unit: "binary", maxLength: 6 });
  fc.assert(
    fc.property(text, text, fc.constantFrom("", "\uff21", "\u{1f40b}", "\ue000", "\ud7ff"), (a, b, c) => {
      const [left, right] = [c + a, c.slice(0, -1) + b];
      const expected = Buffer.compare(Buffer.from(left), Buffer.from(right));
      expect(Math.sign(codePointOrder(left, right))).toBe(expected);
    }),
    { seed: 1, numRuns: 500 },
  );
});

it("puts a character beyond the basic plane after U+FF21, where UTF-16 units would not", () => {
  expect(["\u{1f40b}", "b", "\uff21", "ab", "a"].sort(codePointOrder)).toEqual(["a", "ab", "b", "\uff21", "\u{1f40b}"]);
});
