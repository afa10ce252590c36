/** The gradient rule of each element-wise operation, written with the operations themselves. */
import {
  add,
  type BinaryOp,
  constant,
  div,
  type Expression,
  mul,
  neg,
  positive,
  sigmoid,
  sub,
  type UnaryOp,
} from "./expression.ts";

/** Operations whose gradient needs their result alone, so that the result may take the argument's place in memory. */
export const GRADIENT_FROM_RESULT: ReadonlySet<string> = new Set(["tanh", "sigmoid", "relu", "exp"]);

/** The values a rule may ask for: the result y and the arguments a and b, fetched only when asked. */
interface Values {
  readonly y: Expression;
  readonly a: Expression;
  readonly b: Expression;
}

/** From the gradient g of the result to those of the arguments. */
type Rule = (g: Expression, v: Values) => readonly Expression[];

const RULES: Readonly<Record<UnaryOp | BinaryOp, Rule>> = {
  add: (g) => [g, g],
  sub: (g) => [g, neg(g)],
  mul: (g, v) => [mul(g, v.b), mul(g, v.a)],
  div: (g, v) => [div(g, v.b), neg(div(mul(g, v.y), v.b))],
  max: (g, v) => [mul(g, sub(1, positive(sub(v.b, v.a)))), mul(g, positive(sub(v.b, v.a)))],
  min: (g, v) => [mul(g, sub(1, positive(sub(v.a, v.b)))), mul(g, positive(sub(v.a, v.b)))],
  neg: (g) => [neg(g)],
  tanh: (g, v) => [mul(g, sub(1, mul(v.y, v.y)))],
  sigmoid: (g, v) => [mul(g, mul(v.y, sub(1, v.y)))],
  relu: (g, v) => [mul(g, positive(v.y))],
  exp: (g, v) => [mul(g, v.y)],
  log: (g, v) => [div(g, v.a)],
  softplus: (g, v) => [mul(g, sigmoid(v.a))],
  sqrt: (g, v) => [div(mul(g, constant(0.5)), v.y)],
  abs: (g, v) => [mul(g, sub(positive(v.a), positive(neg(v.a))))],
  positive: (g) => [mul(g, 0)],
  flush: (g) => [g],
};

/**
 * The gradients of an operation's arguments, in their order.
 *
 * @param node the operation.
 * @param g the gradient of its result.
 * @param valueIn gives the value of the node or of an argument in the backward pass: the expression itself, or a leaf
 * that reads what the forward pass stored.
 */
export function gradientOf(
  node: Expression,
  g: Expression,
  valueIn: (forward: Expression) => Expression,
): readonly Expression[] {
  return RULES[node.op as UnaryOp | BinaryOp](g, {
    get y() {
      return valueIn(node);
    },
    get a() {
      return valueIn(node.args[0]!);
    },
    get b() {
      return valueIn(node.args[1]!);
    },
  });
}

/** The sum of gradient contributions, left to right. */
export function sumOf(parts: readonly Expression[]): Expression {
  return parts.reduce((sum, part) => add(sum, part));
}
