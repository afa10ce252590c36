import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { gru, lstm, minGru, minLstm, rnn } from "../../src/cells/index.ts";
import { compileCell } from "../../src/recurrence/compiled-cell.ts";
import type { Cell } from "../../src/recurrence/define-cell.ts";

/** Units of a projection. */
const P = 7;

const CELLS: Record<string, () => Cell> = {
  "rnn()": () => rnn(),
  "gru()": () => gru(),
  'gru({ reset: "before" })': () => gru({ reset: "before" }),
  "gru({ simplified: true })": () => gru({ simplified: true }),
  "lstm()": () => lstm(),
  'lstm({ output: "linear" })': () => lstm({ output: "linear" }),
  "lstm({ coupled: true })": () => lstm({ coupled: true }),
  "lstm({ peepholes: true })": () => lstm({ peepholes: true }),
  "lstm({ projection: P })": () => lstm({ projection: P }),
  "minGru()": minGru,
  "minLstm()": minLstm,
  "rnn({ layerNorm: true })": () => rnn({ layerNorm: true }),
  "gru({ layerNorm: true })": () => gru({ layerNorm: true }),
  "lstm({ layerNorm: true })": () => lstm({ layerNorm: true }),
  "rnn({ recurrentDropout: 0.2 })": () => rnn({ recurrentDropout: 0.2 }),
  "gru({ recurrentDropout: 0.2 })": () => gru({ recurrentDropout: 0.2 }),
  "lstm({ recurrentDropout: 0.2 })": () => lstm({ recurrentDropout: 0.2 }),
};

const table = readFileSync(new URL("../../docs/memory.md", import.meta.url), "utf8");
const rows = [...table.matchAll(/^\| `(.+?)` \| (.+?) \| (.+?) \| (.+?) \| (.+?) \|$/gm)].map(([, ...cells]) => cells);

/** "4 H", "H", "-", "4", "6 H + 2 P" for given H. */
function floatsOf(text: string, H: number): number {
  if (text === "-") return 0;
  return text.split(" + ").reduce((sum, term) => {
    const [, factor, unit] = /^(\d+)? ?([HP])?$/.exec(term)!;
    return sum + Number(factor ?? 1) * (unit === "H" ? H : unit === "P" ? P : 1);
  }, 0);
}

describe("docs/memory.md", () => {
  it("has a row for each cell of this test", () => {
    expect(rows.map(([name]) => name)).toEqual(Object.keys(CELLS));
  });

  it.each(rows)("says of %s what its plan stores", (name, gates, states, others, all) => {
    const H = 24;
    const { forward } = compileCell(CELLS[name!]!(), 5, H);
    const stateFloats = [...forward.states.values()].reduce((sum, buffer) => sum + buffer.width, 0);
    const traceFloats = forward.traces.reduce((sum, buffer) => sum + buffer.width, 0);
    expect([forward.gates.width, stateFloats, traceFloats]).toEqual([
      floatsOf(gates!, H),
      floatsOf(states!, H),
      floatsOf(others!, H),
    ]);
    expect(floatsOf(all!, H)).toBe(forward.gates.width + stateFloats + traceFloats);
  });
});
