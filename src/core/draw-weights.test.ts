import { describe, expect, it } from "vitest";
import { drawNormal, drawUniform, type WeightSeed } from "./draw-weights.ts";
import { Random } from "./random.ts";

describe("drawUniform and drawNormal", () => {
  it("draw from the stream of their name", () => {
    const [uniform, normal] = [new Float32Array(9), new Float32Array(9)];
    new Random(4, "weights rnn.0.u.weight_x").fillUniform(uniform, -0.5, 0.5);
    new Random(4, "weights embedding.weight").fillNormal(normal, 0, 2);
    expect(drawUniform(4, "rnn.0.u.weight_x", 9, 0.5)).toEqual(uniform);
    expect(drawNormal(4, "embedding.weight", 9, 2)).toEqual(normal);
  });

  it("leave zeros for weights that a file brings, and for nothing else", () => {
    expect(drawUniform("none", "a", 5, 1)).toEqual(new Float32Array(5));
    expect(drawNormal("none", "a", 5, 1)).toEqual(new Float32Array(5));
    expect(() => drawUniform(undefined as unknown as WeightSeed, "a", 5, 1)).toThrow("seed as an integer");
  });
});
