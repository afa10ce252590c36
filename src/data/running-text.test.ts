import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { RunningText } from "./running-text.ts";

const count = (n: number) => Int32Array.from({ length: n }, (_, i) => i);

describe("RunningText", () => {
  it("lays two streams out time-major, targets one token on", () => {
    const text = new RunningText(count(13), { batchSize: 2, length: 3 }); // streams 0..5 and 6..11
    expect(text.windowsPerEpoch).toBe(2);
    const first = text.window(0);
    expect(Array.from(first.inputs)).toEqual([0, 6, 1, 7, 2, 8]);
    expect(Array.from(first.targets)).toEqual([1, 7, 2, 8, 3, 9]);
    const second = text.window(1);
    expect(Array.from(second.inputs)).toEqual([3, 9, 4, 10, 5, 11]);
    expect(Array.from(second.targets)).toEqual([4, 10, 5, 11, 6, 12]);
  });

  it("restarts every stream after windowsPerEpoch windows, and only then", () => {
    const text = new RunningText(count(20), { batchSize: 2, length: 3 });
    expect(text.windowsPerEpoch).toBe(3);
    const windows = [0, 1, 2, 3, 4, 6].map((k) => {
      const { restart, epoch, inputs } = text.window(k);
      return [restart, epoch, inputs[0]];
    });
    expect(windows).toEqual([
      [true, 0, 0],
      [false, 0, 3],
      [false, 0, 6],
      [true, 1, 0],
      [false, 1, 3],
      [true, 2, 0],
    ]);
  });

  it("continues each stream where its window before ended, reads no token twice an epoch and leaves fewer than B (T + 1) + 1 unread", () => {
    const size = fc.integer({ min: 1, max: 7 });
    fc.assert(
      fc.property(size, size, fc.integer({ min: 0, max: 60 }), (batchSize, length, more) => {
        const ids = count(batchSize * length + 1 + more);
        const text = new RunningText(ids, { batchSize, length });
        const seen = new Set<number>();
        let previous: number[] | undefined;
        for (let k = 0; k < text.windowsPerEpoch; k++) {
          const { inputs, targets } = text.window(k);
          for (let i = 0; i < inputs.length; i++) {
            expect(targets[i]).toBe(inputs[i]! + 1);
            expect(seen.has(inputs[i]!)).toBe(false);
            seen.add(inputs[i]!);
          }
          if (previous) expect(Array.from(inputs.subarray(0, batchSize))).toEqual(previous);
          previous = Array.from(targets.subarray(-batchSize));
        }
        expect(ids.length - seen.size).toBeLessThan(batchSize * (length + 1) + 1);
      }),
      { seed: 1, numRuns: 200 },
    );
  });

  it("fills the same buffers each time", () => {
    const text = new RunningText(count(20), { batchSize: 2, length: 3 });
    expect(text.window(0).inputs).toBe(text.window(1).inputs);
    expect(text.window(0).targets).toBe(text.window(1).targets);
  });

  it("reads a text of exactly B T + 1 tokens and refuses one token less with the numbers", () => {
    expect(new RunningText(count(7), { batchSize: 2, length: 3 }).windowsPerEpoch).toBe(1);
    expect(() => new RunningText(count(6), { batchSize: 2, length: 3 })).toThrowErrorMatchingInlineSnapshot(
      `[RecurraError: RunningText: expected at least 7 tokens (batchSize 2 x length 3 + 1), got 6. Give more text, or lower batchSize or length (bptt in a training) until their product is below 6.]`,
    );
  });

  it("refuses sizes and windows that are no positive integers", () => {
    expect(() => new RunningText(count(9), { batchSize: 1, lenght: 3 } as never)).toThrow("Did you mean length?");
    expect(() => new RunningText(count(9), { batchSize: 0, length: 3 })).toThrow(/option batchSize/);
    expect(() => new RunningText(count(9), { batchSize: 1, length: 1.5 })).toThrow(/option length/);
    expect(() => new RunningText(count(9), { batchSize: 1, length: 2 }).window(-1)).toThrow(/RunningText.window/);
  });
});
