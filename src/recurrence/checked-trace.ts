/** The trace of a step that may be wrong: one of a user's own. */
import { RecurraError, shown } from "../core/errors.ts";
import { requireRate } from "../core/require-option.ts";
import { requireNames } from "../core/require-options.ts";
import type { Expression } from "../expression/expression.ts";
import type { AffineSource, CellGraph } from "./graph.ts";
import {
  type CellTools,
  cellTools,
  isExpression,
  partsOfAffine,
  type StepValues,
  type TraceSpec,
  textOfAffine,
  trace,
} from "./trace.ts";

/** The tools of a step, which refuse what is none of their business. */
function checkedTools(cell: string, hiddenSize: number): CellTools {
  const tools = cellTools(hiddenSize);
  const affines = new Map<string, Expression>();
  return {
    ...tools,
    affine(name, ...rest) {
      const [inputs, options] = partsOfAffine(rest);
      requireNames(`cell "${cell}", affine("${name}")`, options, ["size", "bias"]);
      const where = `cell "${cell}", ${textOfAffine(name, inputs)}`;
      if (inputs.length === 0 || inputs.some((input) => input.size === 0)) {
        throw new RecurraError("shape", {
          where,
          expected: "one or more inputs with units",
          got: inputs.length === 0 ? "none" : "a constant",
          hint: "An affine maps x, a state or a value computed from them.",
        });
      }
      const known = affines.get(name);
      if (known !== undefined) {
        const before = known.source as AffineSource;
        const { size = hiddenSize, bias = true } = options;
        const alike = before.inputs.length === inputs.length && before.inputs.every((input, i) => input === inputs[i]);
        const same = known.size === size && (before.biasInitial ?? before.bias) === bias;
        if (alike && same) return known;
        throw new RecurraError("shape", {
          where,
          expected: `the ${alike ? "options" : "inputs"} that "${name}" has already, ${known.text}`,
          got: `other ${alike ? "options" : "inputs"}`,
          hint: "One name is one set of weights: give the second affine a name of its own.",
        });
      }
      if (new Set(inputs).size !== inputs.length) {
        throw new RecurraError("shape", { where, expected: "different inputs", got: "the same input twice" });
      }
      const made = tools.affine(name, ...rest);
      affines.set(name, made);
      return made;
    },
    dropout(name, value, rate) {
      requireRate(`cell "${cell}", dropout("${name}")`, rate);
      return tools.dropout(name, value, rate);
    },
  };
}

/**
 * As `trace`, for a step that may be wrong.
 *
 * @throws shape with the cell's name and the expression, when the step returns an unknown state or leaves one out, sizes
 * do not fit, one affine name has different inputs, or a state never changes.
 */
export function checkedTrace<States extends string>(
  spec: TraceSpec<States>,
  inputSize: number,
  hiddenSize: number,
): CellGraph {
  const step: typeof spec.step = (values, tools) => {
    let returned: ReturnType<typeof spec.step>;
    try {
      returned = spec.step(values, tools);
    } catch (error) {
      if (!(error instanceof RecurraError) || error.parts.where.startsWith("cell ")) throw error;
      throw new RecurraError(error.code, {
        ...error.parts,
        where: `cell "${spec.name}", ${error.parts.where}`,
        cause: error,
      });
    }
    requireStates(spec, values, returned);
    return returned;
  };
  return trace({ ...spec, step }, inputSize, hiddenSize, checkedTools(spec.name, hiddenSize));
}

/** Checks what a step returns. */
function requireStates<States extends string>(
  spec: TraceSpec<States>,
  values: StepValues<States>,
  returned: Readonly<Record<string, Expression>>,
): void {
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
  for (const [name, size] of spec.states) {
    const next = returned[name]!;
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
  }
}
