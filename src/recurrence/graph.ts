/** What a cell's step is made of: element-wise expressions over these kinds of leaves. */
import type { Expression, Source } from "../expression/expression.ts";

/** x⟨t⟩. */
export interface InputSource extends Source {
  readonly kind: "input";
}

/** A state of the step before, such as a⟨t-1⟩. */
export interface StateSource extends Source {
  readonly kind: "state";
  readonly name: string;
}

/** A trained vector with one number a unit, such as a peephole. */
export interface VectorSource extends Source {
  readonly kind: "vector";
  readonly name: string;
  readonly initial: number;
}

/** W [inputs] + b. */
export interface AffineSource extends Source {
  readonly kind: "affine";
  readonly name: string;
  readonly inputs: readonly Expression[];
  readonly bias: boolean;
  /** The number its bias begins with; undefined: drawn as the weights are. */
  readonly biasInitial: number | undefined;
}

/** (v - mean) / √(variance + ε) over the units of a row. */
export interface NormSource extends Source {
  readonly kind: "norm";
  readonly of: Expression;
  readonly epsilon: number;
}

/** A dropout mask with one number a sequence and unit, the same at each step. */
export interface MaskSource extends Source {
  readonly kind: "mask";
  readonly name: string;
  readonly rate: number;
}

export type CellSource = InputSource | StateSource | VectorSource | AffineSource | NormSource | MaskSource;

/** One state of a traced cell. */
export interface CellState {
  readonly name: string;
  readonly size: number;
  /** Its value after the step. */
  readonly next: Expression;
}

/** A cell traced for given sizes. */
export interface CellGraph {
  readonly name: string;
  readonly inputSize: number;
  readonly hiddenSize: number;
  readonly states: readonly CellState[];
  /** The state that is the layer's output y⟨t⟩. */
  readonly output: CellState;
}

/** The cell source of a leaf; undefined for what is no leaf. */
export function sourceOf(e: Expression): CellSource | undefined {
  return e.source as CellSource | undefined;
}

/** What an expression is computed from directly: its arguments, an affine's inputs, a norm's operand. */
export function dependenciesOf(e: Expression): readonly Expression[] {
  const source = sourceOf(e);
  if (source?.kind === "affine") return source.inputs;
  if (source?.kind === "norm") return [source.of];
  return e.args;
}

/** Every expression that the roots need, each after what it depends on. */
export function inOrder(
  roots: readonly Expression[],
  dependencies: (e: Expression) => readonly Expression[] = dependenciesOf,
): Expression[] {
  const order: Expression[] = [];
  const seen = new Set<Expression>();
  const visit = (e: Expression): void => {
    if (seen.has(e)) return;
    seen.add(e);
    for (const d of dependencies(e)) visit(d);
    order.push(e);
  };
  for (const root of roots) visit(root);
  return order;
}
