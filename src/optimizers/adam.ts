/** Adam. */
import type { Engine } from "../engine/engine.ts";
import type { SegmentSpec } from "../expression/segment.ts";
import type { Parameter } from "../tensor/parameter.ts";

export interface AdamOptions {
  /** Decay of the mean of gradients; default 0.9. */
  readonly beta1?: number;
  /** Decay of the mean of squared gradients; default 0.999. */
  readonly beta2?: number;
  /** Keeps the division finite; default 1e-8. */
  readonly epsilon?: number;
}

/** The two running means of one parameter, on the heap. */
interface Moments {
  readonly first: number;
  readonly second: number;
}

/** Operands of the update: parameter, gradient, first and second moment, then the step's three scalars. */
function update(beta1: number, beta2: number, epsilon: number): SegmentSpec {
  const load = (operand: number) => ({ op: "load", operand, column: 0 }) as const;
  const store = (operand: number, a: number) => ({ op: "store", operand, column: 0, a }) as const;
  return {
    width: "flat",
    strides: [0, 0, 0, 0, 0, 0, 0],
    steps: [
      load(0), // 0: p
      load(1), // 1: g
      load(2), // 2: m
      load(3), // 3: v
      { op: "scalar", operand: 4 }, // 4: clip scale
      { op: "scalar", operand: 5 }, // 5: learning rate / (1 - β1ᵗ)
      { op: "scalar", operand: 6 }, // 6: 1 / √(1 - β2ᵗ)
      { op: "constant", value: beta1 }, // 7
      { op: "constant", value: 1 - beta1 }, // 8
      { op: "constant", value: beta2 }, // 9
      { op: "constant", value: 1 - beta2 }, // 10
      { op: "constant", value: epsilon }, // 11
      { op: "mul", a: 1, b: 4 }, // 12: clipped g
      { op: "mul", a: 2, b: 7 }, // 13
      { op: "mul", a: 12, b: 8 }, // 14
      { op: "add", a: 13, b: 14 }, // 15: m
      { op: "mul", a: 12, b: 12 }, // 16
      { op: "mul", a: 3, b: 9 }, // 17
      { op: "mul", a: 16, b: 10 }, // 18
      { op: "add", a: 17, b: 18 }, // 19: v
      { op: "sqrt", a: 19 }, // 20
      { op: "mul", a: 20, b: 6 }, // 21
      { op: "add", a: 21, b: 11 }, // 22
      { op: "div", a: 15, b: 22 }, // 23
      { op: "mul", a: 23, b: 5 }, // 24
      { op: "sub", a: 0, b: 24 }, // 25: p
      store(0, 25),
      store(2, 15),
      store(3, 19),
    ],
  };
}

/**
 * Adam: steps of a size that does not depend on the gradient's scale.
 *
 *     m = β1 m + (1 - β1) g          v = β2 v + (1 - β2) g²
 *     p = p - α / (1 - β1ᵗ) · m / (√v / √(1 - β2ᵗ) + ε)
 *
 * 1 - βᵗ is a running product, so that a resumed run has the same bits.
 *
 * Source: Kingma and Ba 2015, arXiv 1412.6980 v9, algorithm 1, with ε where PyTorch has it.
 */
export class Adam {
  readonly parameters: readonly Parameter[];
  readonly #engine: Engine;
  readonly #beta1: number;
  readonly #beta2: number;
  readonly #spec: SegmentSpec;
  readonly #moments: readonly Moments[];
  readonly #scalars: number;
  #power1 = 1;
  #power2 = 1;

  constructor(parameters: readonly Parameter[], options: AdamOptions = {}) {
    this.parameters = parameters;
    this.#engine = parameters[0]!.engine;
    this.#beta1 = options.beta1 ?? 0.9;
    this.#beta2 = options.beta2 ?? 0.999;
    this.#spec = update(this.#beta1, this.#beta2, options.epsilon ?? 1e-8);
    const zeros = (count: number): number => {
      const offset = this.#engine.heap.allocate(count);
      this.#engine.fill(offset, count, 0);
      return offset;
    };
    this.#moments = parameters.map((p) => ({ first: zeros(p.size), second: zeros(p.size) }));
    this.#scalars = zeros(3);
    const offsets = [this.#scalars, ...this.#moments.flatMap((m) => [m.first, m.second])];
    collected.register(this, { engine: this.#engine, offsets });
  }

  /**
   * Updates every parameter from its gradient.
   *
   * @param learningRate α of this step.
   * @param scale multiplies the gradients first: what `clipScale` gives.
   */
  step(learningRate: number, scale = 1): void {
    const engine = this.#engine;
    this.#power1 *= this.#beta1;
    this.#power2 *= this.#beta2;
    const rate = learningRate / (1 - this.#power1);
    engine.write(this.#scalars, [scale, rate, 1 / Math.sqrt(1 - this.#power2)]);
    const kernel = engine.segment(this.#spec);
    const s = this.#scalars;
    this.parameters.forEach((p, i) => {
      const { first, second } = this.#moments[i]!;
      kernel(p.size, [p.offset, p.gradientOffset, first, second, s, s + 1, s + 2]);
      p.touch();
    });
  }
}

const collected = new FinalizationRegistry<{ engine: Engine; offsets: readonly number[] }>(({ engine, offsets }) => {
  for (const offset of offsets) engine.heap.free(offset);
});
