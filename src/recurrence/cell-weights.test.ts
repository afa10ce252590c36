import { describe, expect, it } from "vitest";
import { lstm } from "../cells/lstm.ts";
import { rnn } from "../cells/rnn.ts";
import { ReferenceEngine } from "../engine/reference/reference-engine.ts";
import { type CellWeights, createCellWeights, readNamed, writeNamed } from "./cell-weights.ts";
import { compileCell } from "./compiled-cell.ts";
import type { Cell } from "./define-cell.ts";

const engine = new ReferenceEngine();

function weightsOf(cell: Cell, seed = 1, name = "rnn.0"): CellWeights {
  return createCellWeights(compileCell(cell, 4, 6).forward, { engine, name, seed });
}

function drawnBy(weights: CellWeights): Map<string, number[]> {
  return new Map(weights.named.map((named) => [named.name, [...readNamed(named)]]));
}

describe("createCellWeights", () => {
  it("draws every matrix of its own, so that a gate less changes no other gate's draw", () => {
    const full = drawnBy(weightsOf(lstm()));
    const coupled = drawnBy(weightsOf(lstm({ coupled: true })));
    expect(coupled.size).toBeLessThan(full.size);
    for (const [name, values] of coupled) expect(values, name).toEqual(full.get(name));
    const random = [...full].filter(([name]) => name !== "f.bias").map(([, values]) => values.join());
    expect(new Set(random).size).toBe(random.length);
  });

  it("draws anew for another seed and another layer", () => {
    const first = drawnBy(weightsOf(rnn())).get("a.weight_a");
    expect(drawnBy(weightsOf(rnn())).get("a.weight_a")).toEqual(first);
    expect(drawnBy(weightsOf(rnn(), 2)).get("a.weight_a")).not.toEqual(first);
    expect(drawnBy(weightsOf(rnn(), 1, "rnn.1")).get("a.weight_a")).not.toEqual(first);
  });

  it("names its parameters by the layer, and weight decay leaves biases and vectors alone", () => {
    const { parameters } = weightsOf(lstm({ peepholes: true }));
    expect(parameters.map((parameter) => [parameter.name, parameter.decays])).toEqual([
      ["rnn.0.weight_x", true],
      ["rnn.0.weight_a", true],
      ["rnn.0.bias", false],
      ["rnn.0.o.peephole", false],
      ["rnn.0.u.peephole", false],
      ["rnn.0.f.peephole", false],
    ]);
  });
});

describe("writeNamed", () => {
  it("changes the columns of its own gate alone, and readNamed reads them back", () => {
    const weights = weightsOf(lstm());
    const before = drawnBy(weights);
    const target = weights.named.find((named) => named.name === "u.weight_a")!;
    const values = Array.from({ length: 36 }, (_, i) => i);
    writeNamed(target, values);
    for (const [name, now] of drawnBy(weights)) {
      expect(now, name).toEqual(name === "u.weight_a" ? values : before.get(name));
    }
  });

  it("refuses another number of values", () => {
    const { named } = weightsOf(rnn());
    expect(() => writeNamed(named[0]!, [1, 2])).toThrowErrorMatchingInlineSnapshot(
      `[RecurraError: a.weight_x: expected 24 values for [4, 6], got 2.]`,
    );
  });
});
