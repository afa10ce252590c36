import type { TrainingReport } from "../tasks/task.ts";
import { Eta } from "./eta.ts";
import { metricWord, scoreNames } from "./metric-words.ts";
import { formatCount, formatDuration, formatScaled, formatScore } from "./number-format.ts";

/** Where progress is written: standard error, or what a test puts in its place. */
export interface ProgressStream {
  /** Whether it is a terminal, whose line can be written anew. */
  readonly isTTY?: boolean;
  /** Its width in characters. */
  readonly columns?: number;
  write(text: string): unknown;
}

/** How progress is shown. */
export interface ProgressOptions {
  /** Show nothing; default false. */
  readonly quiet?: boolean;
  /** Seconds after which the clock ends the run, for the time left. */
  readonly limitSeconds?: number | undefined;
  /** Steps done before, of a run that goes on, for the time left; default 0. */
  readonly firstStep?: number | undefined;
  /** Seconds between two lines where the stream is no terminal; default 5. */
  readonly intervalSeconds?: number;
}

/** Makes a terminal's line empty, to be written anew. */
export const CLEAR_LINE = "\r\u001b[K";
/** Seconds between two states of the live line, at most ten a second, since more cannot be read. */
const LIVE_SECONDS = 0.1;

/**
 * Shows how a training run goes: one live line on a terminal, elsewhere a plain line every few seconds.
 *
 * @example
 * ```ts
 * const progress = new Progress(process.stderr);
 * for await (const report of run) progress.report(report);
 * progress.end();
 * ```
 */
export class Progress {
  readonly #stream: ProgressStream;
  readonly #quiet: boolean;
  readonly #live: boolean;
  readonly #interval: number;
  readonly #eta: Eta;
  #shownAt = Number.NEGATIVE_INFINITY;
  #latest: string | undefined;
  #score: string | undefined;
  #lineIsOpen = false;

  constructor(stream: ProgressStream, options: ProgressOptions = {}) {
    this.#stream = stream;
    this.#quiet = options.quiet === true;
    this.#live = stream.isTTY === true;
    this.#interval = this.#live ? LIVE_SECONDS : (options.intervalSeconds ?? 5);
    this.#eta = new Eta(options);
  }

  /** Takes in a report, and shows it when it is time to. */
  report(report: TrainingReport): void {
    const left = this.#eta.update(report.step, report.elapsedSeconds, report.totalSteps);
    const main = report.valid === undefined ? undefined : scoreNames(report.valid)[0];
    if (main !== undefined) this.#score = `valid ${formatScore(report.valid![main]!)} ${metricWord(main)}`;
    const of = report.totalSteps === undefined ? "" : `/${formatCount(report.totalSteps)}`;
    const parts = [
      `step ${formatCount(report.step)}${of}`,
      `loss ${formatScore(report.lossNats)}`,
      this.#score,
      `${formatScaled(report.tokensPerSecond)} tokens/s`,
      formatDuration(report.elapsedSeconds),
      left === undefined ? undefined : `${formatDuration(left)} left`,
    ];
    this.#latest = parts.filter((part) => part !== undefined).join("  ");
    if (report.elapsedSeconds - this.#shownAt < this.#interval) return;
    this.#shownAt = report.elapsedSeconds;
    this.#show();
  }

  #show(): void {
    if (this.#quiet || this.#latest === undefined) return;
    if (!this.#live) {
      this.#stream.write(`${this.#latest}\n`);
      this.#latest = undefined;
      return;
    }
    const width = Math.max(20, (this.#stream.columns || 80) - 1);
    const line = this.#latest.length > width ? `${this.#latest.slice(0, width - 1)}…` : this.#latest;
    this.#stream.write(`${CLEAR_LINE}${line}`);
    this.#lineIsOpen = true;
  }

  /** Writes a line of its own, above the live one. */
  note(text: string): void {
    if (this.#quiet) return;
    this.#stream.write(this.#lineIsOpen ? `${CLEAR_LINE}${text}\n` : `${text}\n`);
    this.#lineIsOpen = false;
  }

  /** Shows the last report, however soon after the one before, and closes the live line. */
  end(): void {
    this.#show();
    this.#latest = undefined;
    if (this.#lineIsOpen) this.#stream.write("\n");
    this.#lineIsOpen = false;
  }
}
