/** Traced element-wise expressions: what a cell, an activation or a loss is made of. */
import { RecurraError } from "../core/errors.ts";

/** Operations on one value. */
export const UNARY = [
  "neg",
  "tanh",
  "sigmoid",
  "relu",
  "exp",
  "log",
  "softplus",
  "sqrt",
  "abs",
  "positive",
  "flush",
] as const;
/** Operations on two values. */
export const BINARY = ["add", "sub", "mul", "div", "max", "min"] as const;

export type UnaryOp = (typeof UNARY)[number];
export type BinaryOp = (typeof BINARY)[number];

/** Where the value of a leaf comes from; each user of the tracer brings kinds of its own. */
export interface Source {
  readonly kind: string;
}

/** A value that a trace computes: a row of `size` units, for every row of a batch alike. */
export interface Expression {
  readonly op: UnaryOp | BinaryOp | "constant" | "leaf";
  readonly args: readonly Expression[];
  /** Units of the row; 0 for a constant, which fits every size. */
  readonly size: number;
  /** The number of a constant. */
  readonly value: number;
  /** What stands behind a leaf. */
  readonly source: Source | undefined;
  /** The expression as it would be written, for messages. */
  readonly text: string;
}

/** What the functions below take: an expression, or a number that fits any size. */
export type Operand = Expression | number;

/** A number that fits every size. */
export function constant(value: number): Expression {
  return { op: "constant", args: [], size: 0, value, source: undefined, text: String(value) };
}

/** A value that comes from outside the expression. */
export function leaf(source: Source, size: number, text: string): Expression {
  return { op: "leaf", args: [], size, value: 0, source, text };
}

function toExpression(operand: Operand, where: string): Expression {
  if (typeof operand === "number") return constant(operand);
  if (typeof operand === "object" && operand !== null && "op" in operand) return operand;
  throw new RecurraError("shape", {
    where,
    expected: "an expression or a number",
    got: String(operand),
    hint: "A step computes with x, the states and the functions of recurra, such as add, mul and tanh.",
  });
}

function unary(op: UnaryOp, operand: Operand): Expression {
  const x = toExpression(operand, op);
  return { op, args: [x], size: x.size, value: 0, source: undefined, text: `${op}(${x.text})` };
}

function binary(op: BinaryOp, left: Operand, right: Operand): Expression {
  const a = toExpression(left, op);
  const b = toExpression(right, op);
  const text = `${op}(${a.text}, ${b.text})`;
  if (a.size !== b.size && a.size !== 0 && b.size !== 0) {
    throw new RecurraError("shape", {
      where: text,
      expected: `two values of equal size`,
      got: `sizes ${a.size} and ${b.size}`,
      hint: `${a.text} has ${a.size} units, ${b.text} has ${b.size}: give an affine the size with { size: … }.`,
    });
  }
  return { op, args: [a, b], size: Math.max(a.size, b.size), value: 0, source: undefined, text };
}

/** a + b, element by element. */
export function add(a: Operand, b: Operand): Expression {
  return binary("add", a, b);
}
/** a - b, element by element. */
export function sub(a: Operand, b: Operand): Expression {
  return binary("sub", a, b);
}
/** a ⊙ b, element by element. */
export function mul(a: Operand, b: Operand): Expression {
  return binary("mul", a, b);
}
/** a / b, element by element. */
export function div(a: Operand, b: Operand): Expression {
  return binary("div", a, b);
}
/** The larger of a and b; the gradient goes to the larger, to a where they are equal. */
export function max(a: Operand, b: Operand): Expression {
  return binary("max", a, b);
}
/** The smaller of a and b; the gradient goes to the smaller, to a where they are equal. */
export function min(a: Operand, b: Operand): Expression {
  return binary("min", a, b);
}
/** -x. */
export function neg(x: Operand): Expression {
  return unary("neg", x);
}
/** tanh(x). */
export function tanh(x: Operand): Expression {
  return unary("tanh", x);
}
/** σ(x) = 1 / (1 + e⁻ˣ). */
export function sigmoid(x: Operand): Expression {
  return unary("sigmoid", x);
}
/** max(0, x). */
export function relu(x: Operand): Expression {
  return unary("relu", x);
}
/** eˣ. */
export function exp(x: Operand): Expression {
  return unary("exp", x);
}
/** The natural logarithm of x. */
export function log(x: Operand): Expression {
  return unary("log", x);
}
/** log(1 + eˣ). */
export function softplus(x: Operand): Expression {
  return unary("softplus", x);
}
/** √x. */
export function sqrt(x: Operand): Expression {
  return unary("sqrt", x);
}
/** |x|. */
export function abs(x: Operand): Expression {
  return unary("abs", x);
}
/** 1 where x > 0, else 0; its gradient is 0. */
export function positive(x: Operand): Expression {
  return unary("positive", x);
}
/** x, with 0 in place of |x| < 1e-30: WebAssembly cannot flush denormals, which slow a processor a hundredfold. */
export function flush(x: Operand): Expression {
  return unary("flush", x);
}
