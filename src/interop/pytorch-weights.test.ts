import { describe, expect, it } from "vitest";
import { fromPytorch, type Matrix, toPytorch } from "./pytorch-weights.ts";

/** Tensors of one input and one unit, both biases trained, as PyTorch does. */
function tensorsOf(gates: number): Map<string, Matrix> {
  const column = (first: number): Float64Array => Float64Array.from({ length: gates }, (_, i) => first + i);
  return new Map([
    ["weight_ih", { shape: [gates, 1], data: column(1) }],
    ["weight_hh", { shape: [gates, 1], data: column(10) }],
    ["bias_ih", { shape: [gates], data: column(100) }],
    ["bias_hh", { shape: [gates], data: column(1000) }],
  ]);
}

const CELLS = [
  ["rnn", 1, { "a.bias": 1100 }],
  ["lstm", 4, { "u.bias": 1100, "f.bias": 1102, "c.bias": 1104, "o.bias": 1106 }],
  // PyTorch's gate z is one minus Γu, and the candidate's two biases are two
  ["gru", 3, { "r.bias": 1100, "u.bias": -1102, "c.bias": 102, "ca.bias": 1002 }],
] as const;

describe("weights of PyTorch", () => {
  it.each(CELLS)("give %s the sum of two biases, in its own sense, and come back as one bias", (cell, gates, sums) => {
    const ours = fromPytorch(cell, tensorsOf(gates), "model");
    const biases = [...ours].filter(([name]) => name.endsWith(".bias"));
    expect(Object.fromEntries(biases.map(([name, { data }]) => [name, data[0]]))).toEqual(sums);
    const back = toPytorch(
      cell,
      new Map([...ours].map(([name, { shape, data }]) => [name, { shape, read: () => Float64Array.from(data) }])),
    );
    const own = (name: string): number[] => Array.from(back.get(name)!.read());
    const twice = own("bias_ih").map((bias, i) => bias + own("bias_hh")[i]!);
    expect(twice).toEqual(Array.from({ length: gates }, (_, i) => 1100 + 2 * i));
    expect(own("bias_hh")).toEqual(own("bias_hh").map((_, i) => (cell === "gru" && i === 2 ? 1002 : 0)));
  });
});
