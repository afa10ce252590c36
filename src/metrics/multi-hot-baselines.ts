/** What counting alone reaches on multi-hot sequences such as piano rolls. */
import { exactLog } from "../core/exact-log.ts";

/** A sequence of steps, each the units that are on, from 0, each once. */
export type MultiHotSequence = readonly (readonly number[])[];

/** A naive forecast of which units are on. */
export interface MultiHotModel {
  /** "key frequencies", "last step, smoothed". */
  readonly name: string;
  /** Mean over all steps of the summed binary cross-entropies of the units, nats. */
  nllPerStep(sequences: readonly MultiHotSequence[]): number;
}

/** How often something was so, and out of how many. */
interface Count {
  on: number;
  of: number;
}

/** Counts for each unit and each condition. */
function countsOf(units: number): Count[] {
  return Array.from({ length: units }, () => ({ on: 0, of: 0 }));
}

/**
 * @param probability of a unit to be on, given whether it was on a step before (at the first step: off).
 */
function modelOf(name: string, units: number, probability: (unit: number, before: boolean) => number): MultiHotModel {
  const on = [false, true].map((before) =>
    Array.from({ length: units }, (_, unit) => -exactLog(probability(unit, before))),
  );
  const off = [false, true].map((before) =>
    Array.from({ length: units }, (_, unit) => -exactLog(1 - probability(unit, before))),
  );
  return {
    name,
    nllPerStep(sequences) {
      let total = 0;
      let steps = 0;
      for (const sequence of sequences) {
        let before = new Set<number>();
        for (const step of sequence) {
          const now = new Set(step);
          for (let unit = 0; unit < units; unit++) {
            total += (now.has(unit) ? on : off)[before.has(unit) ? 1 : 0]![unit]!;
          }
          before = now;
          steps += 1;
        }
      }
      return total / steps;
    },
  };
}

/** Each unit is on as often as in the training sequences: p = (n + ½) / (T + 1). */
export function keyFrequencies(train: readonly MultiHotSequence[], units: number): MultiHotModel {
  const counts = new Float64Array(units);
  let steps = 0;
  for (const sequence of train) {
    for (const step of sequence) {
      steps += 1;
      for (const unit of step) counts[unit]! += 1;
    }
  }
  return modelOf("key frequencies", units, (unit) => (counts[unit]! + 0.5) / (steps + 1));
}

/**
 * The last step again, smoothed: each unit is on as often as in training after a step in which it was on, or off.
 *
 *     p = (n + p̄) / (N + 1), with p̄ = (Σ n + ½) / (Σ N + 1) over all units
 */
export function lastStepSmoothed(train: readonly MultiHotSequence[], units: number): MultiHotModel {
  const counts = [countsOf(units), countsOf(units)];
  for (const sequence of train) {
    let before = new Set<number>();
    for (const step of sequence) {
      const now = new Set(step);
      for (let unit = 0; unit < units; unit++) {
        const count = counts[before.has(unit) ? 1 : 0]![unit]!;
        count.of += 1;
        if (now.has(unit)) count.on += 1;
      }
      before = now;
    }
  }
  const pooled = counts.map((each) => {
    const on = each.reduce((sum, count) => sum + count.on, 0);
    const of = each.reduce((sum, count) => sum + count.of, 0);
    return (on + 0.5) / (of + 1);
  });
  return modelOf("last step, smoothed", units, (unit, before) => {
    const { on, of } = counts[before ? 1 : 0]![unit]!;
    return (on + pooled[before ? 1 : 0]!) / (of + 1);
  });
}
