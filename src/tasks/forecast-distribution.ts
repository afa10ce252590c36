/** How the numbers of a network's answer make a forecast: a middle, and an interval around it. */

import { exactExp } from "../core/exact-math.ts";
import { normalQuantile } from "../core/normal-quantile.ts";
import { absoluteError, gaussianNegativeLogLikelihood, quantileLoss } from "../losses/index.ts";
import type { Tensor } from "../tensor/tensor.ts";
import type { ForecastOutput } from "./forecaster-options.ts";

/** The middle of a forecast and its interval, in the scale of the network. */
export interface Spread {
  readonly middle: number;
  readonly lower: number;
  readonly upper: number;
}

/** What one kind of output is. */
export interface ForecastDistribution {
  /** Numbers of an answer for each column. */
  readonly numbers: number;
  /** Mean loss of answers [rows, numbers · D] against targets [rows, D]. */
  loss(answers: Tensor, targets: Tensor): Tensor;
  /** @param at gives number k of the answer. */
  spread(at: (k: number) => number): Spread;
}

/** Deviations of a normal distribution from its middle to the end of an interval of a share `interval`. */
export function halfWidth(interval: number): number {
  return normalQuantile(1 - (1 - interval) / 2);
}

/** exp(s / 2) beyond any use would overflow a scale. */
const LARGEST_LOG_VARIANCE = 80;

/** @param interval the share of values that an interval is to hold: half of what is left lies on either side. */
export function forecastDistribution(output: ForecastOutput, interval: number): ForecastDistribution {
  const below = (1 - interval) / 2;
  if (output === "quantiles") {
    const quantiles = [below, 0.5, 1 - below];
    return {
      numbers: 3,
      loss: (answers, targets) => quantileLoss(answers, targets, { quantiles }),
      // each quantile is learnt alone: in order, they are a distribution
      spread: (at) => {
        const [lower, middle, upper] = [at(0), at(1), at(2)].sort((a, b) => a - b) as [number, number, number];
        return { middle, lower, upper };
      },
    };
  }
  if (output === "gaussian") {
    const width = halfWidth(interval);
    return {
      numbers: 2,
      loss: (answers, targets) => gaussianNegativeLogLikelihood(answers, targets),
      spread: (at) => {
        const deviation = exactExp(Math.min(LARGEST_LOG_VARIANCE, at(1)) / 2);
        return { middle: at(0), lower: at(0) - width * deviation, upper: at(0) + width * deviation };
      },
    };
  }
  return {
    numbers: 1,
    loss: (answers, targets) => absoluteError(answers, targets),
    spread: (at) => ({ middle: at(0), lower: at(0), upper: at(0) }),
  };
}
