/** Runs a cell's step once with symbolic values and keeps the graph that it computes. */
import { RecurraError, shown } from "../core/errors.ts";
import { getOrMake } from "../core/get-or-make.ts";
import { requireOption } from "../core/require-option.ts";
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

function isExpression(value: unknown): value is Expression {
  return typeof value === "object" && value !== null && "op" in value && "args" in value;
}

function tools(cell: string, hiddenSize: number): CellTools {
  const affines = new Map<string, Expression>();
  const vectors = new Map<string, Expression>();
  const masks = new Map<string, Expression>();
  const self: CellTools = {
    hiddenSize,
    affine(name, ...rest) {
      const inputs = rest.filter(isExpression);
      const options = (rest.find((item) => !isExpression(item)) ?? {}) as AffineOptions;
      const text = `affine(${[`"${name}"`, ...inputs.map((input) => input.text)].join(", ")})`;
      if (inputs.length === 0 || inputs.some((input) => input.size === 0)) {
        throw new RecurraError("shape", {
          where: `cell "${cell}", ${text}`,
          expected: "one or more inputs with units",
          got: inputs.length === 0 ? "none" : "a constant",
          hint: "An affine maps x, a state or a value computed from them.",
        });
      }
      const source: AffineSource = {
        kind: "affine",
        name,
        inputs,
        bias: options.bias !== false,
        biasInitial: typeof options.bias === "number" ? options.bias : undefined,
      };
      const size = options.size ?? hiddenSize;
      const known = affines.get(name);
      if (known !== undefined) {
        const before = known.source as AffineSource;
        const alike = before.inputs.length === inputs.length && before.inputs.every((input, i) => input === inputs[i]);
        const same = known.size === size && before.bias === source.bias && before.biasInitial === source.biasInitial;
        if (alike && same) return known;
        throw new RecurraError("shape", {
          where: `cell "${cell}", ${text}`,
          expected: `the ${alike ? "options" : "inputs"} that "${name}" has already, ${known.text}`,
          got: `other ${alike ? "options" : "inputs"}`,
          hint: "One name is one set of weights: give the second affine a name of its own.",
        });
      }
      if (new Set(inputs).size !== inputs.length) {
        throw new RecurraError("shape", {
          where: `cell "${cell}", ${text}`,
          expected: "different inputs",
          got: "the same input twice",
        });
      }
      const made = leaf(source, size, text);
      affines.set(name, made);
      return made;
    },
    vector(name, options = {}) {
      const source: VectorSource = { kind: "vector", name, initial: options.initial ?? 0 };
      return getOrMake(vectors, name, () => leaf(source, options.size ?? hiddenSize, `vector("${name}")`));
    },
    layerNorm(name, value, options = {}) {
      const source = { kind: "norm", of: value, epsilon: options.epsilon ?? 1e-5 };
      const normalised = leaf(source, value.size, `layerNorm("${name}", ${value.text})`);
      const gain = self.vector(`${name}.gain`, { initial: 1, size: value.size });
      const shift = self.vector(`${name}.shift`, { initial: 0, size: value.size });
      return add(mul(gain, normalised), shift);
    },
    dropout(name, value, rate) {
      requireOption(`cell "${cell}", dropout("${name}")`, rate, rate >= 0 && rate < 1, "a rate from 0 to below 1");
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

/**
 * Traces a step for given sizes.
 *
 * @throws shape with the cell's name and the expression, when the step returns an unknown state or leaves one out, sizes
 * do not fit, one affine name has different inputs, or a state never changes.
 */
export function trace<States extends string>(
  spec: TraceSpec<States>,
  inputSize: number,
  hiddenSize: number,
): CellGraph {
  const values: Record<string, Expression> = { x: leaf({ kind: "input" }, inputSize, "x") };
  for (const [name, size] of spec.states) values[name] = leaf({ kind: "state", name } as { kind: string }, size, name);
  let returned: Readonly<Record<string, Expression>>;
  try {
    returned = spec.step(values as StepValues<States>, tools(spec.name, hiddenSize));
  } catch (error) {
    if (!(error instanceof RecurraError) || error.parts.where.startsWith("cell ")) throw error;
    throw new RecurraError(error.code, {
      ...error.parts,
      where: `cell "${spec.name}", ${error.parts.where}`,
      cause: error,
    });
  }
  const names = [...spec.states.keys()];
  const found = typeof returned === "object" && returned !== null ? Object.keys(returned) : [];
  const unknown = found.find((name) => !spec.states.has(name as States));
  const missing = names.find((name) => !found.includes(name));
  if (unknown !== undefined || missing !== undefined) {
    throw new RecurraError("shape", {
      where: `cell "${spec.name}", the value returned by step`,
      expected: `{ ${names.join(", ")} }`,
      got: found.length === 0 ? shown(returned) : `{ ${found.join(", ")} }`,
      hint: unknown !== undefined ? `"${unknown}" is no state of this cell.` : `"${missing}" has no new value.`,
    });
  }
  const states = names.map((name): CellState => {
    const next = returned[name]!;
    const size = spec.states.get(name)!;
    if (!isExpression(next)) {
      throw new RecurraError("shape", {
        where: `cell "${spec.name}", state "${name}"`,
        expected: "an expression of x and the states",
        got: String(next),
      });
    }
    if (next.size !== size) {
      throw new RecurraError("shape", {
        where: `cell "${spec.name}", ${name} = ${next.text}`,
        expected: `${size} units, the size of state "${name}"`,
        got: `${next.size}`,
        hint: "Give the affine { size: … }, or the state its size in states.",
      });
    }
    if (next === values[name]) {
      throw new RecurraError("shape", {
        where: `cell "${spec.name}", state "${name}"`,
        expected: "a new value at each step",
        got: `${name} itself`,
        hint: "A state that never changes is no state: take it out, or compute its next value.",
      });
    }
    return { name, size, next };
  });
  const output = states.find((state) => state.name === spec.output)!;
  return { name: spec.name, inputSize, hiddenSize, states, output };
}
