/** Runs a cell's step once with symbolic values and keeps the graph that it computes. */
import { getOrMake } from "../core/get-or-make.ts";
import { add, type Expression, leaf, mul } from "../expression/expression.ts";
import type { AffineSource, CellGraph, CellState, MaskSource, VectorSource } from "./graph.ts";

/** How an affine differs from the default. */
export interface AffineOptions {
  /** Units of the result; default the hidden size. */
  readonly size?: number;
  /** Whether there is a bias (default true); a number is the value it begins with. */
  readonly bias?: boolean | number;
}

/** What a step may use besides x, the states and the element-wise functions. */
export interface CellTools {
  /**
   * W [inputs] + b: a trained affine map of one or several inputs, as the course writes Wc [a⟨t-1⟩, x⟨t⟩] + bc.
   * Its weights are named `<name>.weight_<input>` and `<name>.bias`.
   */
  affine(name: string, ...inputs: readonly (Expression | AffineOptions)[]): Expression;
  /** A trained vector with one number a unit, such as a peephole; `initial` defaults to 0. */
  vector(name: string, options?: { readonly initial?: number; readonly size?: number }): Expression;
  /** gain ⊙ (v - mean) / √(variance + ε) + shift over the units of v; ε defaults to 1e-5. */
  layerNorm(name: string, value: Expression, options?: { readonly epsilon?: number }): Expression;
  /**
   * Variational dropout: value ⊙ mask, the mask drawn once a sequence and the same at each step.
   * Source: Gal and Ghahramani 2016, arXiv 1512.05287.
   */
  dropout(name: string, value: Expression, rate: number): Expression;
  /** Units of the hidden state. */
  readonly hiddenSize: number;
}

/** x⟨t⟩ and the states of the step before, by name. */
export type StepValues<States extends string> = Readonly<Record<States | "x", Expression>>;

/** The equations of one step. */
export type Step<States extends string> = (
  values: StepValues<States>,
  tools: CellTools,
) => Readonly<Record<States, Expression>>;

/** What `trace` needs to know of a cell. */
export interface TraceSpec<States extends string> {
  readonly name: string;
  /** Each state with its size. */
  readonly states: ReadonlyMap<States, number>;
  readonly output: States;
  readonly step: Step<States>;
}

export function isExpression(value: unknown): value is Expression {
  return typeof value === "object" && value !== null && "op" in value && "args" in value;
}

/** What an affine is given: its inputs, and options where there are any. */
export function partsOfAffine(rest: readonly (Expression | AffineOptions)[]): [Expression[], AffineOptions] {
  return [rest.filter(isExpression), (rest.find((item) => !isExpression(item)) ?? {}) as AffineOptions];
}

/** The tools of a step that is known to be right. */
export function cellTools(hiddenSize: number): CellTools {
  const affines = new Map<string, Expression>();
  const vectors = new Map<string, Expression>();
  const masks = new Map<string, Expression>();
  const self: CellTools = {
    hiddenSize,
    affine(name, ...rest) {
      const [inputs, { bias, size = hiddenSize }] = partsOfAffine(rest);
      const source: AffineSource = {
        kind: "affine",
        name,
        inputs,
        bias: bias !== false,
        biasInitial: typeof bias === "number" ? bias : undefined,
      };
      return getOrMake(affines, name, () => leaf(source, size, textOfAffine(name, inputs)));
    },
    vector(name, { initial = 0, size = hiddenSize } = {}) {
      const source: VectorSource = { kind: "vector", name, initial };
      return getOrMake(vectors, name, () => leaf(source, size, `vector("${name}")`));
    },
    layerNorm(name, value, options = {}) {
      const source = { kind: "norm", of: value, epsilon: options.epsilon ?? 1e-5 };
      const normalised = leaf(source, value.size, `layerNorm("${name}", ${value.text})`);
      const gain = self.vector(`${name}.gain`, { initial: 1, size: value.size });
      const shift = self.vector(`${name}.shift`, { initial: 0, size: value.size });
      return add(mul(gain, normalised), shift);
    },
    dropout(name, value, rate) {
      if (rate === 0) return value;
      // one name is one mask, whatever it is laid over
      const source: MaskSource = { kind: "mask", name, rate };
      return mul(
        value,
        getOrMake(masks, name, () => leaf(source, value.size, `mask("${name}")`)),
      );
    },
  };
  return self;
}

/** An affine as it would be written. */
export function textOfAffine(name: string, inputs: readonly Expression[]): string {
  return `affine(${[`"${name}"`, ...inputs.map((input) => input.text)].join(", ")})`;
}

/**
 * Traces a step that is known to be right for given sizes.
 *
 * @param tools what the step may use.
 */
export function trace<States extends string>(
  spec: TraceSpec<States>,
  inputSize: number,
  hiddenSize: number,
  tools: CellTools = cellTools(hiddenSize),
): CellGraph {
  const values: Record<string, Expression> = { x: leaf({ kind: "input" }, inputSize, "x") };
  for (const [name, size] of spec.states) values[name] = leaf({ kind: "state", name } as { kind: string }, size, name);
  const returned = spec.step(values as StepValues<States>, tools);
  const states = Array.from(spec.states, ([name, size]): CellState => ({ name, size, next: returned[name] }));
  const output = states.find((state) => state.name === spec.output)!;
  return { name: spec.name, inputSize, hiddenSize, states, output };
}
