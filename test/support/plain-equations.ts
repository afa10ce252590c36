/** A cell's equations once more, in plain numbers for one sequence: what the compiled cell is held against. */
import { expect } from "vitest";

export type Row = readonly number[];

/** The trained maps of a cell, over plain rows. */
export interface PlainTools {
  /** Σ inputs · W + b, with the weights `<name>.weight_<input>` and, where there is one, `<name>.bias`. */
  affine(name: string, inputs: Readonly<Record<string, Row>>): number[];
  vector(name: string): Row;
  /** gain ⊙ (v - mean) / √(variance + 1e-5) + shift. */
  norm(name: string, v: Row): number[];
  /** The dropout mask on a⟨t-1⟩; undefined: nothing is dropped. */
  readonly mask: Row | undefined;
}

/** One step: x⟨t⟩ and the states before to the states after. */
export type PlainStep = (
  x: Row,
  states: Readonly<Record<string, Row>>,
  tools: PlainTools,
) => Readonly<Record<string, Row>>;

export const sigma = (s: number): number => 1 / (1 + Math.exp(-s));
/** f of each unit of rows of one size. */
export function each(f: (...values: number[]) => number, ...rows: readonly Row[]): number[] {
  return rows[0]!.map((_, i) => f(...rows.map((row) => row[i]!)));
}

/** Tools over the named weights, [inputs, units] each. */
export function plainTools(weights: Readonly<Record<string, ArrayLike<number>>>, mask?: Row): PlainTools {
  const named = (name: string): ArrayLike<number> => {
    if (weights[name] === undefined) expect.fail(`no weight "${name}" among ${Object.keys(weights).join(", ")}`);
    return weights[name];
  };
  const tools: PlainTools = {
    mask,
    affine(name, inputs) {
      const parts = Object.entries(inputs).map(([input, row]) => ({ row, w: named(`${name}.weight_${input}`) }));
      const units = parts[0]!.w.length / parts[0]!.row.length;
      const bias = weights[`${name}.bias`];
      return Array.from({ length: units }, (_, j) => {
        let s = bias === undefined ? 0 : bias[j]!;
        for (const { row, w } of parts) for (let i = 0; i < row.length; i++) s += row[i]! * w[i * units + j]!;
        return s;
      });
    },
    vector: (name) => Array.from(named(name)),
    norm(name, v) {
      const mean = v.reduce((sum, value) => sum + value, 0) / v.length;
      const variance = v.reduce((sum, value) => sum + (value - mean) ** 2, 0) / v.length;
      const normalised = v.map((value) => (value - mean) / Math.sqrt(variance + 1e-5));
      return each((g, n, s) => g * n + s, tools.vector(`${name}.gain`), normalised, tools.vector(`${name}.shift`));
    },
  };
  return tools;
}
