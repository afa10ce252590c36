import { describe, expect, it } from "vitest";
import { splitRunningText } from "./split.ts";

const text = "a line of twenty one.\n".repeat(50);

describe("splitRunningText", () => {
  it("takes the end for validation, in order, without loss, and cuts behind a line end", () => {
    const { train, valid } = splitRunningText([text], 0.05);
    expect(train[0]! + valid[0]!).toBe(text);
    expect(train[0]!.endsWith("\n")).toBe(true);
    expect(Math.abs(valid[0]!.length - text.length * 0.05)).toBeLessThan(22);
  });

  it("keeps texts apart: those before the cut are trained on, those behind it are not", () => {
    const { train, valid } = splitRunningText(["aaaa", "bbbb", "cc dd", "ee"], 0.4);
    expect(train).toEqual(["aaaa", "bbbb", "cc "]);
    expect(valid).toEqual(["dd", "ee"]);
  });

  it("takes a tenth by default and nothing at 0", () => {
    expect(splitRunningText(["x".repeat(100)]).valid).toEqual(["x".repeat(10)]);
    expect(splitRunningText([text], 0)).toEqual({ train: [text], valid: [] });
  });

  it("tears no character of two UTF-16 units", () => {
    const { train, valid } = splitRunningText(["🐋".repeat(3)], 0.5);
    expect([train, valid]).toEqual([["🐋🐋"], ["🐋"]]);
  });

  it("refuses a fraction out of range and a text too short for both parts", () => {
    for (const fraction of [-0.1, 0.6, Number.NaN]) {
      expect(() => splitRunningText([text], fraction)).toThrow(/expected a number from 0 to 0.5/);
    }
    expect(() => splitRunningText(["abcd"], 0.1)).toThrowErrorMatchingInlineSnapshot(
      `[RecurraError: splitRunningText: expected some text on either side of a split at 0.9, got 4 characters. Give more text or a larger validation part.]`,
    );
  });
});
