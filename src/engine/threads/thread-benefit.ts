/** Whether threads help at the moment: on a machine whose cores are taken by others they do not. */

/** Shared work that is judged at a time, milliseconds. */
const JUDGED_MS = 40;
/** The least gain over one thread that is worth having. */
const LEAST_GAIN = 1.1;
/** How long the caller goes on alone before threads are tried again, milliseconds: at first, and at most. */
const [FIRST_REST_MS, LONGEST_REST_MS] = [200, 3200];

/**
 * Compares what shared work took with what it would have taken alone, about the caller's own share times the number of
 * shares. Where it gained nothing the caller rests from sharing for a while, each time twice as long. Only time depends
 * on this, never a result.
 */
export class ThreadBenefit {
  #alone = 0;
  #shared = 0;
  #restsUntil = 0;
  #restMs = FIRST_REST_MS;

  /** @param now milliseconds of a steady clock. */
  isWorthwhile(now: number): boolean {
    return now >= this.#restsUntil;
  }

  /**
   * Hears of one piece of shared work.
   *
   * @param ownMs what the caller's share took.
   * @param totalMs until the last share was done.
   */
  hear(ownMs: number, totalMs: number, shares: number, now: number): void {
    this.#alone += ownMs * shares;
    this.#shared += totalMs;
    if (this.#shared < JUDGED_MS) return;
    if (this.#alone >= LEAST_GAIN * this.#shared) this.#restMs = FIRST_REST_MS;
    else {
      this.#restsUntil = now + this.#restMs;
      this.#restMs = Math.min(LONGEST_REST_MS, 2 * this.#restMs);
    }
    this.#alone = 0;
    this.#shared = 0;
  }
}
