import { describe, expect, it, vi } from "vitest";
import { ENGINES } from "../../test/conformance/cell-conformance.ts";
import { cellBatch, chosenSequences } from "../../test/support/cell-batch.ts";
import { expectSameBits } from "../../test/support/expect-same-bits.ts";
import { runCell, weightSizes } from "../../test/support/run-cell.ts";
import { differentiate } from "../autograd/differentiate.ts";
import { elementwise } from "../autograd/elementwise.ts";
import { sum } from "../autograd/sum.ts";
import { gru } from "../cells/gru.ts";
import { lstm } from "../cells/lstm.ts";
import { minGru } from "../cells/min-gru.ts";
import { rnn } from "../cells/rnn.ts";
import { Packing } from "../core/packing.ts";
import type { Engine } from "../engine/engine.ts";
import { ReferenceEngine } from "../engine/reference/reference-engine.ts";
import { add, mul, tanh } from "../expression/expression.ts";
import { Indices } from "../tensor/indices.ts";
import { step } from "../tensor/tape.ts";
import { Tensor } from "../tensor/tensor.ts";
import { type CellWeights, createCellWeights, readNamed, writeNamed } from "./cell-weights.ts";
import { compileCell } from "./compiled-cell.ts";
import { type Cell, defineCell } from "./define-cell.ts";
import { Unroll } from "./unroll.ts";

const square = elementwise((x) => mul(x, x));
const times = elementwise((x, y) => mul(x, y));
const plus = elementwise((x, y) => add(x, y));

function unrollOf(engine: Engine, cell: Cell, lengths: number[], weights?: CellWeights): Unroll {
  const compiled = compileCell(cell, 3, 5);
  const own = weights ?? createCellWeights(compiled.forward, { engine, name: "cell", seed: 1 });
  return new Unroll({ engine, compiled, weights: own, packing: new Packing(lengths) });
}

