import { describe, expect, it } from "vitest";
import { gru } from "../cells/gru.ts";
import { lstm } from "../cells/lstm.ts";
import { minGru } from "../cells/min-gru.ts";
import { minLstm } from "../cells/min-lstm.ts";
import { rnn } from "../cells/rnn.ts";
import { planBackward } from "./backward.ts";
import { compileCell } from "./compiled-cell.ts";
import type { Cell } from "./define-cell.ts";
import type { KernelPlan } from "./plan.ts";

/** The kernels of a step in their order: P a product, E an element-wise pass, N a norm or its gradient. */
function kindsOf(kernels: readonly KernelPlan[]): string {
  return kernels.map(({ kind }) => (kind === "product" ? "P" : kind === "segment" ? "E" : "N")).join("");
}

/** [cell, forward, backward, products before the loop, columns of gates kept, carried buffers forward and backward] */
const PLANS: [string, Cell, string, string, number, number, [number, number]][] = [
  ["rnn", rnn(), "PE", "EP", 1, 5, [0, 0]],
  ["lstm", lstm(), "PE", "EP", 1, 20, [0, 0]],
  ["lstm with peepholes", lstm({ peepholes: true }), "PE", "EP", 1, 20, [0, 0]],
  ["lstm, coupled", lstm({ coupled: true }), "PE", "EP", 1, 15, [0, 0]],
  ["lstm with layer norm", lstm({ layerNorm: true }), "PNNNNE", "ENNNNEP", 1, 20, [0, 4]],
  ["lstm with recurrent dropout", lstm({ recurrentDropout: 0.1 }), "EPE", "EPE", 1, 20, [0, 1]],
  ["lstm with a projection", lstm({ projection: 3 }), "PEPE", "EEPEP", 1, 23, [0, 7]],
  ["gru, reset after", gru(), "PE", "EP", 1, 20, [0, 0]],
  ["gru, reset before", gru({ reset: "before" }), "PEPE", "EPEP", 1, 15, [1, 3]],
  ["gru, simplified", gru({ simplified: true }), "PE", "EP", 1, 10, [0, 0]],
  ["minGru", minGru(), "E", "E", 1, 10, [0, 0]],
  ["minLstm", minLstm(), "E", "E", 1, 15, [0, 0]],
];

describe("schedule", () => {
  it.each(PLANS)("gives %s no more kernels a step than it needs", (...plan) => {
    const [, cell, forward, backward, hoisted, columns, carried] = plan;
    const compiled = compileCell(cell, 4, 5);
    const back = planBackward(compiled.forward);
    expect(kindsOf(compiled.forward.kernels)).toBe(forward);
    expect(kindsOf(back.kernels)).toBe(backward);
    expect(compiled.forward.hoisted.length).toBe(hoisted);
    expect(compiled.forward.gates.width).toBe(columns);
    expect([compiled.forward.carried.length, back.carried.length]).toEqual(carried);
  });

  it("keeps of an lstm for the way back its gates and its states alone", () => {
    expect(compileCell(lstm(), 4, 5).forward.traces).toEqual([]);
  });

  it("reads and writes each operand of an lstm's passes once", () => {
    const { forward } = compileCell(lstm(), 4, 5);
    const backward = planBackward(forward);
    const counts = [...forward.kernels, ...backward.kernels].flatMap((kernel) => {
      if (kernel.kind !== "segment") return [];
      const { steps } = kernel.spec;
      return [[steps.filter((s) => s.op === "load").length, steps.filter((s) => s.op === "store").length]];
    });
    // four gates and c⟨t-1⟩ in, four gates and two states out; back: gates, c⟨t⟩, c⟨t-1⟩, dy, da, dc in, gates and dc out
    expect(counts[0]).toEqual([5, 6]);
    expect(counts[1]).toEqual([9, 5]);
  });
});
