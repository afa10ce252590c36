import { describe, expect, it } from "vitest";
import { Random } from "../../core/random.ts";
import { fillNormal } from "../../core/random-normal.ts";
import { RealFft } from "./real-fft.ts";

/** |X[k]|² by the definition, with the runtime's sine and cosine. */
function plainPower(x: Float64Array): Float64Array {
  return Float64Array.from({ length: x.length / 2 + 1 }, (_, k) => {
    let [re, im] = [0, 0];
    x.forEach((value, n) => {
      const angle = (2 * Math.PI * ((k * n) % x.length)) / x.length;
      re += value * Math.cos(angle);
      im -= value * Math.sin(angle);
    });
    return re * re + im * im;
  });
}

describe("RealFft", () => {
  it.each([2, 4, 8, 64, 256, 1024])("of size %i gives the definition's power within 1e-13 of the largest", (size) => {
    const drawn = new Float32Array(size);
    fillNormal(new Random(1, `fft ${size}`), drawn, 0, 1);
    const x = Float64Array.from(drawn);
    const power = new Float64Array(size / 2 + 1);
    new RealFft(size).power(x, power);
    const right = plainPower(x);
    const largest = Math.max(...right);
    power.forEach((value, k) => {
      expect(Math.abs(value - right[k]!) / largest).toBeLessThan(1e-13);
    });
  });

  it("puts a cosine of k whole periods into bin k alone", () => {
    const x = Float64Array.from({ length: 16 }, (_, n) => Math.cos((2 * Math.PI * 3 * n) / 16));
    const power = new Float64Array(9);
    new RealFft(16).power(x, power);
    expect([...power].map((value) => Math.round(value * 1e9) / 1e9)).toEqual([0, 0, 0, 64, 0, 0, 0, 0, 0]);
  });

  it.each([0, 1, 3, 12, -4, 2.5])("refuses a size of %d", (size) => {
    expect(() => new RealFft(size)).toThrow(`new RealFft: expected a power of two from 2 to 2^24, got ${size}.`);
  });
});
