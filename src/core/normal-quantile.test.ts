import { describe, expect, it } from "vitest";
import { normalQuantile } from "./normal-quantile.ts";

describe("normalQuantile", () => {
  it("has a relative error below 1.2e-9 against published values, middle and tails", () => {
    // Python 3, statistics.NormalDist().inv_cdf
    const known = [
      [0.001, -3.090232306167813],
      [0.01, -2.3263478740408408],
      [0.05, -1.6448536269514726],
      [0.4, -0.2533471031357998],
      [0.9, 1.2815515655446008],
      [0.975, 1.9599639845400536],
      [0.999, 3.090232306167813],
    ];
    for (const [p, z] of known) expect(Math.abs(normalQuantile(p!) / z! - 1), `${p}`).toBeLessThan(1.2e-9);
    expect(normalQuantile(0.5)).toBe(0);
  });
});
