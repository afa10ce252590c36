/** What every cell must do, whatever its equations. */
import { describe, expect, it } from "vitest";
import { Packing } from "../../src/core/packing.ts";
import { Random } from "../../src/core/random.ts";
import type { Engine } from "../../src/engine/engine.ts";
import { ReferenceEngine } from "../../src/engine/reference/reference-engine.ts";
import { WasmEngine } from "../../src/engine/wasm/wasm-engine.ts";
import type { Cell } from "../../src/recurrence/define-cell.ts";
import { drawMask } from "../../src/recurrence/dropout-mask.ts";
import { expectClose } from "../golden/expect-close.ts";
import { type BatchShape, cellBatch, chosenRows, chosenSequences } from "../support/cell-batch.ts";
import { expectSameBits } from "../support/expect-same-bits.ts";
import { type PlainStep, plainTools, type Row } from "../support/plain-equations.ts";
import { type Arrays, type CellResult, type CellRun, runCell } from "../support/run-cell.ts";

export interface CellConformance {
  /** The cell's equations in plain numbers, which its values must equal. */
  readonly equations?: PlainStep;
  /** The rate of its dropout on a⟨t-1⟩, when it has one. */
  readonly dropoutRate?: number;
  /** [na, nx] that it is compared on; default odd ones. Cells that use x element by element need na = nx. */
  readonly sizes?: readonly (readonly [number, number])[];
  /** Whether x may be one-hot; default true. */
  readonly oneHot?: boolean;
  /** It has kinks (relu, max, abs): then no value may lie within 10 ε of one. */
  readonly kinks?: boolean;
  /** Draws the batch of the numerical gradients. */
  readonly seed?: number;
}

const SIZES = [1, 3, 5, 17].flatMap((na) => [1, 4].map((nx) => [na, nx] as const));
/** Unequal, with ties, none and one. */
const LENGTHS = [2, 0, 4, 1, 2];
const EPSILON = 1e-5;
const GRADIENT_BOUND = 1e-7;
const ENGINE_BOUND = 1e-5;

const wasm = new WasmEngine();
const reference = new ReferenceEngine();

function expectClosest(actual: CellResult, expected: CellResult, bound: number): void {
  expectClose(actual.output, expected.output, bound, "output");
  for (const [state, values] of Object.entries(expected.last)) {
    expectClose(actual.last[state]!, values, bound, `last ${state}`);
  }
  for (const [name, values] of Object.entries(expected.grads)) {
    expectClose(actual.grads[name]!, values, bound, `gradient of ${name}`);
  }
}

function expectAllSameBits(actual: CellResult, expected: CellResult): void {
  expectSameBits(actual.output, expected.output, "output");
  for (const of of ["last", "grads"] as const) {
    expect(Object.keys(actual[of])).toEqual(Object.keys(expected[of]));
    for (const [name, values] of Object.entries(expected[of])) {
      expectSameBits(actual[of][name]!, values, `${of} ${name}`);
    }
  }
}

/** The loss Σ output ⊙ lossOutput + Σ last ⊙ lossLast of a forward pass alone. */
function lossOf(run: CellRun): number {
  return runCell(reference, { ...run, backward: false }).loss;
}

/** ‖g - ĝ‖ / (‖g‖ + ‖ĝ‖) of each gradient, ĝ by central differences. */
function gradientErrors(run: CellRun & { weights: Arrays }, epsilon: number): Record<string, number> {
  const inputs: Record<string, Float64Array> = { ...run.weights, x: Float64Array.from(run.x) };
  for (const [name, values] of Object.entries(run.initial)) inputs[`initial ${name}`] = Float64Array.from(values);
  const changed: CellRun = {
    ...run,
    x: inputs.x!,
    weights: inputs,
    initial: Object.fromEntries(Object.keys(run.initial).map((name) => [name, inputs[`initial ${name}`]!])),
  };
  const { grads } = runCell(reference, changed);
  expect(Object.keys(grads).sort()).toEqual(Object.keys(inputs).sort());
  const errors: Record<string, number> = {};
  for (const [name, values] of Object.entries(inputs)) {
    const g = grads[name]!;
    let [distance, norm, norm2] = [0, 0, 0];
    for (let i = 0; i < values.length; i++) {
      const value = values[i]!;
      let numerical = 0;
      if (!Number.isNaN(value)) {
        values[i] = value + epsilon;
        const above = lossOf(changed);
        values[i] = value - epsilon;
        numerical = (above - lossOf(changed)) / (2 * epsilon);
        values[i] = value;
      }
      distance += (g[i]! - numerical) ** 2;
      norm += g[i]! ** 2;
      norm2 += numerical ** 2;
    }
    // no gradient of these batches is zero: one that is has been lost
    errors[name] = norm === 0 ? Number.POSITIVE_INFINITY : Math.sqrt(distance) / (Math.sqrt(norm) + Math.sqrt(norm2));
  }
  return errors;
}

