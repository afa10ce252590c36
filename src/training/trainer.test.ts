import { describe, expect, it } from "vitest";
import { sum } from "../autograd/sum.ts";
import { WasmEngine } from "../engine/wasm/wasm-engine.ts";
import { Dense } from "../layers/dense.ts";
import { Sgd } from "../optimizers/sgd.ts";
import { Tensor } from "../tensor/tensor.ts";
import { constantSchedule, cosineSchedule, plateauSchedule } from "./schedule.ts";
import { Trainer } from "./trainer.ts";

/** Trains y = x W + b towards minus infinity; x is what `inputs` gives at each step. */
function trainerOf(inputs: readonly number[]): Trainer {
  const engine = new WasmEngine();
  const dense = new Dense({ engine, name: "dense", inputSize: 1, outputSize: 1, seed: 1 });
  return new Trainer({
    optimizer: new Sgd(dense.parameters, { momentum: 0 }),
    schedule: constantSchedule(0.1),
    clipNorm: 1,
    forward: (step) => ({ loss: sum(dense.run(Tensor.from(engine, 1, 1, [inputs[step]!]))), tokens: 1 }),
  });
}

describe("Trainer", () => {
  it("names the step and the last gradient norm when the loss is not finite, and changes no weight", () => {
    const trainer = trainerOf([1, 2, Number.NaN]);
    trainer.update();
    trainer.update();
    const before = trainer.state().tensors;
    expect(() => trainer.update()).toThrowErrorMatchingInlineSnapshot(
      `[RecurraError: train step 2, loss: expected a finite number, got NaN. The last gradient norm was 2.24: try a smaller --clip or a tenth of the learning rate.]`,
    );
    expect(trainer.step).toBe(2);
    expect(trainer.state().tensors).toEqual(before);
  });

  it("clips by the global norm: an update is never longer than rate times clipNorm", () => {
    const trainer = trainerOf([100]);
    const before = trainer.state().tensors;
    const { gradientNorm } = trainer.update();
    const after = trainer.state().tensors;
    const moved = (name: string) => after.get(name)![0]! - before.get(name)![0]!;
    expect(gradientNorm).toBeCloseTo(Math.hypot(100, 1), 4);
    expect(Math.hypot(moved("weights.dense.weight"), moved("weights.dense.bias"))).toBeCloseTo(0.1, 5);
  });

  it("says what it is made of", () => {
    const right = { optimizer: { step() {} }, schedule: constantSchedule(1), forward() {}, clipNorm: 1 };
    const made = (changed: object) => () => new Trainer({ ...right, ...changed } as never);
    expect(made({ clip: 1 })).toThrow(
      'Trainer: expected options of optimizer, schedule, forward, clipNorm, got "clip".',
    );
    expect(made({ clipNorm: Number.POSITIVE_INFINITY })).not.toThrow();
    expect(made({ clipNorm: undefined })).toThrow(
      "Trainer, option clipNorm: expected a number of at least 0, or Infinity, got undefined.",
    );
    expect(made({ schedule: 0.1 })).toThrow("Trainer, option schedule: expected an object, got 0.1.");
    expect(made({ optimizer: "adam" })).toThrow('Trainer, option optimizer: expected an object, got "adam".');
    expect(made({ forward: undefined })).toThrow("Trainer, option forward: expected an object, got undefined.");
  });

  it("keeps the best weights by the score heard and counts those in vain", () => {
    const trainer = trainerOf([1, 1, 1]);
    trainer.update();
    trainer.hear(2);
    const best = trainer.state().tensors.get("weights.dense.weight")!;
    trainer.update();
    trainer.hear(3);
    expect([trainer.best.score, trainer.best.stale]).toEqual([2, 1]);
    expect(trainer.best.weights!.get("dense.weight")).toEqual(best);
    trainer.best.apply();
    expect(trainer.state().tensors.get("weights.dense.weight")).toEqual(best);
  });
});

describe("schedules", () => {
  it("cosine rises over the warm-up, is half-way at the middle and stays at its floor", () => {
    const { rate } = cosineSchedule({ learningRate: 1, horizon: 110, warmup: 10, floor: 0.1 });
    expect([rate(0), rate(9), rate(10)]).toEqual([0.1, 1, 1]);
    expect(rate(60)).toBeCloseTo(0.55, 12);
    expect([rate(110), rate(1000)]).toEqual([0.1, 0.1]);
  });

  it("say what is missing, misspelt, or no number", () => {
    const wrong = undefined as never;
    expect(() => constantSchedule(wrong)).toThrow("constantSchedule, learningRate: expected a number, got undefined.");
    expect(() => cosineSchedule(wrong)).toThrow("cosineSchedule: expected an object of options, got undefined.");
    expect(() => cosineSchedule({ learningRate: 1, horizon: 9, warmpu: 3 } as never)).toThrow(
      'cosineSchedule: expected options of learningRate, horizon, warmup, floor, got "warmpu". Did you mean warmup?',
    );
    expect(() => plateauSchedule({} as never)).toThrow("plateauSchedule, option learningRate: expected a number");
  });

  it("may hold a rate for good: a cosine without an end after its warm-up, a plateau with all patience", () => {
    const { rate } = cosineSchedule({ learningRate: 1, horizon: Number.POSITIVE_INFINITY, warmup: 4 });
    expect([rate(4), rate(1e6)]).toEqual([1, 1]);
    const plateau = plateauSchedule({ learningRate: 1, patience: Number.POSITIVE_INFINITY });
    for (let i = 0; i < 9; i++) plateau.hear(5);
    expect(plateau.rate(9)).toBe(1);
  });

  it("a cosine needs a horizon above its warm-up", () => {
    expect(() => cosineSchedule({ learningRate: 1, horizon: 5, warmup: 5 })).toThrowErrorMatchingInlineSnapshot(
      `[RecurraError: cosineSchedule: expected a horizon above the warm-up of 5 updates, got 5.]`,
    );
  });

  it("plateau halves the rate after more than its patience of scores in vain, and resumes in the middle", () => {
    const one = plateauSchedule({ learningRate: 1, patience: 1 });
    for (const score of [5, 4, 4]) one.hear(score);
    const two = plateauSchedule({ learningRate: 1, patience: 1 });
    two.restore(one.state());
    expect([one.rate(0), two.rate(0)]).toEqual([1, 1]);
    for (const schedule of [one, two]) schedule.hear(4.5);
    expect([one.rate(0), two.rate(0)]).toEqual([0.5, 0.5]);
  });
});