describe.each(ENGINES)("Unroll in %s", (_, engine) => {
  it("begins with zeros where no initial state is given", () => {
    const cell = lstm();
    const run = cellBatch(cell, { nx: 3, na: 5, lengths: [2, 1], seed: 1 });
    const zeros = { a: new Float64Array(10), c: new Float64Array(10) };
    const expected = runCell(engine, { ...run, initial: zeros, backward: false }).output;
    step(engine, () => {
      // memory that was used before
      Tensor.from(engine, 100, 10, new Array(1000).fill(7));
    });
    const weights = createCellWeights(compileCell(cell, 3, 5).forward, { engine, name: "cell", seed: 1 });
    for (const named of weights.named) writeNamed(named, run.weights[named.name]!);
    const output = step(engine, () => {
      // x⟨1⟩ of both, then x⟨2⟩ of the first
      const rows = [0, 2, 1].flatMap((row) => Array.from(run.x).slice(row * 3, row * 3 + 3));
      return unrollOf(engine, cell, [2, 1], weights)
        .run(Tensor.from(engine, 3, 3, rows))
        .toArray();
    });
    expectSameBits(output.slice(0, 5), expected.slice(0, 5), "first step of the first");
    expectSameBits(output.slice(5, 10), expected.slice(10, 15), "first step of the second");
    expectSameBits(output.slice(10, 15), expected.slice(5, 10), "second step of the first");
  });

  it("leaves out the first step's products with states that are zero, and with gradients that nobody asks for", () => {
    for (const cell of [
      lstm({ peepholes: true, layerNorm: true }),
      lstm({ projection: 4 }),
      gru(),
      gru({ reset: "before" }),
    ]) {
      const run = cellBatch(cell, { nx: 3, na: 5, lengths: [3, 0, 1, 2], seed: 1 });
      const zeros = Object.fromEntries(cell.states.map((name) => [name, new Float64Array(run.initial[name]!.length)]));
      /** The result, and the rows that products had. */
      const counted = (own: Partial<typeof run>, mode: "run" | "step") => {
        const product = vi.spyOn(engine, "productPacked");
        const result = runCell(engine, { ...run, mode, ...own });
        const rows = product.mock.calls.reduce((sum, [m]) => sum + m, 0);
        product.mockRestore();
        return { ...result, rows };
      };
      for (const mode of ["run", "step"] as const) {
        const without = counted({ initial: {} }, mode);
        const given = counted({ initial: zeros }, mode);
        // three sequences have a first step, once there and once back
        expect(given.rows - without.rows, `${cell.name}, ${mode}`).toBe(6);
        expectSameBits(without.output, given.output, "output");
        for (const name of ["x", ...Object.keys(run.weights)]) {
          without.grads[name]!.forEach((g, i) => {
            expect(Math.abs(g - given.grads[name]![i]!), name).toBeLessThan(1e-6);
          });
        }
      }
    }
  });

  it("holds the gates of few steps where nothing goes back through time, with the bits of a run that keeps them", () => {
    const direct = defineCell({
      name: "direct",
      states: ["a"],
      step: ({ a, x }, { affine }) => ({ a: tanh(add(affine("s", a, x), affine("d", tanh(x)))) }),
    });
    // what it computes of x before the loop
    const deep = defineCell({
      name: "deep",
      states: ["a"],
      step: ({ a, x }, { affine }) => ({ a: tanh(affine("s", a, tanh(affine("e", x)))) }),
    });
    const cells = [lstm({ peepholes: true, layerNorm: true }), gru({ reset: "before" }), minGru(), direct, deep];
    for (const cell of cells) {
      const dense = cellBatch(cell, { nx: 3, na: 5, lengths: [90, 61, 0, 133], seed: 1 });
      const oneHot = Int32Array.from({ length: 4 * 133 }, (_, i) => (i * 7) % 3);
      for (const run of cell === direct ? [dense] : [dense, { ...dense, oneHot }]) {
        const kept = runCell(engine, run);
        for (const mode of ["run", "step"] as const) {
          const { output, last } = runCell(engine, { ...run, mode, backward: false });
          expectSameBits(output, kept.output, `${cell.name}, ${mode}`);
          for (const name of cell.states) expectSameBits(last[name]!, kept.last[name]!, `${cell.name}, last ${name}`);
        }
      }
    }
    const allocated = (steps: number): number => {
      const allocate = vi.spyOn(engine.arena, "allocate");
      step(engine, () => unrollOf(engine, lstm(), [steps, steps]).run(Tensor.allocate(engine, 2 * steps, 3)));
      const count = allocate.mock.calls.reduce((sum, [size]) => sum + size, 0);
      allocate.mockRestore();
      return count;
    };
    // more steps than those of 128 rows take x, a and c alone
    for (const steps of [65, 300]) {
      expect(allocated(steps) - allocated(64)).toBe((2 * steps - 128) * (3 + 2 * 5));
    }
  });

  it.each(["run", "step"] as const)("passes the gradient through sequences that are all empty, in %s", (mode) => {
    for (const cell of [rnn(), lstm(), gru({ reset: "before" }), minGru()]) {
      const run = cellBatch(cell, { nx: 3, na: 5, lengths: [0, 0], seed: 1 });
      const result = runCell(engine, { ...run, mode });
      for (const state of cell.states) {
        expectSameBits(result.last[state]!, Float64Array.from(run.initial[state]!), `last ${state}`);
        expectSameBits(result.grads[`initial ${state}`]!, Float64Array.from(run.lossLast[state]!), `gradient ${state}`);
      }
      for (const name of Object.keys(run.weights)) expect(result.grads[name]!.every((g) => g === 0)).toBe(true);
    }
  });

  it("keeps its bits where sums pass a block of 256 terms: step, one sequence alone, one-hot x", () => {
    for (const cell of [lstm(), gru({ reset: "before" })]) {
      const shape = { nx: 300, na: 258, lengths: [2, 3, 1], seed: 4 };
      const run = cellBatch(cell, shape);
      const whole = runCell(engine, run);
      const stepped = runCell(engine, { ...run, mode: "step" });
      expectSameBits(stepped.output, whole.output, "output of steps");
      for (const [name, gradient] of Object.entries(whole.grads)) expectSameBits(stepped.grads[name]!, gradient, name);
      const alone = runCell(engine, chosenSequences(run, [1]));
      expectSameBits(alone.output, whole.output.subarray(3 * 258, 6 * 258), "output alone");
      expectSameBits(alone.grads.x!, whole.grads.x!.subarray(3 * 300, 6 * 300), "dx alone");
      const oneHot = Int32Array.from({ length: 9 }, (_, i) => (i * 97) % 300);
      const dense = new Float64Array(9 * 300);
      oneHot.forEach((id, i) => {
        dense[i * 300 + id] = 1;
      });
      const looked = runCell(engine, { ...run, oneHot, backward: false });
      expectSameBits(looked.output, runCell(engine, { ...run, x: dense, backward: false }).output, "one-hot output");
    }
  });

  it("adds to weight gradients and never overwrites them: twice the run, twice the gradient", () => {
    for (const mode of ["run", "step"] as const) {
      for (const cell of [lstm({ peepholes: true, layerNorm: true }), gru({ reset: "before" })]) {
        const compiled = compileCell(cell, 3, 5);
        const weights = createCellWeights(compiled.forward, { engine, name: "cell", seed: 1 });
        const gradients = (): Float64Array[] => weights.named.map((named) => readNamed(named, true));
        const pass = (): void => {
          step(engine, () =>
            differentiate(engine, () => {
              const unroll = unrollOf(engine, cell, [2, 2], weights);
              const x = (t: number): Tensor => Tensor.from(engine, 2, 3, [0.1, 0.2, 0.3, -0.4, 0.5, t]);
              if (mode === "run")
                return sum(square(unroll.run(Tensor.from(engine, 4, 3, [...x(0).toArray(), ...x(1).toArray()]))));
              unroll.step(x(0));
              return sum(square(unroll.step(x(1))));
            }),
          );
        };
        pass();
        const once = gradients();
        pass();
        gradients().forEach((twice, i) => {
          const name = weights.named[i]!.name;
          expect(Math.max(...once[i]!.map(Math.abs)), name).toBeGreaterThan(0);
          twice.forEach((g, j) => {
            expect(Math.abs(g - 2 * once[i]![j]!), name).toBeLessThan(1e-6);
          });
        });
      }
    }
  });

  it("adds to the gradient that x has from elsewhere, through affines and past them", () => {
    const past = defineCell({
      name: "past",
      states: { w: 3 },
      step: ({ w, x }, { affine }) => ({ w: mul(add(x, 2), tanh(affine("s", w, x, { size: 3 }))) }),
    });
    for (const cell of [rnn(), past]) {
      for (const mode of ["run", "step"] as const) {
        const compiled = compileCell(cell, 3, 5);
        const gradientWith = (own?: number): Float64Array =>
          step(engine, () => {
            const weights = createCellWeights(compiled.forward, { engine, name: "cell", seed: 1 });
            const x = Tensor.from(engine, 2, 3, [0.1, 0.2, 0.3, -0.4, 0.5, 1], true);
            differentiate(engine, () => {
              const y = unrollOf(engine, cell, [1, 1], weights)[mode](x);
              if (own === undefined) return sum(square(y));
              return plus(sum(square(y)), sum(times(x, Tensor.from(engine, 2, 3, new Array(6).fill(own)))));
            });
            return Float64Array.from(x.gradient());
          });
        const alone = gradientWith();
        gradientWith(2).forEach((g, i) => {
          expect(Math.abs(g - alone[i]! - 2), `${cell.name} ${mode}`).toBeLessThan(1e-6);
        });
        expect(alone.every((g) => g !== 0)).toBe(true);
      }
    }
  });

  it("takes an output that no loss sees for a gradient of 0, whatever its memory held", () => {
    const cell = lstm();
    const compiled = compileCell(cell, 3, 5);
    const x = Array.from({ length: 12 }, (_, i) => Math.sin(i));
    const gradients = (mode: "run" | "step"): Float64Array[] => {
      const weights = createCellWeights(compiled.forward, { engine, name: "cell", seed: 1 });
      step(engine, () => Tensor.from(engine, 100, 10, new Array(1000).fill(7)));
      step(engine, () =>
        differentiate(engine, () => {
          const unroll = unrollOf(engine, cell, [2, 2], weights);
          if (mode === "run") unroll.run(Tensor.from(engine, 4, 3, x));
          else {
            unroll.step(Tensor.from(engine, 2, 3, x.slice(0, 6)));
            unroll.step(Tensor.from(engine, 2, 3, x.slice(6)));
          }
          return sum(square(unroll.last("c")));
        }),
      );
      return weights.named.map((named) => readNamed(named, true));
    };
    const ran = gradients("run");
    gradients("step").forEach((stepped, i) => {
      expectSameBits(stepped, ran[i]!, Object.keys(weightSizes(cell, 3, 5))[i]!);
    });
  });

  it("turns gradients of gates and states below 1e-30 into 0 before any weight or earlier step sees them", () => {
    const tiny = (values: ArrayLike<number>): Float64Array => Float64Array.from(values, (value) => value * 1e-33);
    for (const cell of [lstm(), gru()]) {
      const run = cellBatch(cell, { nx: 3, na: 5, lengths: [2, 1], seed: 1 });
      const lossLast = Object.fromEntries(cell.states.map((state) => [state, tiny(run.lossLast[state]!)]));
      const { grads } = runCell(engine, { ...run, lossOutput: tiny(run.lossOutput), lossLast });
      for (const name of Object.keys(run.weights)) expect([...new Set(grads[name]!)], name).toEqual([0]);
      for (const state of cell.states) expect([...new Set(grads[`initial ${state}`]!)], state).toEqual([0]);
    }
  });

  it("leaves the gradient of a bias that no equation has at 0, so that no optimiser moves it", () => {
    const cell = defineCell({
      name: "half biased",
      states: ["a"],
      step: ({ a, x }, { affine }) => ({ a: mul(tanh(affine("p", a, x, { bias: false })), tanh(affine("q", x))) }),
    });
    const { forward } = compileCell(cell, 3, 5);
    const weights = createCellWeights(forward, { engine, name: "cell", seed: 1 });
    step(engine, () =>
      differentiate(engine, () =>
        sum(square(unrollOf(engine, cell, [1], weights).run(Tensor.from(engine, 1, 3, [1, 2, 3])))),
      ),
    );
    const gradient = weights.bias.gradient();
    expect(forward.layout.blocks.length).toBe(2);
    for (const { column, size, bias } of forward.layout.blocks) {
      const own = gradient.subarray(column, column + size);
      expect(own.every((g) => (bias === undefined ? g === 0 : g !== 0))).toBe(true);
    }
  });

  it("gives the gradients of the steps that were taken when it is left before the last", () => {
    const cell = lstm();
    const compiled = compileCell(cell, 3, 5);
    const x = [0.1, 0.2, 0.3, -0.4, 0.5, 1];
    const gradientsOf = (lengths: number[]): Float64Array[] => {
      const weights = createCellWeights(compiled.forward, { engine, name: "cell", seed: 1 });
      step(engine, () =>
        differentiate(engine, () =>
          sum(square(unrollOf(engine, cell, lengths, weights).step(Tensor.from(engine, 2, 3, x)))),
        ),
      );
      return weights.named.map((named) => readNamed(named, true));
    };
    const weightsOf = Object.keys(weightSizes(cell, 3, 5));
    const left = gradientsOf([3, 4]);
    gradientsOf([1, 1]).forEach((expected, i) => {
      expectSameBits(left[i]!, expected, weightsOf[i]!);
    });
  });
});

