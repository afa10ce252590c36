/** The training loop: update, report, validate, save, stop. */
import { clockMs, nextTurn } from "../core/platform.ts";
import type { Trainer } from "./trainer.ts";

export interface FitOptions {
  readonly trainer: Trainer;
  /** Updates in all, from the beginning of training; undefined where only the clock or the signal ends the run. */
  readonly totalSteps?: number | undefined;
  /** Seconds after which the run ends; undefined for no limit. */
  readonly limitSeconds?: number | undefined;
  /** Scores on data that is not trained on, asked for every `evaluateEvery` updates. */
  readonly evaluate?: (() => Readonly<Record<string, number>>) | undefined;
  readonly evaluateEvery?: number | undefined;
  /** The score that decides which weights are best, of the scores that `evaluate` gave: smaller is better. */
  readonly monitor?: ((valid: Readonly<Record<string, number>>) => number) | undefined;
  /** Validations without a better score after which the run ends; undefined: it goes on. */
  readonly patience?: number | undefined;
  /** Saves the run; called after each validation on the grid and when the run ends. */
  readonly save?: (() => Promise<void>) | undefined;
  /** Stops the run after the update at hand. */
  readonly signal?: AbortSignal | undefined;
}

/** What `fit` says every quarter of a second, at each validation, and at the end. */
export interface FitReport {
  /** Updates done so far, from the beginning of training. */
  readonly step: number;
  readonly totalSteps?: number | undefined;
  /** Mean loss since the last report, nats a token. */
  readonly lossNats: number;
  /** Global gradient norm of the last update, before clipping. */
  readonly gradientNorm: number;
  readonly learningRate: number;
  /** Tokens trained on so far, from the beginning of training. */
  readonly tokens: number;
  /** Of the updates of this run alone, validation not counted. */
  readonly tokensPerSecond: number;
  readonly elapsedSeconds: number;
  readonly etaSeconds: number;
  readonly valid?: Readonly<Record<string, number>> | undefined;
}

/** A page's events and signals are served at least this often. */
const TURN_MS = 16;
const REPORT_MS = 250;

/** The numbers of a report, gathered over the updates since the last one. */
class Gauge {
  readonly #started = clockMs();
  readonly #firstStep: number;
  readonly #firstTokens: number;
  #trainingMs = 0;
  #lossSum = 0;
  #lossTokens = 0;
  #reported: number = clockMs();

  constructor(trainer: Trainer) {
    this.#firstStep = trainer.step;
    this.#firstTokens = trainer.tokens;
  }

  get elapsedSeconds(): number {
    return (clockMs() - this.#started) / 1000;
  }

  /** Whether updates have been done since the last report. */
  get hasNews(): boolean {
    return this.#lossTokens > 0;
  }

  get isDue(): boolean {
    return clockMs() - this.#reported >= REPORT_MS;
  }

  add(lossNats: number, tokens: number, ms: number): void {
    this.#lossSum += lossNats * tokens;
    this.#lossTokens += tokens;
    this.#trainingMs += ms;
  }

  report(options: FitOptions, learningRate: number, valid?: Readonly<Record<string, number>>): FitReport {
    const { trainer, totalSteps, limitSeconds } = options;
    const seconds = this.elapsedSeconds;
    const done = trainer.step - this.#firstStep;
    const left: number[] = [];
    if (totalSteps !== undefined) left.push(done === 0 ? 0 : ((totalSteps - trainer.step) * seconds) / done);
    if (limitSeconds !== undefined) left.push(Math.max(0, limitSeconds - seconds));
    const tokens = trainer.tokens - this.#firstTokens;
    const made: FitReport = {
      step: trainer.step,
      totalSteps,
      lossNats: this.#lossTokens === 0 ? 0 : this.#lossSum / this.#lossTokens,
      gradientNorm: trainer.gradientNorm,
      learningRate,
      tokens: trainer.tokens,
      tokensPerSecond: this.#trainingMs === 0 ? 0 : (tokens / this.#trainingMs) * 1000,
      elapsedSeconds: seconds,
      etaSeconds: left.length === 0 ? 0 : Math.min(...left),
      valid,
    };
    this.#lossSum = 0;
    this.#lossTokens = 0;
    this.#reported = clockMs();
    return made;
  }
}

/**
 * Trains, and reports as it goes.
 *
 * Nothing that the clock decides touches a weight but the number of updates under `limitSeconds`. Leaving the loop early
 * stops after the update at hand. A validation on the grid (every `evaluateEvery` updates) decides the best weights,
 * patience and schedule; no other does.
 *
 * @throws numeric when a loss is not finite; the message names the step and the last gradient norm.
 */
export async function* fit(options: FitOptions): AsyncGenerator<FitReport, void, void> {
  const { trainer, totalSteps, limitSeconds, evaluate, evaluateEvery, monitor, patience, signal } = options;
  const gauge = new Gauge(trainer);
  // setting up took its time already
  await nextTurn();
  let lastTurn = clockMs();
  let saved = -1;
  const save = async (): Promise<void> => {
    if (saved !== trainer.step) await options.save?.();
    saved = trainer.step;
  };
  const ended = (): boolean =>
    signal?.aborted === true ||
    (totalSteps !== undefined && trainer.step >= totalSteps) ||
    (limitSeconds !== undefined && gauge.elapsedSeconds >= limitSeconds) ||
    (patience !== undefined && trainer.best.stale >= patience);

  let failed = false;
  try {
    while (!ended()) {
      const { learningRate } = trainer;
      const begun = clockMs();
      const { lossNats, tokens } = trainer.update();
      gauge.add(lossNats, tokens, clockMs() - begun);
      if (evaluate !== undefined && evaluateEvery !== undefined && trainer.step % evaluateEvery === 0) {
        const valid = evaluate();
        if (monitor !== undefined) trainer.hear(monitor(valid));
        // heard first, so that what is saved knows of every report up to its step
        yield gauge.report(options, learningRate, valid);
        await save();
      } else if (gauge.isDue && !ended()) yield gauge.report(options, learningRate);
      if (clockMs() - lastTurn >= TURN_MS) {
        await nextTurn();
        lastTurn = clockMs();
      }
    }
    if (gauge.hasNews) yield gauge.report(options, trainer.learningRate);
  } catch (error) {
    // what an update broke is not saved: the state of the last save stands
    failed = true;
    throw error;
  } finally {
    if (!failed) await save();
  }
}
