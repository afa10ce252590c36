/** Seconds over which the rate of the past fades: long enough to even out validations, short enough to follow a busy machine. */
const FADE_SECONDS = 15;

/**
 * Estimates the seconds left of a run: by the clock where the clock ends it, else from the pace of the last steps,
 * an average in which the past fades with a time constant of 15 s. Pauses for validation count as part of the pace.
 */
export class Eta {
  readonly #limitSeconds: number | undefined;
  #secondsPerStep: number | undefined;
  #step: number;
  #seconds = 0;

  /** @param planned `firstStep`: steps that an earlier run has done, of a run that goes on; default 0. */
  constructor(planned: { readonly limitSeconds?: number | undefined; readonly firstStep?: number | undefined } = {}) {
    this.#limitSeconds = planned.limitSeconds;
    this.#step = planned.firstStep ?? 0;
  }

  /**
   * Takes in how far the run is.
   *
   * @returns seconds left, undefined where nothing says so yet.
   */
  update(step: number, elapsedSeconds: number, totalSteps: number | undefined): number | undefined {
    const steps = step - this.#step;
    const seconds = elapsedSeconds - this.#seconds;
    if (steps > 0 && seconds > 0) {
      const pace = seconds / steps;
      // The first pace holds the warm-up; a plain mean over the run so far is used until the fading average has a past.
      const weight = Math.max(1 - Math.exp(-seconds / FADE_SECONDS), seconds / elapsedSeconds);
      this.#secondsPerStep = (this.#secondsPerStep ?? pace) * (1 - weight) + pace * weight;
      this.#step = step;
      this.#seconds = elapsedSeconds;
    }
    const byClock = this.#limitSeconds === undefined ? undefined : Math.max(0, this.#limitSeconds - elapsedSeconds);
    if (totalSteps === undefined || this.#secondsPerStep === undefined) return byClock;
    const bySteps = Math.max(0, totalSteps - step) * this.#secondsPerStep;
    return byClock === undefined ? bySteps : Math.min(byClock, bySteps);
  }
}