describe("Unroll refuses", () => {
  const engine = new ReferenceEngine();
  const inStep = (work: () => unknown) => (): unknown => step(engine, work);

  it("an x of other rows or columns than the packing and the cell have", () => {
    const x = (rows: number, columns: number) =>
      inStep(() => unrollOf(engine, rnn(), [2, 1]).run(Tensor.allocate(engine, rows, columns)));
    expect(x(4, 3)).toThrowErrorMatchingInlineSnapshot(
      `[RecurraError: rnn(x): expected [3, 3], got [4, 3]. x has one row a real step: the sum of the lengths.]`,
    );
    expect(x(3, 4)).toThrowErrorMatchingInlineSnapshot(
      `[RecurraError: rnn(x): expected [3, 3], got [3, 4]. The last size is the input size.]`,
    );
    expect(
      inStep(() => unrollOf(engine, rnn(), [1]).run(Indices.from(engine, [0], 9))),
    ).toThrowErrorMatchingInlineSnapshot(
      `[RecurraError: rnn(x): expected [1, 3], got [1, 9]. The last size is the input size.]`,
    );
    expect(
      inStep(() => unrollOf(engine, rnn(), [2, 1]).step(Tensor.allocate(engine, 3, 3))),
    ).toThrowErrorMatchingInlineSnapshot(
      `[RecurraError: rnn(x): expected [2, 3], got [3, 3]. x has one row a real step: the sum of the lengths.]`,
    );
  });

  it("one-hot x for a step that uses x outside its affines", () => {
    const squashed = defineCell({
      name: "squashed",
      states: ["a"],
      step: ({ a, x }, { affine }) => ({ a: affine("s", a, tanh(x)) }),
    });
    const copied = defineCell({
      name: "copied",
      states: { a: "hidden", w: 3 },
      step: ({ a, x }) => ({ a: tanh(a), w: x }),
    });
    expect(
      inStep(() => unrollOf(engine, squashed, [1]).run(Indices.from(engine, [0], 3))),
    ).toThrowErrorMatchingInlineSnapshot(
      `[RecurraError: squashed(x): expected rows of numbers, since the step uses x outside its affines, got row numbers of one-hot vectors. Put an embedding before this cell.]`,
    );
    expect(inStep(() => unrollOf(engine, copied, [1]).run(Indices.from(engine, [0], 3)))).toThrow(
      "outside its affines",
    );
  });

  it("a step more than the longest length", () => {
    expect(
      inStep(() => {
        const unroll = unrollOf(engine, rnn(), [1]);
        unroll.step(Tensor.allocate(engine, 1, 3));
        unroll.step(Tensor.allocate(engine, 1, 3));
      }),
    ).toThrowErrorMatchingInlineSnapshot(
      `[RecurraError: rnn.step: expected at most 1 steps, the longest length, got one more.]`,
    );
  });

  it("initial states of another shape", () => {
    const compiled = compileCell(lstm(), 3, 5);
    const weights = createCellWeights(compiled.forward, { engine, name: "cell", seed: 1 });
    const initial = new Map([["c", Tensor.allocate(engine, 2, 4)]]);
    expect(
      inStep(() => new Unroll({ engine, compiled, weights, packing: new Packing([1, 1]), initial })),
    ).toThrowErrorMatchingInlineSnapshot(`[RecurraError: lstm, initial state "c": expected [2, 5], got [2, 4].]`);
  });
});
