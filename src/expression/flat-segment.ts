/** Expressions over flat arrays as one segment. */
import { type Expression, leaf, type Source } from "./expression.ts";
import type { SegmentSpec, SegmentStep } from "./segment.ts";

/** A leaf that reads an operand: element by element, or one number for all. */
export interface OperandSource extends Source {
  readonly kind: "array" | "scalar";
  readonly operand: number;
}

/** The elements of an operand. */
export function arrayOperand(operand: number, text: string): Expression {
  return leaf({ kind: "array", operand } as OperandSource, 1, text);
}

/** The first element of an operand, for all elements of the others. */
export function scalarOperand(operand: number, text: string): Expression {
  return leaf({ kind: "scalar", operand } as OperandSource, 1, text);
}

/** Every expression that the roots need, each after its arguments. */
export function postorder(roots: readonly Expression[]): Expression[] {
  const order: Expression[] = [];
  const seen = new Set<Expression>();
  const visit = (e: Expression): void => {
    if (seen.has(e)) return;
    seen.add(e);
    e.args.forEach(visit);
    order.push(e);
  };
  roots.forEach(visit);
  return order;
}

function stepOf(e: Expression, index: ReadonlyMap<Expression, number>): SegmentStep {
  const [a, b] = e.args.map((arg) => index.get(arg)!);
  if (e.op === "constant") return { op: "constant", value: e.value };
  if (e.op === "leaf") {
    const { kind, operand } = e.source as OperandSource;
    return kind === "scalar" ? { op: "scalar", operand } : { op: "load", operand, column: 0 };
  }
  return (b === undefined ? { op: e.op, a } : { op: e.op, a, b }) as SegmentStep;
}

/** A flat segment over `operands` operands that stores each value where it is told to. */
export function flatSegment(
  stores: readonly { readonly value: Expression; readonly operand: number }[],
  operands: number,
): SegmentSpec {
  const steps: SegmentStep[] = [];
  const index = new Map<Expression, number>();
  for (const e of postorder(stores.map((store) => store.value))) index.set(e, steps.push(stepOf(e, index)) - 1);
  for (const { value, operand } of stores) steps.push({ op: "store", operand, column: 0, a: index.get(value)! });
  return { width: "flat", strides: new Array<number>(operands).fill(0), steps };
}
