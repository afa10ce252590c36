/** A formula over equal arrays as flat segments: forward, and one backward for each argument. */
import { RecurraError } from "../core/errors.ts";
import { add, constant, type Expression } from "./expression.ts";
import { arrayOperand, flatSegment, postorder } from "./flat-segment.ts";
import { gradientOf, sumOf } from "./gradient.ts";
import type { SegmentSpec } from "./segment.ts";

export interface ElementwiseProgram {
  readonly arity: number;
  /** The formula as it was written. */
  readonly text: string;
  /** Operands: the arguments, the result. */
  readonly forward: SegmentSpec;
  /** For each argument, operands: the arguments, the result's gradient, the argument's gradient, which is added to. */
  readonly backward: readonly SegmentSpec[];
}

/** Traces a formula of `arity` arguments and derives its gradients. */
export function compileElementwise(
  formula: (...values: Expression[]) => Expression,
  arity: number,
): ElementwiseProgram {
  const values = Array.from({ length: arity }, (_, i) => arrayOperand(i, `x${i}`));
  const result = formula(...values);
  if (typeof result !== "object" || result === null || result.size !== 1) {
    throw new RecurraError("shape", {
      where: "elementwise",
      expected: "a formula that returns an expression of its arguments",
      got: typeof result === "object" && result !== null ? result.text : String(result),
    });
  }
  const gradients = new Map<Expression, Expression[]>([[result, [arrayOperand(arity, "g")]]]);
  for (const e of postorder([result]).reverse()) {
    const parts = gradients.get(e);
    if (parts === undefined || e.args.length === 0) continue;
    gradientOf(e, sumOf(parts), (value) => value).forEach((g, i) => {
      const arg = e.args[i]!;
      gradients.set(arg, [...(gradients.get(arg) ?? []), g]);
    });
  }
  const backward = values.map((value) => {
    const parts = gradients.get(value);
    const own = arrayOperand(arity + 1, "own");
    const total = add(own, parts === undefined ? constant(0) : sumOf(parts));
    return flatSegment([{ value: total, operand: arity + 1 }], arity + 2);
  });
  return { arity, text: result.text, forward: flatSegment([{ value: result, operand: arity }], arity + 1), backward };
}
