import { expect, it } from "vitest";
import { flowPlot } from "./inspect.ts";

it("draws the norms by distance, the nearest first, and says where they have faded", () => {
  const norms = [1e-9, 1e-3, 0.01, 0.1, 1];
  const flow = { steps: 6, lossNats: 1, states: [{ state: "a", norms }], reach: 4 };
  const rows = flowPlot(flow).slice(2, -1);
  expect(rows.map((row) => row.replaceAll("█", "").trim().split(/ {2,}/))).toEqual([
    ["1", "100.0 %"],
    ["2", "10.0 %"],
    ["3", "1.0 %"],
    ["4", "0.1 %"],
    ["5", "1e-7 %"],
  ]);
  expect(rows.map((row) => row.split("█").length - 1)).toEqual([40, 33, 27, 20, 0]);
  expect(flowPlot(flow).at(-1)).toBe(
    "The gradient of the last prediction's loss falls under 1 % of its largest 4 steps back, and stays there.",
  );
});

it("takes the largest over the states, and no more rows than a screen has for a long text", () => {
  const states = [
    { state: "a", norms: new Array<number>(99).fill(0.5) },
    { state: "c", norms: new Array<number>(99).fill(1) },
  ];
  const plot = flowPlot({ steps: 100, lossNats: 1, states, reach: undefined });
  expect(plot).toHaveLength(2 + 24 + 1);
  expect(plot[2]).toMatch(/^ +1 +100\.0 % +█{40}$/);
  expect(plot.at(-2)).toMatch(/^ +99 /);
  expect(plot.at(-1)).toContain("stays above 1 % of its largest over all 99 steps back.");
});
