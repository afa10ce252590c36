import { describe, expect, it } from "vitest";
import { drawUniform, type WeightSeed } from "./draw-weights.ts";
import { Random } from "./random.ts";

describe("drawUniform", () => {
  it("draws from the stream of its name", () => {
    const uniform = new Float32Array(9);
    new Random(4, "weights rnn.0.u.weight_x").fillUniform(uniform, -0.5, 0.5);
    expect(drawUniform(4, "rnn.0.u.weight_x", 9, 0.5)).toEqual(uniform);
  });

  it("leaves zeros for weights that a file brings, and for nothing else", () => {
    expect(drawUniform("none", "a", 5, 1)).toEqual(new Float32Array(5));
    expect(() => drawUniform(undefined as unknown as WeightSeed, "a", 5, 1)).toThrow("seed: expected an integer");
  });
});
