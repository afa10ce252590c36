import { describe, expect, it } from "vitest";
import { splitRunningText } from "./split.ts";

const ids = Int32Array.from({ length: 101 }, (_, i) => i);

describe("splitRunningText", () => {
  it("takes the end for validation, in order, without loss and without a copy", () => {
    const { train, valid } = splitRunningText(ids, 0.05);
    expect(Array.from(valid)).toEqual([96, 97, 98, 99, 100]);
    expect([...train, ...valid]).toEqual(Array.from(ids));
    expect(train.buffer).toBe(ids.buffer);
  });

  it("takes a tenth by default and nothing at 0", () => {
    expect(splitRunningText(ids).valid.length).toBe(10);
    expect(splitRunningText(ids, 0).valid.length).toBe(0);
    expect(splitRunningText(ids, 0).train.length).toBe(101);
  });

  it("refuses a fraction out of range and a text too short for both parts", () => {
    for (const fraction of [-0.1, 0.6, Number.NaN]) {
      expect(() => splitRunningText(ids, fraction)).toThrow(/expected a number from 0 to 0.5/);
    }
    expect(() => splitRunningText(ids.subarray(0, 4), 0.1)).toThrowErrorMatchingInlineSnapshot(
      `[RecurraError: splitRunningText: expected at least one token on either side of a split at 0.9, got 4 tokens. Give more text or a larger validation part.]`,
    );
    expect(() => splitRunningText(ids.subarray(0, 0), 0)).toThrow(/got 0 tokens/);
  });
});
