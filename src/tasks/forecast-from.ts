/** Forecasts of a network from origins of a series: all steps at once, or one step fed back after the other. */

import { Random } from "../core/random.ts";
import { fillNormal } from "../core/random-normal.ts";
import type { States } from "../layers/index.ts";
import { step } from "../tensor/tape.ts";
import { type ForecastDistribution, halfWidth, type Spread } from "./forecast-distribution.ts";
import type { ForecasterFrames, Origin } from "./forecaster-frames.ts";
import type { ForecasterNetwork } from "./forecaster-network.ts";

/** What makes forecasts. */
export interface ForecastParts {
  readonly network: ForecasterNetwork;
  readonly frames: ForecasterFrames;
  readonly distribution: ForecastDistribution;
  readonly interval: number;
}

/** Forecasts as [origins, horizon, D]. */
export interface Forecasts {
  readonly values: Float64Array;
  readonly lower: Float64Array;
  readonly upper: Float64Array;
}

/** Rows of a step that run at once. */
const ROWS_AT_ONCE = 64;
/** Paths that intervals of feedback are taken from: the ends of an interval of 80 % are those of 20 paths each. */
const PATHS = 200;

/**
 * Forecasts the `horizon` steps after each origin.
 *
 * No forecast depends on another of the same call: the bytes are those of one alone.
 *
 * @param origins none before step `frames.needed` - 1 of its series.
 */
export function forecastFrom(parts: ForecastParts, origins: readonly Origin[]): Forecasts {
  const { horizon, columns: D, feedback } = parts.frames.options;
  const size = origins.length * horizon * D;
  const all = emptyForecasts(size);
  for (let start = 0; start < origins.length; start += ROWS_AT_ONCE) {
    const chunk = origins.slice(start, start + ROWS_AT_ONCE);
    const some = step(parts.network.engine, () => (feedback ? fedBack(parts, chunk) : atOnce(parts, chunk)));
    for (const name of ["values", "lower", "upper"] as const) all[name].set(some[name], start * horizon * D);
  }
  return all;
}

function emptyForecasts(size: number): Forecasts {
  return { values: new Float64Array(size), lower: new Float64Array(size), upper: new Float64Array(size) };
}

function atOnce({ network, frames, distribution }: ForecastParts, origins: readonly Origin[]): Forecasts {
  const B = origins.length;
  const { horizon, columns: D } = frames.options;
  const answers = network.run(frames.rows(origins, 0, frames.steps), B, frames.steps, horizon).toArray();
  const made = emptyForecasts(B * horizon * D);
  origins.forEach((origin, b) => {
    for (let h = 1; h <= horizon; h++) {
      for (let j = 0; j < D; j++) {
        const at = ((h - 1) * B + b) * distribution.numbers * D + j;
        const spread = distribution.spread((k) => answers[at + k * D]!);
        const restored = (scaled: number): number => frames.restored(scaled, origin, h, j);
        const to = (b * horizon + h - 1) * D + j;
        made.values[to] = restored(spread.middle);
        made.lower[to] = restored(spread.lower);
        made.upper[to] = restored(spread.upper);
      }
    }
  });
  return made;
}

/** Where feeding back begins: the answers and states at the origins. */
interface Begun {
  readonly answers: ArrayLike<number>;
  readonly states: readonly States[];
}

/**
 * Feeds forecasts back, step by step.
 *
 * @param origins one for each path.
 * @param choose the value of path p, h steps ahead, in the scale of the network.
 * @returns as [horizon, paths, D].
 */
function paths(
  { network, frames, distribution }: ForecastParts,
  origins: readonly Origin[],
  begun: Begun,
  choose: (spread: Spread, p: number, h: number, j: number) => number,
): Float64Array {
  const P = origins.length;
  const { horizon, columns: D, window } = frames.options;
  const fed = new Float64Array(horizon * P * D);
  let { answers, states } = begun;
  for (let h = 1; h <= horizon; h++) {
    if (h > 1) {
      const rows = frames.rows(origins, window + h - 2, window + h - 1, fed);
      const advanced = network.advance(rows, P, 1, states);
      answers = advanced.answers.toArray();
      states = advanced.states;
    }
    for (let p = 0; p < P; p++) {
      for (let j = 0; j < D; j++) {
        const spread = distribution.spread((k) => answers[p * distribution.numbers * D + k * D + j]!);
        const scaled = choose(spread, p, h, j);
        fed[((h - 1) * P + p) * D + j] = frames.restored(
          scaled,
          origins[p]!,
          h,
          j,
          (ahead) => fed[((ahead - 1) * P + p) * D + j]!,
        );
      }
    }
  }
  return fed;
}

function fedBack(parts: ForecastParts, origins: readonly Origin[]): Forecasts {
  const { network, frames, distribution, interval } = parts;
  const B = origins.length;
  const { horizon, columns: D, window } = frames.options;
  const opened = network.advance(frames.rows(origins, 0, window), B, window);
  const answers = opened.answers.toArray();
  const middle = paths(parts, origins, { answers, states: opened.states }, (spread) => spread.middle);
  const made = emptyForecasts(B * horizon * D);
  for (let b = 0; b < B; b++) {
    for (let h = 0; h < horizon; h++) {
      for (let j = 0; j < D; j++) made.values[(b * horizon + h) * D + j] = middle[(h * B + b) * D + j]!;
    }
  }
  if (distribution.numbers === 1) {
    made.lower.set(made.values);
    made.upper.set(made.values);
    return made;
  }
  // the same draws for every series, so that no forecast depends on what is beside it
  const noise = new Float32Array(PATHS * horizon * D);
  fillNormal(new Random(1, "forecast paths"), noise, 0, 1);
  const unit = halfWidth(interval);
  const states = network.repeated(opened.states, B, PATHS);
  const width = answers.length / B;
  const many = Float64Array.from({ length: B * PATHS * width }, (_, i) => {
    const [p, k] = [Math.floor(i / width), i % width];
    return answers[Math.floor(p / PATHS) * width + k]!;
  });
  const copies = origins.flatMap((origin) => new Array<Origin>(PATHS).fill(origin));
  const drawn = paths(parts, copies, { answers: many, states }, (spread, p, h, j) => {
    const deviation = (spread.upper - spread.middle) / unit;
    return spread.middle + deviation * noise[((p % PATHS) * horizon + h - 1) * D + j]!;
  });
  const below = (1 - interval) / 2;
  const values = new Float64Array(PATHS);
  for (let b = 0; b < B; b++) {
    for (let h = 0; h < horizon; h++) {
      for (let j = 0; j < D; j++) {
        for (let p = 0; p < PATHS; p++) values[p] = drawn[(h * B * PATHS + b * PATHS + p) * D + j]!;
        values.sort();
        const to = (b * horizon + h) * D + j;
        made.lower[to] = quantileOf(values, below);
        made.upper[to] = quantileOf(values, 1 - below);
      }
    }
  }
  return made;
}

/** The quantile q of sorted values, between two of them by their distance. Source: Hyndman and Fan 1996, type 7. */
function quantileOf(sorted: Float64Array, q: number): number {
  const place = q * (sorted.length - 1);
  const below = Math.floor(place);
  const above = Math.min(below + 1, sorted.length - 1);
  return sorted[below]! + (place - below) * (sorted[above]! - sorted[below]!);
}
