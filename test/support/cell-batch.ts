/** Random batches for a cell, the same at each call. */
import { Random } from "../../src/core/random.ts";
import { compileCell } from "../../src/recurrence/compiled-cell.ts";
import type { Cell } from "../../src/recurrence/define-cell.ts";
import { type CellRun, weightSizes } from "./run-cell.ts";

/** Sizes and lengths of a batch. */
export interface BatchShape {
  readonly nx: number;
  readonly na: number;
  readonly lengths: readonly number[];
  readonly seed: number;
}

/** float32 numbers, uniform on [-bound, bound), so that both engines begin with the same ones. */
export function draws(seed: number, purpose: string, count: number, bound: number = 1): Float64Array {
  const values = new Float32Array(count);
  new Random(seed, purpose).fillUniform(values, -bound, bound);
  return Float64Array.from(values);
}

/** Everything that a run of a cell needs, drawn; what lies behind a sequence's end is NaN, so that no result may use it. */
export function cellBatch(cell: Cell, shape: BatchShape): CellRun & { readonly weights: Record<string, Float64Array> } {
  const { nx, na, lengths, seed } = shape;
  const { states, output } = compileCell(cell, nx, na).forward.graph;
  const [B, Tx] = [lengths.length, Math.max(...lengths)];
  /** [B, Tx, n] */
  const padded = (purpose: string, n: number): Float64Array => {
    const values = draws(seed, purpose, B * Tx * n);
    lengths.forEach((length, b) => {
      values.fill(Number.NaN, (b * Tx + length) * n, (b + 1) * Tx * n);
    });
    return values;
  };
  const perState = (purpose: string): Record<string, Float64Array> =>
    Object.fromEntries(states.map(({ name, size }) => [name, draws(seed, `${purpose} ${name}`, B * size)]));
  const sizes = Object.entries(weightSizes(cell, nx, na));
  // twice what a cell is drawn with, so that gates leave their middle but no cell is chaotic
  const bound = Math.min(1, 2 / Math.sqrt(na));
  return {
    cell,
    nx,
    na,
    lengths,
    x: padded("x", nx),
    initial: perState("initial"),
    weights: Object.fromEntries(sizes.map(([name, size]) => [name, draws(seed, `weight ${name}`, size, bound)])),
    lossOutput: padded("loss output", output.size),
    lossLast: perState("loss last"),
  };
}

/** The sequences `chosen` of a batch, in that order, cut to the steps [from, to) of each. */
export function chosenSequences(
  run: CellRun,
  chosen: readonly number[],
  from = 0,
  to: number = Number.POSITIVE_INFINITY,
): CellRun {
  const Tx = Math.max(...run.lengths);
  const lengths = chosen.map((b) => Math.max(0, Math.min(run.lengths[b]!, to) - from));
  const steps = Math.max(...lengths);
  const B = run.lengths.length;
  const cut = (values: ArrayLike<number>): Float64Array => {
    const n = values.length / (B * Tx);
    const result = new Float64Array(chosen.length * steps * n).fill(Number.NaN);
    chosen.forEach((b, row) => {
      for (let i = 0; i < lengths[row]! * n; i++) result[row * steps * n + i] = values[(b * Tx + from) * n + i]!;
    });
    return result;
  };
  return {
    ...run,
    lengths,
    x: cut(run.x),
    lossOutput: cut(run.lossOutput),
    initial: chosenRows(run.initial, chosen, B),
    lossLast: chosenRows(run.lossLast, chosen, B),
  };
}

/** The rows `chosen` of arrays with one row a sequence, in that order. */
export function chosenRows(
  arrays: Readonly<Record<string, ArrayLike<number>>>,
  chosen: readonly number[],
  B: number,
): Record<string, Float64Array> {
  return Object.fromEntries(
    Object.entries(arrays).map(([name, values]) => {
      const n = values.length / B;
      return [
        name,
        Float64Array.from({ length: chosen.length * n }, (_, i) => values[chosen[Math.floor(i / n)]! * n + (i % n)]!),
      ];
    }),
  );
}
