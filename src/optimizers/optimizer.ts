/** What every optimiser is: an update equation, traced once and emitted as one pass over each parameter. */
import { RecurraError } from "../core/errors.ts";
import { requireNumbers } from "../core/require-numbers.ts";
import { requireOption } from "../core/require-option.ts";
import type { Engine } from "../engine/engine.ts";
import { freeWhenGone } from "../engine/free-when-gone.ts";
import { type Expression, mul } from "../expression/expression.ts";
import { arrayOperand, flatSegment, scalarOperand } from "../expression/flat-segment.ts";
import type { SegmentSpec } from "../expression/segment.ts";
import type { Parameter } from "../tensor/parameter.ts";

/** The numbers that an update reads and writes: the parameter p, its gradient g, and the optimiser's own moments. */
export type UpdateValues<Moments extends string> = Readonly<Record<Moments | "p", Expression>>;

/** An update equation. */
export interface UpdateRule<Moments extends string, Scalars extends string> {
  readonly name: string;
  /** Arrays that the optimiser keeps beside each parameter; zeros at first. */
  readonly moments: readonly Moments[];
  /** Numbers that are the same for all elements of a step. */
  readonly scalars: readonly Scalars[];
  /** The new p and the new moments. `g` is clipped already; `decay` is the weight decay, 0 for biases and vectors. */
  readonly update: (
    values: Readonly<Record<Moments | Scalars | "p" | "g" | "decay", Expression>>,
  ) => UpdateValues<Moments>;
  /** Running numbers, such as βᵗ, that `next` moves on: a resumed run gets them back exactly. */
  readonly running: number[];
  /** The scalars of the next step; called once a step. */
  readonly next: (learningRate: number) => Readonly<Record<Scalars, number>>;
}

/** What training needs of an optimiser. */
export interface Optimizer {
  readonly name: string;
  readonly parameters: readonly Parameter[];
  /**
   * Updates every parameter from its gradient; of a sparse one, the rows that a gradient has reached, whose moments do not
   * fade while it does not.
   *
   * @param learningRate α of this step.
   * @param scale multiplies the gradients first: what `clipScale` gives; default 1.
   */
  step(learningRate: number, scale?: number): void;
  /** Numbers that move on with each step, such as βᵗ: with the moments, all that a resumed run needs. */
  running(): readonly number[];
  setRunning(numbers: readonly number[]): void;
  /** The moments, `<parameter>.<moment>`, each a copy. */
  moments(): Map<string, Float32Array>;
  /** Puts moments back; the names and sizes are those of `moments`. */
  setMoments(moments: ReadonlyMap<string, Float32Array>): void;
}

/** Runs an update rule over parameters. */
export class RuleOptimizer<Moments extends string, Scalars extends string> implements Optimizer {
  readonly parameters: readonly Parameter[];
  readonly #rule: UpdateRule<Moments, Scalars>;
  readonly #engine: Engine;
  readonly #spec: SegmentSpec;
  /** Where each parameter's moments stand, in the order of the rule. */
  readonly #moments: readonly (readonly number[])[];
  readonly #scalars: number;
  readonly #weightDecay: number;

  /**
   * @param weightDecay for the parameters that decay, which biases and vectors do not; default 0.
   * @throws option when there is no parameter, or one is none.
   */
  constructor(parameters: readonly Parameter[], rule: UpdateRule<Moments, Scalars>, weightDecay = 0) {
    const isRight = Array.isArray(parameters) && "decays" in Object(parameters[0]);
    requireOption(`${rule.name}, parameters`, parameters, isRight, "a list of parameters");
    this.parameters = parameters;
    this.#rule = rule;
    this.#engine = parameters[0]!.engine;
    this.#weightDecay = weightDecay;
    this.#spec = compileRule(rule);
    const zeros = (count: number): number => {
      const offset = this.#engine.heap.allocate(count);
      this.#engine.fill(offset, count, 0);
      return offset;
    };
    this.#moments = parameters.map((p) => rule.moments.map(() => zeros(p.size)));
    this.#scalars = zeros(rule.scalars.length + 3);
    freeWhenGone(this, this.#engine.heap, [this.#scalars, ...this.#moments.flat()]);
  }

  get name(): string {
    return this.#rule.name;
  }

  step(learningRate: number, scale = 1): void {
    const engine = this.#engine;
    const values = this.#rule.next(learningRate);
    const own = this.#rule.scalars.map((name) => values[name]);
    // the scale, the decay of weights, the decay of biases (none), then the rule's own
    engine.write(this.#scalars, [scale, this.#weightDecay, 0, ...own]);
    const kernel = engine.segment(this.#spec);
    const ownScalars = own.map((_, i) => this.#scalars + 3 + i);
    this.parameters.forEach((p, i) => {
      const decay = this.#scalars + (p.decays ? 1 : 2);
      const arrays = [p.offset, p.gradientOffset, ...this.#moments[i]!];
      for (const { first, count } of p.gradientRanges()) {
        kernel(count, [...arrays.map((at) => at + first), this.#scalars, decay, ...ownScalars]);
      }
      p.touch();
    });
  }

  running(): readonly number[] {
    return [...this.#rule.running];
  }

  setRunning(numbers: readonly number[]): void {
    if (numbers.length !== this.#rule.running.length) {
      throw new RecurraError("file-format", {
        where: `${this.name}, running numbers`,
        expected: `${this.#rule.running.length}`,
        got: String(numbers.length),
      });
    }
    this.#rule.running.splice(0, numbers.length, ...numbers);
  }

  moments(): Map<string, Float32Array> {
    const result = new Map<string, Float32Array>();
    this.parameters.forEach((p, i) => {
      this.#rule.moments.forEach((moment, m) => {
        const offset = this.#moments[i]![m]!;
        result.set(`${p.name}.${moment}`, Float32Array.from(this.#engine.read(offset, p.size)));
      });
    });
    return result;
  }

  setMoments(moments: ReadonlyMap<string, Float32Array>): void {
    this.parameters.forEach((p, i) => {
      this.#rule.moments.forEach((moment, m) => {
        const name = `${p.name}.${moment}`;
        const values = requireNumbers(`${this.name}, moment "${name}"`, moments.get(name), p.size);
        this.#engine.write(this.#moments[i]![m]!, values);
      });
    });
  }
}

/** Operands: p, g, the moments, the clip scale, the decay, the rule's scalars. */
function compileRule<Moments extends string, Scalars extends string>(rule: UpdateRule<Moments, Scalars>): SegmentSpec {
  const count = rule.moments.length;
  const values: Record<string, Expression> = { p: arrayOperand(0, "p") };
  rule.moments.forEach((name, i) => {
    values[name] = arrayOperand(2 + i, name);
  });
  const scale = scalarOperand(2 + count, "scale");
  values.g = mul(arrayOperand(1, "g"), scale);
  values.decay = scalarOperand(3 + count, "decay");
  rule.scalars.forEach((name, i) => {
    values[name] = scalarOperand(4 + count + i, name);
  });
  const updated = rule.update(values as Parameters<typeof rule.update>[0]);
  const stores = [
    { value: updated.p, operand: 0 },
    ...rule.moments.map((name, i) => ({ value: updated[name], operand: 2 + i })),
  ];
  return flatSegment(stores, 4 + count + rule.scalars.length);
}
