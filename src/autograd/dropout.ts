/** Dropout: some numbers of a tensor at zero, others in each step. */
import { RecurraError } from "../core/errors.ts";
import type { Packing } from "../core/packing.ts";
import type { Random } from "../core/random.ts";
import { requireRate } from "../core/require-option.ts";
import { dropoutMask } from "../engine/dropout-mask.ts";
import { Tensor } from "../tensor/tensor.ts";
import { times } from "./arithmetic.ts";

/** What the mask kernel may write beyond a mask's end. */
const SLACK = 15;
const LARGEST_THRESHOLD = 2 ** 32 - 1;

export interface DropoutOptions {
  /** The share of numbers that are dropped, from 0 to below 1. */
  readonly rate: number;
  readonly random: Random;
  /** The training step. */
  readonly step: number;
  /** Which mask of the step, another for each place in the model where something is dropped. */
  readonly mask: number;
  /** The first time step that x holds; default 0. */
  readonly firstStep?: number;
}

/**
 * y = x ⊙ m with mᵢ = 0 with probability `rate`, else 1 / (1 - rate), so that y is x on the average.
 *
 * Its gradient is g ⊙ m. Each number's lot is a pure function of (seed and purpose, step, mask, the caller's sequence,
 * time, unit): it depends neither on the order that lengths sort to, nor on the other sequences, nor on whether the
 * steps are run at once or one after the other. The mask lives as long as the step's tensors and is stored nowhere.
 *
 * @param x rows of the packing from `firstStep` on, [rows, units].
 * @throws shape when x does not end where a time step ends; option when the rate is not from 0 to below 1.
 * Source: Srivastava et al. 2014, "Dropout"; scaled in training, so that evaluation scales nothing.
 */
export function dropout(x: Tensor, packing: Packing, options: DropoutOptions): Tensor {
  const { rate, random, step, mask, firstStep = 0 } = options;
  requireRate("dropout, rate", rate);
  if (rate === 0) return x;
  const { engine, rows, columns } = x;
  const places = engine.arena.allocate(2 * rows);
  engine.writeIndices(places, placesOf(packing, rows, Math.ceil(columns / 4), firstStep));
  const m = new Tensor(engine, rows, columns, engine.arena.allocate(x.size + SLACK), false);
  engine.run(dropoutMask, {
    rows,
    n: columns,
    key: random.key,
    counter: [step, mask],
    places,
    threshold: Math.min(Math.ceil(rate * 2 ** 32), LARGEST_THRESHOLD),
    keep: 1 / (1 - rate),
    to: m.offset,
  });
  return times(x, m);
}

/** For each row, the caller's sequence and the first of the row's counters. */
function placesOf(packing: Packing, rows: number, blocks: number, firstStep: number): Int32Array {
  const places = new Int32Array(2 * rows);
  let row = 0;
  for (let t = firstStep; row < rows && t < packing.steps; t++) {
    for (let rank = 0; rank < packing.active[t]!; rank++, row++) {
      places[2 * row] = packing.order[rank]!;
      places[2 * row + 1] = t * blocks;
    }
  }
  if (row !== rows) {
    throw new RecurraError("shape", {
      where: "dropout",
      expected: `whole time steps of a packing of ${packing.rows} rows`,
      got: `${rows} rows from step ${firstStep}`,
    });
  }
  return places;
}
