import { describe, expect, it } from "vitest";
import { gru, lstm, minGru, minLstm, rnn } from "../../src/cells/index.ts";
import type { Engine } from "../../src/engine/engine.ts";
import { ReferenceEngine } from "../../src/engine/reference/reference-engine.ts";
import { WasmEngine } from "../../src/engine/wasm/wasm-engine.ts";
import { fromPytorch, type Matrix } from "../../src/interop/pytorch-weights.ts";
import type { Cell } from "../../src/recurrence/define-cell.ts";
import { type CellRun, runCell } from "../support/run-cell.ts";
import { expectClose, type Golden, type GoldenTensor, goldenNames, loadGolden } from "./load-golden.ts";

/** Our cell for each golden of one layer and one direction. */
const CELLS: Record<string, Cell> = {
  "rnn-tanh": rnn(),
  "rnn-relu": rnn({ activation: "relu" }),
  gru: gru(),
  "gru-reset-before": gru({ reset: "before" }),
  "gru-simplified": gru({ simplified: true }),
  lstm: lstm(),
  "lstm-projection": lstm({ projection: 3 }),
  "lstm-layer-norm": lstm({ layerNorm: true }),
  "lstm-peephole": lstm({ peepholes: true }),
  "lstm-coupled": lstm({ coupled: true }),
  "lstm-notes-output": lstm({ output: "linear" }),
  "min-gru": minGru(),
  "min-lstm": minLstm(),
};

function cellOf(name: string, golden: Golden): Cell {
  if (golden.case.projection !== null) return lstm({ projection: golden.case.projection });
  return CELLS[name.replace(/-(lengths|na17)$/, "")]!;
}

/** PyTorch's [units, inputs] to our [inputs, units]. */
function transpose(tensor: GoldenTensor): Float64Array {
  if (tensor.shape.length < 2) return tensor.data;
  const [rows, columns] = tensor.shape as [number, number];
  return Float64Array.from(tensor.data, (_, i) => tensor.data[(i % rows) * columns + Math.floor(i / rows)]!);
}

function ours(
  cell: Cell,
  tensors: Readonly<Record<string, GoldenTensor>>,
  biasOnce: boolean,
): Record<string, Float64Array> {
  if (tensors.weight_ih_l0 === undefined) {
    return Object.fromEntries(Object.entries(tensors).map(([key, value]) => [key, transpose(value)]));
  }
  const byName = new Map<string, Matrix>();
  for (const [key, value] of Object.entries(tensors)) {
    // bias_hh is frozen at zero where it is redundant: as a gradient it repeats bias_ih's and is not added
    const dropped = biasOnce && key === "bias_hh_l0" && cell.name !== "gru";
    const data = dropped ? new Float64Array(value.data.length) : Float64Array.from(value.data);
    if (biasOnce && key === "bias_hh_l0" && cell.name === "gru") data.fill(0, 0, (data.length / 3) * 2);
    byName.set(key.replace("_l0", ""), { shape: value.shape, data });
  }
  const mapped = fromPytorch(cell.name, byName, "golden");
  return Object.fromEntries([...mapped].map(([key, value]) => [key, Float64Array.from(value.data)]));
}

const ENGINES: [string, () => Engine, number][] = [
  ["float32 WebAssembly", () => new WasmEngine(), 1e-5],
  ["float64 reference", () => new ReferenceEngine(), 1e-8],
];

const single = goldenNames().filter((name) => {
  if (name.startsWith("training-")) return false;
  const { layers, bidirectional } = loadGolden(name).case;
  return layers === 1 && !bidirectional;
});

describe.each(ENGINES)("cells in %s", (_, engineOf, bound) => {
  it.each(single)("%s matches PyTorch: outputs, states and every gradient", (name) => {
    const golden = loadGolden(name);
    const { case: c, inputs } = golden;
    const cell = cellOf(name, golden);
    const states: Record<string, string> = { a: "h", c: "c" };
    const initial: CellRun["initial"] = {};
    const lossLast: CellRun["lossLast"] = {};
    for (const state of cell.states) {
      initial[state] = inputs[`${states[state]}_0`]!.data;
      lossLast[state] = inputs[`loss_${states[state]}_n`]!.data;
    }
    const result = runCell(engineOf(), {
      cell,
      nx: c.nx,
      na: c.na,
      lengths: c.lengths ?? new Array<number>(c.B).fill(c.Tx),
      x: inputs.x!.data,
      initial,
      weights: ours(cell, golden.weights, false),
      lossOutput: inputs.loss_output!.data,
      lossLast,
    });
    expectClose(result.output, golden.outputs.output!, bound, "output");
    for (const state of cell.states) {
      expectClose(result.last[state]!, golden.outputs[`${states[state]}_n`]!.data, bound, `last ${state}`);
    }
    const { x, h_0, c_0, ...weightGrads } = golden.grads;
    expectClose(result.grads.x!, x!.data, bound, "dx");
    expectClose(result.grads["initial a"]!, h_0!.data, bound, "da0");
    if (c_0 !== undefined) expectClose(result.grads["initial c"]!, c_0.data, bound, "dc0");
    const expected = ours(cell, weightGrads, true);
    const named = Object.keys(result.grads).filter((key) => key !== "x" && !key.startsWith("initial "));
    expect(named.sort()).toEqual(Object.keys(expected).sort());
    for (const key of named) expectClose(result.grads[key]!, expected[key]!, bound, `d${key}`);
  });
});
