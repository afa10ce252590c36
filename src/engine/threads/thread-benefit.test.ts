import { describe, expect, it } from "vitest";
import { ThreadBenefit } from "./thread-benefit.ts";

/** Hears of 40 pieces of work of 1 ms in all, two shares, from `now` on: as much as is judged at a time. */
function hear(benefit: ThreadBenefit, ownMs: number, now: number): number {
  for (let i = 0; i < 40; i++) benefit.hear(ownMs, 1, 2, now++);
  return now;
}

describe("ThreadBenefit", () => {
  it("lets work be shared while two shares of half the time each are gained", () => {
    const benefit = new ThreadBenefit();
    expect(benefit.isWorthwhile(hear(benefit, 0.95, 0))).toBe(true);
  });

  it("rests where the caller waits for its threads as long as it works, and tries again", () => {
    const benefit = new ThreadBenefit();
    const now = hear(benefit, 0.5, 0);
    expect(benefit.isWorthwhile(now)).toBe(false);
    expect(benefit.isWorthwhile(now + 200)).toBe(true);
  });

  it("rests twice as long each time, 3.2 seconds at most, and briefly again after a gain", () => {
    const benefit = new ThreadBenefit();
    let now = 0;
    const restAfter = (): number => {
      now = hear(benefit, 0.5, now);
      const start = now;
      while (!benefit.isWorthwhile(now)) now++;
      return now - start;
    };
    const rests = Array.from({ length: 6 }, restAfter);
    // the last piece is heard 1 ms before `now`
    expect(rests).toEqual([199, 399, 799, 1599, 3199, 3199]);
    now = hear(benefit, 1, now);
    expect(restAfter()).toBe(199);
  });
});
