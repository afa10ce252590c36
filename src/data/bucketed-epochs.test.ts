import { expect, it } from "vitest";
import { bucketedBatches } from "./bucketed-batches.ts";
import { BucketedEpochs } from "./bucketed-epochs.ts";

it("gives each epoch's bucketed batches in turn, whichever batch is asked for first", () => {
  const lengths = Array.from({ length: 23 }, (_, i) => (i * 7) % 11);
  const options = { batchSize: 4, seed: 3, chunkBatches: 2 };
  const epochs = new BucketedEpochs(lengths, options);
  expect(epochs.batchesPerEpoch).toBe(6);
  for (const k of [13, 0, 5, 6, 17]) {
    const epoch = Math.floor(k / 6);
    expect(epochs.epochOf(k)).toBe(epoch);
    expect(epochs.batch(k)).toEqual(bucketedBatches(lengths, { ...options, epoch })[k % 6]);
  }
});
