import { describe, expect, it } from "vitest";
import { OriginBatches } from "./origin-batches.ts";

describe("OriginBatches", () => {
  it("forecast from every origin once an epoch, in another order each time", () => {
    const batches = new OriginBatches(5, 14, { batchSize: 4, seed: 1 });
    expect(batches.batchesPerEpoch).toBe(3);
    const epochs = [0, 1].map((epoch) => [0, 1, 2].flatMap((k) => [...batches.batch(epoch * 3 + k)]));
    for (const epoch of epochs) expect([...epoch].sort((a, b) => a - b)).toEqual([5, 6, 7, 8, 9, 10, 11, 12, 13, 14]);
    expect(epochs[0]).not.toEqual(epochs[1]);
  });

  it("are a pure function of k: batch 7 is the same whatever was asked for before", () => {
    const make = (): OriginBatches => new OriginBatches(0, 99, { batchSize: 16, seed: 3 });
    const walked = make();
    for (let k = 0; k < 7; k++) walked.batch(k);
    expect(walked.batch(7)).toEqual(make().batch(7));
  });

  it("say so when there is no origin", () => {
    expect(() => new OriginBatches(5, 4, { batchSize: 4, seed: 1 })).toThrow("expected one origin or more");
  });
});
