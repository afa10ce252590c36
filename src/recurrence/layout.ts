/**
 * Packs the affines of a cell: which gate stands in which columns, and which weights make it.
 *
 * A **block** is one gate's pre-activation: the sum of one or several affines (`add` of two affines is one block, so that
 * the two written forms of the notes, Waa a + Wax x and Wa [a, x], are the same program). All blocks of a step stand
 * side by side in one row, ordered so that the columns that x feeds, and those that the states feed, are neighbours and
 * one product serves them all.
 */
import { getOrMake } from "../core/get-or-make.ts";
import type { Expression } from "../expression/expression.ts";
import { type AffineSource, type CellGraph, dependenciesOf, inOrder, sourceOf } from "./graph.ts";

/** One affine's product with one of its inputs. */
export interface Term {
  readonly affine: string;
  readonly input: Expression;
  /** Key of the weight matrix: `x`, a state's name, or a name for a computed input. */
  readonly weight: string;
}

export interface Block {
  /** The expression whose value the block holds. */
  readonly value: Expression;
  readonly size: number;
  /** First column in the row of gates. */
  readonly column: number;
  readonly terms: readonly Term[];
  /** The affine that brings the bias, if one does. */
  readonly bias: AffineSource | undefined;
}

/** The packed weights of one input: a matrix [size of the input, columns]. */
export interface WeightMatrix {
  readonly key: string;
  readonly input: Expression;
  readonly columns: number;
  /** In the order of the blocks; `name` is how the equations call the weights: `c.weight_a`. */
  readonly parts: readonly { readonly block: Block; readonly name: string; readonly column: number }[];
}

/** A stretch of neighbouring blocks whose weights for one input are neighbours too: one product. */
export interface Run {
  /** First column among the gates. */
  readonly column: number;
  /** First column in the weight matrix. */
  readonly weightColumn: number;
  readonly columns: number;
}

export interface Layout {
  readonly blocks: readonly Block[];
  /** Columns of a row of gates. */
  readonly columns: number;
  /** In the order of sums: x, then the states, then values computed in the step. */
  readonly weights: readonly WeightMatrix[];
}

function isAffine(e: Expression): boolean {
  return sourceOf(e)?.kind === "affine";
}

/** How often each expression is used, a returned state counting as a use. */
export function usesOf(graph: CellGraph, order: readonly Expression[]): Map<Expression, number> {
  const uses = new Map<Expression, number>();
  const count = (e: Expression): void => {
    uses.set(e, (uses.get(e) ?? 0) + 1);
  };
  for (const e of order) dependenciesOf(e).forEach(count);
  for (const state of graph.states) count(state.next);
  return uses;
}

/** The affines that an expression sums, if it is nothing but such a sum. */
function summands(e: Expression, uses: Map<Expression, number>): Expression[] | undefined {
  if (isAffine(e)) return [e];
  if (e.op !== "add") return undefined;
  const parts: Expression[] = [];
  for (const arg of e.args) {
    const inner = uses.get(arg) === 1 ? summands(arg, uses) : undefined;
    if (inner === undefined) return undefined;
    parts.push(...inner);
  }
  const sources = parts.map((part) => sourceOf(part) as AffineSource);
  const inputs = sources.flatMap((source) => source.inputs);
  const biases = sources.filter((source) => source.bias).length;
  return new Set(inputs).size === inputs.length && biases <= 1 ? parts : undefined;
}

/** The first state that a computed input is made of, for the name of its weights: Γr ⊙ a is called a. */
function stateNameIn(e: Expression): string | undefined {
  const source = sourceOf(e);
  if (source?.kind === "state") return source.name;
  if (source !== undefined) return undefined;
  for (const arg of e.args.toReversed()) {
    const name = stateNameIn(arg);
    if (name !== undefined) return name;
  }
  return undefined;
}

