import { describe, expect, it } from "vitest";
import type { TrainingReport } from "../tasks/task.ts";
import { Eta } from "./eta.ts";
import { Progress } from "./progress.ts";

const at = (elapsedSeconds: number, step: number, more: Partial<TrainingReport> = {}): TrainingReport => ({
  step,
  totalSteps: 2000,
  lossNats: 1.62345,
  gradientNorm: 1,
  learningRate: 0.002,
  tokens: step * 2048,
  tokensPerSecond: 84213,
  elapsedSeconds,
  etaSeconds: 0,
  ...more,
});

class FakeStream {
  readonly writes: string[] = [];
  readonly isTTY: boolean;
  readonly columns: number;
  constructor(isTTY: boolean, columns = 120) {
    this.isTTY = isTTY;
    this.columns = columns;
  }
  write(text: string): void {
    this.writes.push(text);
  }
}

describe("Progress in a log", () => {
  it("writes a plain line every five seconds and one at the end", () => {
    const stream = new FakeStream(false);
    const progress = new Progress(stream);
    for (let second = 1; second <= 12; second++) progress.report(at(second, second * 100));
    progress.end();
    expect(stream.writes).toEqual([
      "step 100/2,000  loss 1.623  84.2 k tokens/s  0:01  0:19 left\n",
      "step 600/2,000  loss 1.623  84.2 k tokens/s  0:06  0:14 left\n",
      "step 1,100/2,000  loss 1.623  84.2 k tokens/s  0:11  0:09 left\n",
      "step 1,200/2,000  loss 1.623  84.2 k tokens/s  0:12  0:08 left\n",
    ]);
  });

  it("does not repeat the last line at the end, and has no control characters", () => {
    const stream = new FakeStream(false);
    const progress = new Progress(stream);
    progress.note("reading");
    progress.report(at(1, 100));
    progress.end();
    progress.end();
    expect(stream.writes).toHaveLength(2);
    expect(stream.writes.every((text) => !text.includes("\r") && !text.includes("\u001b"))).toBe(true);
  });

  it("keeps the last validation score in sight", () => {
    const stream = new FakeStream(false);
    const progress = new Progress(stream);
    progress.report(at(1, 100));
    progress.report(at(2, 200, { valid: { bitsPerToken: 2.5, perplexity: 5.7, bitsPerChar: 2.5 } }));
    progress.report(at(7, 700));
    expect(stream.writes[1]).toContain("  valid 2.500 bits/char  ");
  });
});

describe("Progress on a terminal", () => {
  it("writes one line anew, at most ten times a second, and leaves the last state standing", () => {
    const stream = new FakeStream(true);
    const progress = new Progress(stream);
    for (let i = 1; i <= 100; i++) progress.report(at(i / 100, i));
    progress.end();
    const written = stream.writes.join("");
    expect(stream.writes.length).toBeLessThan(15);
    expect(written.split("\n")).toHaveLength(2);
    expect(written.split("\r").at(-1)).toMatch(/^.\[Kstep 100\/2,000 .*\n$/);
  });

  it("never wraps", () => {
    const stream = new FakeStream(true, 40);
    new Progress(stream).report(at(1, 100));
    expect(stream.writes[0]).toBe("\r\u001b[Kstep 100/2,000  loss 1.623  84.2 k tok…");
    expect(stream.writes[0]!.length - "\r\u001b[K".length).toBe(39);
  });

  it("puts a note above the live line", () => {
    const stream = new FakeStream(true);
    const progress = new Progress(stream);
    progress.report(at(1, 100));
    progress.note("Stopping.");
    expect(stream.writes.at(-1)).toBe("\r\u001b[KStopping.\n");
  });
});

it("shows nothing when quiet", () => {
  const stream = new FakeStream(true);
  const progress = new Progress(stream, { quiet: true });
  progress.report(at(1, 100));
  progress.note("Stopping.");
  progress.end();
  expect(stream.writes).toEqual([]);
});

describe("Eta", () => {
  it("counts down by the clock where the clock ends the run", () => {
    const eta = new Eta({ limitSeconds: 60 });
    expect(eta.update(10, 20, undefined)).toBe(40);
    expect(eta.update(11, 61, undefined)).toBe(0);
  });

  it("takes the earlier of clock and steps", () => {
    const eta = new Eta({ limitSeconds: 60 });
    expect(eta.update(10, 10, 1000)).toBe(50);
    expect(eta.update(20, 20, 25)).toBeCloseTo(5, 10);
  });

  it("follows a change of pace within a minute and is not thrown by one slow step", () => {
    const eta = new Eta();
    let seconds = 0;
    let step = 0;
    let left: number | undefined;
    const run = (steps: number, pace: number) => {
      for (let i = 0; i < steps; i++) {
        seconds += pace;
        step += 1;
        left = eta.update(step, seconds, 10_000);
      }
    };
    run(600, 0.1);
    expect(left).toBeCloseTo(940, 6);
    run(1, 2);
    expect(left! / (9399 * 0.1)).toBeLessThan(3.6);
    run(300, 0.1);
    expect(left! / (9099 * 0.1)).toBeLessThan(1.4);
    run(300, 0.2);
    expect(left! / (8799 * 0.2)).toBeGreaterThan(0.95);
  });

  it("counts the steps of this run alone where it goes on from another", () => {
    expect(new Eta({ firstStep: 500 }).update(540, 4, 1000)).toBeCloseTo(46, 10);
  });

  it("knows nothing before the first step", () => {
    expect(new Eta().update(0, 0, 100)).toBeUndefined();
  });
});
