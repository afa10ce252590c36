import { describe, expect, it } from "vitest";
import { Random } from "../../core/random.ts";
import { DataFaults } from "../data-faults.ts";
import { jsonFaultAt, readJsonLines } from "./json-lines.ts";

describe("readJsonLines", () => {
  it("gives each object with its line, empty lines passed over", () => {
    expect(readJsonLines('\ufeff{"a":1}\r\n\n  {"b":[2]}', "a.jsonl", new DataFaults())).toEqual([
      { line: 1, value: { a: 1 }, source: '{"a":1}' },
      { line: 3, value: { b: [2] }, source: '  {"b":[2]}' },
    ]);
  });

  it("names the line and character of what is no JSON, or no object, and leaves it out", () => {
    const faults = new DataFaults();
    const text = '{"a":1}\n{"a":tru}\n{"a":\n[1]\n{"b":2}\n';
    expect(readJsonLines(text, "a.jsonl", faults).map((record) => record.line)).toEqual([1, 5]);
    expect(faults.first.map(({ where, expected, got }) => `${where}: ${expected}; ${got}`)).toEqual([
      'a.jsonl, line 2, character 6: JSON; "tru}"',
      "a.jsonl, line 3, character 6: JSON; the end of the line",
      'a.jsonl, line 4, character 1: a JSON object; "[1]"',
    ]);
  });
});

describe("jsonFaultAt", () => {
  it.each([
    ['{"a" 1}', 5],
    ['{"a":1,}', 7],
    ["[1 2]", 3],
    ["01", 1],
    ['"tab\t"', 0],
    ['{"a":1}x', 7],
    ['{"a":"\\q"}', 5],
    ["", 0],
  ])("finds the fault of %j at %i", (text, at) => {
    expect(jsonFaultAt(text)).toBe(at);
  });

  it("passes over the whole of whatever JSON.parse takes", () => {
    const random = new Random(1, "damage");
    const sound = JSON.stringify({ a: [1, -2.5e3, true, null], b: { c: 'é"\\\n', d: [] }, e: {} });
    expect(jsonFaultAt(sound)).toBe(sound.length);
    for (let i = 0; i < 500; i++) {
      const at = random.integer(2 * i, sound.length);
      const put = '{}[],:"1e-\\ t'[random.integer(2 * i + 1, 13)]!;
      const damaged = sound.slice(0, at) + put + sound.slice(at + 1);
      let parses = true;
      try {
        JSON.parse(damaged);
      } catch {
        parses = false;
      }
      if (parses) expect(jsonFaultAt(damaged), damaged).toBe(damaged.length);
    }
  });
});
