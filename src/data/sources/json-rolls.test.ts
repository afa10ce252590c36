import { describe, expect, it } from "vitest";
import { DataFaults } from "../data-faults.ts";
import { jsonPlace } from "./json-place.ts";
import { readJsonRolls } from "./json-rolls.ts";

const read = (text: string, skip = false) => {
  const faults = new DataFaults({ skip });
  const rolls = readJsonRolls(text, "tunes.json", faults);
  return { rolls, left: faults.finish() };
};

describe("readJsonRolls", () => {
  it("reads an object of parts and a plain list, pitches rising and each once", () => {
    const { rolls } = read('{"train": [[[67, 60, 60], []]], "test": [[[21]], [[108]]]}');
    expect([...rolls]).toEqual([
      ["train", [[[60, 67], []]]],
      ["test", [[[21]], [[108]]]],
    ]);
    expect([...read("\ufeff[[[60]]]").rolls]).toEqual([["", [[[60]]]]]);
  });

  it("names line and column of the first bad piece and how many there are; skipping leaves them out", () => {
    const text = '{\n  "a": [[[60]],\n    [[60], [61, 200]],\n    [],\n    [[60], 61], "x", [[60.5]], [[null]]]\n}';
    expect(() => read(text)).toThrowErrorMatchingInlineSnapshot(
      `[RecurraError: tunes.json, line 3, column 17: expected a pitch from 21 to 108, got 200. 6 records are bad, this is the first; --skip-bad goes on without.]`,
    );
    const { rolls, left } = read(text, true);
    expect([...rolls]).toEqual([["a", [[[60]]]]]);
    expect(left).toBe(6);
    const faults = new DataFaults({ skip: true });
    readJsonRolls(text, "tunes.json", faults);
    expect(faults.first.map(({ where, expected, got }) => `${where}: ${expected}: ${got}`)).toMatchInlineSnapshot(`
      [
        "tunes.json, line 3, column 17: a pitch from 21 to 108: 200",
        "tunes.json, line 4, column 5: a piece of one step or more: none",
        "tunes.json, line 5, column 12: a step, a list of pitches: 61",
        "tunes.json, line 5, column 17: a piece, a list of steps: "x"",
        "tunes.json, line 5, column 24: a pitch from 21 to 108: 60.5",
        "tunes.json, line 5, column 34: a pitch from 21 to 108: null",
      ]
    `);
  });

  it("says where JSON ends being JSON, and what is no list of pieces", () => {
    expect(() => read('{"a":\n [[[60], }')).toThrowErrorMatchingInlineSnapshot(
      `[RecurraError: tunes.json, line 2, column 10: expected JSON, got "}".]`,
    );
    expect(() => read("[[[60]")).toThrowErrorMatchingInlineSnapshot(
      `[RecurraError: tunes.json, line 1, column 7: expected JSON, got the end of the file.]`,
    );
    for (const text of ["3", "null", '{"a": 3}', '"rolls"']) expect(() => read(text)).toThrow("a list of pieces, or");
  });
});

describe("jsonPlace", () => {
  it("finds values behind nested values and escaped names", () => {
    const text = ' {"a \\"[": [1, {"b": "]"}], "c": {"d": [[], [2, "x,y"], -3e1]}}';
    const at = (path: (string | number)[]) => text.slice(jsonPlace(text, path)).slice(0, 4);
    expect(at([])).toBe('{"a ');
    expect(at(['a "[', 1, "b"])).toBe('"]"}');
    expect(at(["c", "d", 1, 1])).toBe('"x,y');
    expect(at(["c", "d", 2])).toBe("-3e1");
    expect(jsonPlace(text, ["c", "e"])).toBe(text.length);
    expect(jsonPlace(text, ["c", "d", 3])).toBe(text.length);
  });
});
