/** A formula over equal arrays as flat segments: forward, and one backward for each argument. */
import { RecurraError } from "../core/errors.ts";
import { add, constant, type Expression, leaf, type Source } from "./expression.ts";
import { gradientOf, sumOf } from "./gradient.ts";
import type { SegmentSpec, SegmentStep } from "./segment.ts";

export interface ElementwiseProgram {
  readonly arity: number;
  /** The formula as it was written. */
  readonly text: string;
  /** Operands: the arguments, the result. */
  readonly forward: SegmentSpec;
  /** For each argument, operands: the arguments, the result's gradient, the argument's gradient, which is added to. */
  readonly backward: readonly SegmentSpec[];
}

interface ArgumentSource extends Source {
  readonly operand: number;
}

function argument(operand: number, text: string): Expression {
  return leaf({ kind: "argument", operand } as ArgumentSource, 1, text);
}

function postorder(root: Expression): Expression[] {
  const order: Expression[] = [];
  const seen = new Set<Expression>();
  const visit = (e: Expression): void => {
    if (seen.has(e)) return;
    seen.add(e);
    e.args.forEach(visit);
    order.push(e);
  };
  visit(root);
  return order;
}

/** A flat segment that stores `value` in its last operand. */
function flatSegment(value: Expression, operands: number): SegmentSpec {
  const steps: SegmentStep[] = [];
  const index = new Map<Expression, number>();
  for (const e of postorder(value)) {
    const [a, b] = e.args.map((arg) => index.get(arg)!);
    let step: SegmentStep;
    if (e.op === "leaf") step = { op: "load", operand: (e.source as ArgumentSource).operand, column: 0 };
    else if (e.op === "constant") step = { op: "constant", value: e.value };
    else step = (b === undefined ? { op: e.op, a } : { op: e.op, a, b }) as SegmentStep;
    index.set(e, steps.push(step) - 1);
  }
  steps.push({ op: "store", operand: operands - 1, column: 0, a: index.get(value)! });
  return { width: "flat", strides: new Array<number>(operands).fill(0), steps };
}

/** Traces a formula of `arity` arguments and derives its gradients. */
export function compileElementwise(
  formula: (...values: Expression[]) => Expression,
  arity: number,
): ElementwiseProgram {
  const values = Array.from({ length: arity }, (_, i) => argument(i, `x${i}`));
  const result = formula(...values);
  if (typeof result !== "object" || result === null || result.size !== 1) {
    throw new RecurraError("shape", {
      where: "elementwise",
      expected: "a formula that returns an expression of its arguments",
      got: typeof result === "object" && result !== null ? result.text : String(result),
    });
  }
  const gradients = new Map<Expression, Expression[]>([[result, [argument(arity, "g")]]]);
  for (const e of postorder(result).reverse()) {
    const parts = gradients.get(e);
    if (parts === undefined || e.args.length === 0) continue;
    gradientOf(e, sumOf(parts), (value) => value).forEach((g, i) => {
      const arg = e.args[i]!;
      gradients.set(arg, [...(gradients.get(arg) ?? []), g]);
    });
  }
  const backward = values.map((value) => {
    const parts = gradients.get(value);
    const own = argument(arity + 1, "own");
    return flatSegment(add(own, parts === undefined ? constant(0) : sumOf(parts)), arity + 2);
  });
  return { arity, text: result.text, forward: flatSegment(result, arity + 1), backward };
}