function expectGradients(errors: Record<string, number>, bound: number): void {
  const wrong = Object.entries(errors).filter(([, error]) => !(error < bound));
  if (wrong.length > 0) {
    expect.fail(`gradients: expected errors below ${bound}, got ${wrong.map(([n, e]) => `${n} ${e}`).join(", ")}.`);
  }
}

/** The shared suite of cells: call it once for each cell and option. */
export function testCell(name: string, cell: Cell, options: CellConformance = {}): void {
  const sizes = options.sizes ?? SIZES;
  const [na, nx] = options.sizes === undefined ? [5, 4] : options.sizes[0]!;
  const shape: BatchShape = { nx, na, lengths: LENGTHS, seed: options.seed ?? 1 };
  const dropout = { random: new Random(7, "dropout"), step: 3, layer: 1 };

  describe(name, () => {
    const evaluation = cellBatch(cell, shape);
    const training = { ...evaluation, dropout };
    const whole = runCell(wasm, evaluation);
    const Tx = Math.max(...LENGTHS);

    it("has the gradients of central differences within 1e-7: weights, x and initial states", () => {
      expectGradients(gradientErrors(training, EPSILON), GRADIENT_BOUND);
      // a kink between ε and 10 ε away would show here
      if (options.kinks === true) expectGradients(gradientErrors(training, 10 * EPSILON), 10 * GRADIENT_BOUND);
    });

    it.each(sizes)("computes in float32 what float64 gives within 1e-5, gradients too: na %i, nx %i", (na, nx) => {
      const run = { ...cellBatch(cell, { ...shape, na, nx, seed: 2 }), dropout };
      expectClosest(runCell(wasm, run), runCell(reference, run), ENGINE_BOUND);
    });

    it("runs as it steps, bit for bit: outputs, last states and every gradient", () => {
      for (const lengths of [LENGTHS, [3, 3], [1], [4, 2, 2]]) {
        const run = { ...cellBatch(cell, { ...shape, lengths }), dropout };
        expectAllSameBits(runCell(wasm, { ...run, mode: "step" }), runCell(wasm, { ...run, mode: "run" }));
      }
    });

    it("gives each sequence alone the bits it has in the batch, its gradients too", () => {
      LENGTHS.forEach((length, b) => {
        const alone = runCell(wasm, chosenSequences(evaluation, [b]));
        const size = whole.output.length / (LENGTHS.length * Tx);
        const start = b * Tx * size;
        expectSameBits(alone.output, whole.output.subarray(start, start + length * size), `output ${b}`);
        expectSameBits(alone.grads.x!, whole.grads.x!.subarray(b * Tx * nx, (b * Tx + length) * nx), `dx ${b}`);
        const B = LENGTHS.length;
        for (const state of cell.states) {
          const own = chosenRows({ last: whole.last[state]!, gradient: whole.grads[`initial ${state}`]! }, [b], B);
          expectSameBits(alone.last[state]!, own.last!, `last ${state} ${b}`);
          expectSameBits(alone.grads[`initial ${state}`]!, own.gradient!, `gradient of initial ${state} ${b}`);
        }
      });
    });

    it("permutes its outputs with its batch, bit for bit", () => {
      const order = [3, 0, 4, 2, 1];
      const permuted = runCell(wasm, chosenSequences(evaluation, order));
      const expected = chosenRows({ output: whole.output, dx: whole.grads.x!, ...whole.last }, order, LENGTHS.length);
      expectSameBits(permuted.output, expected.output!, "output");
      expectSameBits(permuted.grads.x!, expected.dx!, "dx");
      for (const state of cell.states) expectSameBits(permuted.last[state]!, expected[state]!, `last ${state}`);
    });

    it("outputs 0 behind a sequence's end, and ends in each one's own last state", () => {
      const size = whole.output.length / (LENGTHS.length * Tx);
      LENGTHS.forEach((length, b) => {
        const own = whole.output.subarray(b * Tx * size, (b + 1) * Tx * size);
        expectSameBits(own.subarray(length * size), new Float64Array((Tx - length) * size), `padding of ${b}`);
        const before = length === 0 ? evaluation.initial[cell.output]! : own.subarray((length - 1) * size);
        const expected = Array.from({ length: size }, (_, i) => before[length === 0 ? b * size + i : i]!);
        expectSameBits(whole.last[cell.output]!.subarray(b * size, (b + 1) * size), expected, `last of ${b}`);
      });
    });

    it("gives the same bits when a sequence is cut in two and its states are carried", () => {
      const all = LENGTHS.map((_, b) => b);
      const size = whole.output.length / (LENGTHS.length * Tx);
      for (const at of [1, 3]) {
        const first = runCell(wasm, chosenSequences(evaluation, all, 0, at));
        const second = runCell(wasm, { ...chosenSequences(evaluation, all, at), initial: first.last });
        for (const state of cell.states) expectSameBits(second.last[state]!, whole.last[state]!, `last ${state}`);
        LENGTHS.forEach((length, b) => {
          const [early, late] = [Math.min(length, at), Math.max(0, length - at)];
          const joined = [
            ...first.output.subarray(b * at * size, (b * at + early) * size),
            ...second.output.subarray(b * (Tx - at) * size, (b * (Tx - at) + late) * size),
          ];
          expectSameBits(joined, whole.output.subarray(b * Tx * size, (b * Tx + length) * size), `output ${b}`);
        });
      }
    });

    if (options.oneHot !== false) {
      it("looks rows up for one-hot x with the bits of the dense product, and the same gradients", () => {
        const oneHot = Float64Array.from(evaluation.x, () => 0);
        const ids = Array.from({ length: LENGTHS.length * Tx }, (_, i) => (i * 7 + 3) % nx);
        ids.forEach((id, i) => {
          oneHot[i * nx + id] = 1;
        });
        for (const mode of ["run", "step"] as const) {
          const dense = runCell(wasm, { ...training, mode, x: oneHot });
          const looked = runCell(wasm, { ...training, mode, oneHot: ids });
          expectSameBits(looked.output, dense.output, "output");
          for (const state of cell.states) expectSameBits(looked.last[state]!, dense.last[state]!, `last ${state}`);
          for (const [key, gradient] of Object.entries(looked.grads)) {
            expectClose(gradient, dense.grads[key]!, 1e-6, `gradient of ${key}`);
          }
          expect(Object.keys(looked.grads)).toEqual(Object.keys(dense.grads).filter((key) => key !== "x"));
        }
      });
    }

    const { equations } = options;
    if (equations !== undefined) {
      it("computes its equations, within 1e-12 in float64", () => {
        const masks =
          options.dropoutRate === undefined
            ? undefined
            : drawMask(
                new Packing(LENGTHS),
                evaluation.initial.a!.length / LENGTHS.length,
                options.dropoutRate,
                0,
                dropout,
              );
        const ranks = new Packing(LENGTHS).order;
        for (const run of [evaluation, training]) {
          const result = runCell(reference, run);
          LENGTHS.forEach((length, b) => {
            let mask: Row | undefined;
            if (run === training && masks !== undefined) {
              mask = Array.from(chosenRows({ masks }, [ranks.indexOf(b)], LENGTHS.length).masks!);
            }
            const tools = plainTools(run.weights, mask);
            let states: Readonly<Record<string, Row>> = Object.fromEntries(
              Object.entries(chosenRows(run.initial, [b], LENGTHS.length)).map(([key, row]) => [key, Array.from(row)]),
            );
            const outputs: number[] = [];
            for (let t = 0; t < length; t++) {
              const x = Array.from({ length: nx }, (_, i) => run.x[(b * Tx + t) * nx + i]!);
              states = equations(x, states, tools);
              outputs.push(...states[cell.output]!);
            }
            const size = result.output.length / (LENGTHS.length * Tx);
            const own = result.output.subarray(b * Tx * size, (b * Tx + length) * size);
            expectClose(own, outputs, 1e-12, `output ${b}`);
            for (const state of cell.states) {
              const last = chosenRows(result.last, [b], LENGTHS.length)[state]!;
              expectClose(last, states[state]!, 1e-12, `last ${state} ${b}`);
            }
          });
        }
      });
    }
  });
}

/** Both engines, for tests beside the suite. */
export const ENGINES: readonly (readonly [string, Engine])[] = [
  ["float32 WebAssembly", wasm],
  ["float64 reference", reference],
];
