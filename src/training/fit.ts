/** The training loop: update, report, validate, stop. */
import { differentiate, step as inStep } from "../autograd/tape.ts";
import { RecurraError } from "../core/errors.ts";
import { clockMs, nextTurn } from "../core/platform.ts";
import { clipScale, gradientNorm } from "../optimizers/clip.ts";
import type { Optimizer } from "../optimizers/optimizer.ts";
import type { Tensor } from "../tensor/tensor.ts";

/** The loss of one update. */
export interface StepLoss {
  /** Mean loss, nats a token, [1, 1]. */
  readonly loss: Tensor;
  /** Tokens that it is the mean of. */
  readonly tokens: number;
}

export interface FitOptions {
  readonly optimizer: Optimizer;
  /** The loss of update k, counted from 0; called inside a step of the engine, on its tape. */
  readonly forward: (step: number) => StepLoss;
  readonly learningRate: number;
  /** The largest global gradient norm; larger gradients are scaled down to it. */
  readonly clipNorm: number;
  /** Updates to do; undefined where only the clock or the signal ends the run. */
  readonly totalSteps?: number | undefined;
  /** Seconds after which the run ends; undefined for no limit. */
  readonly limitSeconds?: number | undefined;
  /** Scores on data that is not trained on, asked for every `evaluateEvery` updates. */
  readonly evaluate?: (() => Readonly<Record<string, number>>) | undefined;
  readonly evaluateEvery?: number | undefined;
  /** Stops the run after the update at hand. */
  readonly signal?: AbortSignal | undefined;
}

/** What `fit` says every quarter of a second, at each validation, and at the end. */
export interface FitReport {
  /** Updates done so far. */
  readonly step: number;
  readonly totalSteps?: number;
  /** Mean loss since the last report, nats a token. */
  readonly lossNats: number;
  /** Global gradient norm of the last update, before clipping. */
  readonly gradientNorm: number;
  readonly learningRate: number;
  /** Tokens trained on so far. */
  readonly tokens: number;
  /** Of the updates alone, validation not counted. */
  readonly tokensPerSecond: number;
  readonly elapsedSeconds: number;
  readonly etaSeconds: number;
  readonly valid?: Readonly<Record<string, number>>;
}

/** A page's events and signals are served at least this often. */
const TURN_MS = 40;
const REPORT_MS = 250;

function nonFinite(step: number, loss: number, norm: number): RecurraError {
  return new RecurraError("numeric", {
    where: `train step ${step}, loss`,
    expected: "a finite number",
    got: String(loss),
    hint: `The last gradient norm was ${norm.toPrecision(3)}: try a smaller clipNorm or a tenth of the learning rate.`,
  });
}

/**
 * Trains, and reports as it goes.
 *
 * Nothing that the clock decides touches a weight but the number of updates under `limitSeconds`. Leaving the loop early
 * stops after the update at hand.
 *
 * @throws numeric when a loss is not finite; the message names the step and the last gradient norm.
 */
export async function* fit(options: FitOptions): AsyncGenerator<FitReport, void, void> {
  const { optimizer, forward, learningRate, clipNorm, totalSteps, limitSeconds, signal } = options;
  const { parameters } = optimizer;
  const engine = parameters[0]!.engine;
  const started = clockMs();
  let lastTurn = started;
  let lastReport = started;
  let trainingMs = 0;
  let step = 0;
  let tokens = 0;
  let norm = 0;
  let lossSum = 0;
  let lossTokens = 0;
  const elapsed = (): number => (clockMs() - started) / 1000;
  const ended = (): boolean =>
    signal?.aborted === true ||
    (totalSteps !== undefined && step >= totalSteps) ||
    (limitSeconds !== undefined && elapsed() >= limitSeconds);

  const report = (valid?: Readonly<Record<string, number>>): FitReport => {
    const seconds = elapsed();
    const left: number[] = [];
    if (totalSteps !== undefined) left.push(step === 0 ? 0 : ((totalSteps - step) * seconds) / step);
    if (limitSeconds !== undefined) left.push(Math.max(0, limitSeconds - seconds));
    const made: FitReport = {
      step,
      ...(totalSteps === undefined ? {} : { totalSteps }),
      lossNats: lossTokens === 0 ? 0 : lossSum / lossTokens,
      gradientNorm: norm,
      learningRate,
      tokens,
      tokensPerSecond: trainingMs === 0 ? 0 : (tokens / trainingMs) * 1000,
      elapsedSeconds: seconds,
      etaSeconds: left.length === 0 ? 0 : Math.min(...left),
      ...(valid === undefined ? {} : { valid }),
    };
    lossSum = 0;
    lossTokens = 0;
    lastReport = clockMs();
    return made;
  };

  while (!ended()) {
    const begun = clockMs();
    for (const p of parameters) p.zeroGradient();
    let counted = 0;
    const loss = inStep(engine, () =>
      differentiate(engine, () => {
        const made = forward(step);
        counted = made.tokens;
        return made.loss;
      }),
    );
    if (!Number.isFinite(loss)) throw nonFinite(step, loss, norm);
    norm = gradientNorm(parameters);
    if (!Number.isFinite(norm)) throw nonFinite(step, loss, norm);
    optimizer.step(learningRate, clipScale(norm, clipNorm));
    step++;
    tokens += counted;
    lossSum += loss * counted;
    lossTokens += counted;
    const now = clockMs();
    trainingMs += now - begun;
    if (options.evaluate !== undefined && options.evaluateEvery !== undefined && step % options.evaluateEvery === 0) {
      yield report(options.evaluate());
    } else if (now - lastReport >= REPORT_MS && !ended()) yield report();
    if (clockMs() - lastTurn >= TURN_MS) {
      await nextTurn();
      lastTurn = clockMs();
    }
  }
  if (lossTokens > 0) yield report();
}
