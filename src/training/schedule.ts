/** How the learning rate moves during training. */
import { exactCos } from "../core/exact-math.ts";
import { requireAmount, requireFinite, requireOption } from "../core/require-option.ts";
import { requireOptions } from "../core/require-options.ts";

/** A learning rate for each update. */
export interface Schedule {
  /** α of update `step`, counted from 0. */
  rate(step: number): number;
  /** Hears each validation score on the evaluation grid; smaller is better. */
  hear(score: number): void;
  /** All that it has heard, for an exact resume. */
  state(): readonly number[];
  restore(state: readonly number[]): void;
}

/** A schedule that the step alone decides. */
function ofStep(rate: (step: number) => number): Schedule {
  return { rate, hear() {}, state: () => [], restore() {} };
}

/** The same rate throughout. @throws option when it is no number. */
export function constantSchedule(learningRate: number): Schedule {
  requireFinite("constantSchedule, learningRate", learningRate);
  return ofStep(() => learningRate);
}

export interface CosineOptions {
  readonly learningRate: number;
  /** Updates until the rate has come down to `floor`; it stays there. */
  readonly horizon: number;
  /** Updates of linear rise at the beginning; default 0. */
  readonly warmup?: number;
  /** The rate at the end; default 0. */
  readonly floor?: number;
}

/**
 * A linear rise and then half a cosine down.
 *
 *     α(k) = floor + (α - floor) (1 + cos(π (k - warmup) / (horizon - warmup))) / 2
 *
 * Source: Loshchilov and Hutter 2017, arXiv 1608.03983 v5, equation 5, one cycle.
 */
export function cosineSchedule(options: CosineOptions): Schedule {
  const required = { learningRate: requireFinite, horizon: requireAmount };
  requireOptions("cosineSchedule", options, { warmup: requireFinite, floor: requireFinite }, required);
  const { learningRate, horizon, warmup = 0, floor = 0 } = options;
  const expected = `a horizon above the warm-up of ${warmup} updates`;
  requireOption("cosineSchedule", horizon, horizon > warmup, expected);
  return ofStep((step) => {
    if (step < warmup) return (learningRate * (step + 1)) / warmup;
    const share = Math.min(1, (step - warmup) / (horizon - warmup));
    return floor + ((learningRate - floor) * (1 + exactCos(Math.PI * share))) / 2;
  });
}

export interface PlateauOptions {
  readonly learningRate: number;
  /** What the rate is multiplied by; default 0.5. */
  readonly factor?: number;
  /** Validations without a better score that it waits for; default 2. */
  readonly patience?: number;
}

/**
 * The rate falls by a factor whenever the validation score has not improved for some validations.
 *
 * @throws option when one is unknown or no number.
 */
export function plateauSchedule(options: PlateauOptions): Schedule {
  const checks = { factor: requireFinite, patience: requireAmount };
  requireOptions("plateauSchedule", options, checks, { learningRate: requireFinite });
  const { factor = 0.5, patience = 2 } = options;
  let [rate, best, stale] = [options.learningRate, Number.POSITIVE_INFINITY, 0];
  return {
    rate: () => rate,
    hear(score) {
      stale = score < best ? 0 : stale + 1;
      best = Math.min(best, score);
      if (stale > patience) {
        rate *= factor;
        stale = 0;
      }
    },
    // an infinity is no JSON
    state: () => [rate, Number.isFinite(best) ? best : Number.MAX_VALUE, stale],
    restore([savedRate, savedBest, savedStale]) {
      [rate, best, stale] = [savedRate!, savedBest!, savedStale!];
    },
  };
}
