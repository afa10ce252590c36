/** Sequences for a generator side by side, each with its condition. */
import { joined } from "../core/joined.ts";
import { Packing } from "../core/packing.ts";

/** A sequence as a network reads it. */
export interface GeneratorSequence {
  /** The condition's vector, `[nc]`. */
  readonly condition: Float32Array;
  /** Ids, the end last; or for each step the units that are on. */
  readonly steps: Int32Array | readonly (readonly number[])[];
}

export interface GeneratorBatch {
  readonly packing: Packing;
  /** As [B, nc], row by row. */
  readonly conditions: Float32Array;
  /** y⟨t-1⟩ of the rows of the packing: ids, or [rows, units] of 0 and 1. */
  readonly inputs: Int32Array | Float32Array;
  /** y⟨t⟩ likewise. */
  readonly targets: Int32Array | Float32Array;
}

/** @param startId what stands before the first symbol. */
export function generatorBatch(
  sequences: readonly GeneratorSequence[],
  units: number,
  startId: number,
): GeneratorBatch {
  const packing = new Packing(sequences.map(({ steps }) => steps.length));
  const conditions = joined(sequences.map(({ condition }) => condition));
  const isSymbol = sequences[0]!.steps instanceof Int32Array;
  const inputs = isSymbol ? new Int32Array(packing.rows) : new Float32Array(packing.rows * units);
  const targets = isSymbol ? new Int32Array(packing.rows) : new Float32Array(packing.rows * units);
  packing.forEachRow((row, b, t) => {
    const { steps } = sequences[b]!;
    const step = steps[t]!;
    if (typeof step === "number") {
      inputs[row] = t === 0 ? startId : (steps[t - 1] as number);
      targets[row] = step;
      return;
    }
    for (const unit of step) targets[row * units + unit] = 1;
    if (t > 0) for (const unit of steps[t - 1] as readonly number[]) inputs[row * units + unit] = 1;
  });
  return { packing, conditions, inputs, targets };
}