/** 0 for x, 1 for a state, 2 for a value computed in the step: the order of sums. */
function rankOf(input: Expression): number {
  const kind = sourceOf(input)?.kind;
  return kind === "input" ? 0 : kind === "state" ? 1 : 2;
}

function inputName(input: Expression): string {
  return rankOf(input) === 0 ? "x" : (stateNameIn(input) ?? "value");
}

/** `<affine>.weight_<input>`, numbered where one affine has two inputs of one name. */
function weightName(block: Block, term: Term): string {
  const name = inputName(term.input);
  const alike = block.terms.filter((other) => other.affine === term.affine && inputName(other.input) === name);
  const index = alike.indexOf(term);
  return `${term.affine}.weight_${name}${index > 0 ? `.${index + 1}` : ""}`;
}

/** Packs the affines of a traced cell. */
export function layoutOf(graph: CellGraph): Layout {
  const order = inOrder(graph.states.map((state) => state.next));
  const uses = usesOf(graph, order);
  const inner = new Set<Expression>();
  const found: { value: Expression; parts: Expression[] }[] = [];
  for (const e of order.toReversed()) {
    if (inner.has(e)) continue;
    const parts = summands(e, uses);
    if (parts === undefined) continue;
    found.unshift({ value: e, parts });
    const hide = (part: Expression): void => {
      inner.add(part);
      if (part.op === "add") part.args.forEach(hide);
    };
    if (e.op === "add") e.args.forEach(hide);
  }

  const keys = new Map<Expression, string>();
  const keyOf = (input: Expression): string =>
    getOrMake(keys, input, () => {
      const name = inputName(input);
      const taken = new Set(keys.values());
      let key = name;
      for (let n = 2; taken.has(key); n++) key = `${name}.${n}`;
      return key;
    });

  const drafts = found.map(({ value, parts }) => {
    const sources = parts.map((part) => sourceOf(part) as AffineSource);
    const terms = sources
      .flatMap((source) => source.inputs.map((input) => ({ affine: source.name, input })))
      .sort((a, b) => rankOf(a.input) - rankOf(b.input));
    const ranks = new Set(terms.map((term) => rankOf(term.input)));
    // x alone, x and state, state alone, then what needs a computed value: neighbours share products
    const place = ranks.has(2) ? 3 : ranks.has(1) ? (ranks.has(0) ? 1 : 2) : 0;
    return { value, terms, place, bias: sources.find((source) => source.bias) };
  });
  drafts.sort((a, b) => a.place - b.place);
  let column = 0;
  const blocks = drafts.map((draft): Block => {
    const terms = draft.terms.map((term): Term => ({ ...term, weight: keyOf(term.input) }));
    const block = { value: draft.value, size: draft.value.size, column, terms, bias: draft.bias };
    column += block.size;
    return block;
  });

  const inputs = [...keys.keys()].sort((a, b) => rankOf(a) - rankOf(b));
  const weights = inputs.map((input): WeightMatrix => {
    let columns = 0;
    const parts: { block: Block; name: string; column: number }[] = [];
    for (const block of blocks) {
      for (const term of block.terms) {
        if (term.input !== input) continue;
        parts.push({ block, name: weightName(block, term), column: columns });
        columns += block.size;
      }
    }
    return { key: keys.get(input)!, input, columns, parts };
  });
  return { blocks, columns: column, weights };
}

/** Joins neighbouring blocks of a weight matrix into as few products as can be. */
export function runsOf(matrix: WeightMatrix, blocks: ReadonlySet<Block>): Run[] {
  const runs: { column: number; weightColumn: number; columns: number }[] = [];
  for (const { block, column } of matrix.parts) {
    if (!blocks.has(block)) continue;
    const last = runs.at(-1);
    const joins =
      last !== undefined && last.column + last.columns === block.column && last.weightColumn + last.columns === column;
    if (joins) last.columns += block.size;
    else runs.push({ column: block.column, weightColumn: column, columns: block.size });
  }
  return runs;
}
