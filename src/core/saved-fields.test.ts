import { describe, expect, it } from "vitest";
import { requireOptionalText, SavedFields } from "./saved-fields.ts";

describe("SavedFields", () => {
  it("passes fields that are right", () => {
    const fields = new SavedFields({ size: 0, unit: "char", tied: false, kept: [0.5, 2] }, "m/config.json");
    expect(fields.integer("size", 0)).toBe(0);
    expect(fields.numbers("kept", (count) => count === 2, "2 numbers")).toEqual(Float32Array.of(0.5, 2));
    fields.choice("unit", ["char", "word"]);
    fields.flag("tied");
    requireOptionalText(fields, "column");
  });

  it("names the file and the field of one that is wrong or left out", () => {
    const fields = new SavedFields({ size: 1.5, unit: "line", column: 3, kept: [1, "2"] }, "m/config.json");
    const said = (check: () => void): string => {
      try {
        check();
        return "nothing";
      } catch (error) {
        return (error as Error).message;
      }
    };
    expect([
      said(() => fields.integer("size")),
      said(() => fields.integer("layers", 0, 4)),
      said(() => fields.choice("unit", ["char", "word"])),
      said(() => fields.flag("tied")),
      said(() => fields.numbers("kept", (count) => count === 2, "2 numbers")),
      said(() => fields.numbers("kept", (count) => count === 3, "3 numbers")),
      said(() => requireOptionalText(fields, "column")),
      said(() => new SavedFields(null, "m/config.json").flag("tied")),
    ]).toEqual([
      "m/config.json, size: expected an integer from 1 to 65536, got 1.5.",
      "m/config.json, layers: expected an integer from 0 to 4, got none.",
      'm/config.json, unit: expected one of char, word, got "line".',
      "m/config.json, tied: expected true or false, got none.",
      'm/config.json, kept: expected 2 numbers, got [1,"2"].',
      'm/config.json, kept: expected 3 numbers, got [1,"2"].',
      "m/config.json, column: expected a text, got 3.",
      "m/config.json, tied: expected true or false, got none.",
    ]);
  });
});
