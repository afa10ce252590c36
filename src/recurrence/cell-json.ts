/** A traced cell as plain data, so that a saved model of a cell that is not built in needs none of its code. */
import { RecurraError, shown } from "../core/errors.ts";
import { BINARY, type Expression, leaf, type Source, UNARY } from "../expression/expression.ts";
import type { Cell } from "./define-cell.ts";
import { type CellGraph, dependenciesOf, inOrder, sourceOf } from "./graph.ts";

/** One node of a saved graph; the numbers in `args`, `inputs` and `of` are places of earlier nodes. */
export interface NodeJson {
  readonly op: string;
  readonly size: number;
  readonly args?: readonly number[];
  readonly value?: number;
  /** What stands behind a leaf: its kind and what that kind needs. */
  readonly source?: Readonly<Record<string, string | number | boolean | readonly number[]>>;
}

/** A cell traced for given sizes. */
export interface CellGraphJson {
  readonly inputSize: number;
  readonly hiddenSize: number;
  readonly nodes: readonly NodeJson[];
  readonly states: readonly { readonly name: string; readonly size: number; readonly next: number }[];
}

export interface CellJson {
  readonly name: string;
  readonly output: string;
  /** One graph for each input size that the model uses. */
  readonly graphs: readonly CellGraphJson[];
}

/** Writes a cell down for the input sizes given. */
export function cellToJson(cell: Cell, inputSizes: readonly number[], hiddenSize: number): CellJson {
  const graphs = [...new Set(inputSizes)].map((inputSize) => graphToJson(cell.graph(inputSize, hiddenSize)));
  return { name: cell.name, output: cell.output, graphs };
}

function graphToJson(graph: CellGraph): CellGraphJson {
  const order = inOrder(graph.states.map((state) => state.next));
  const place = new Map(order.map((e, index) => [e, index]));
  const placesOf = (list: readonly Expression[]): number[] => list.map((e) => place.get(e)!);
  const nodes = order.map((e): NodeJson => {
    if (e.op === "constant") return { op: e.op, size: 0, value: e.value };
    if (e.op !== "leaf") return { op: e.op, size: e.size, args: placesOf(e.args) };
    const source: Record<string, string | number | boolean | readonly number[]> = {};
    for (const [key, value] of Object.entries(sourceOf(e)!)) {
      if (value !== undefined && key !== "inputs" && key !== "of") source[key] = value as string | number | boolean;
    }
    const dependencies = placesOf(dependenciesOf(e));
    if (dependencies.length > 0) source.dependencies = dependencies;
    return { op: e.op, size: e.size, source };
  });
  const states = graph.states.map(({ name, size, next }) => ({ name, size, next: place.get(next)! }));
  return { inputSize: graph.inputSize, hiddenSize: graph.hiddenSize, nodes, states };
}

/**
 * A cell from plain data; it knows the sizes it was written for and no others.
 *
 * @param where the file, for messages.
 * @throws file-format when the data describe no cell.
 */
export function cellFromJson(value: unknown, where: string): Cell {
  const json = record(value, where);
  const name = text(json.name, `${where}, name`);
  const output = text(json.output, `${where}, output`);
  const graphs = list(json.graphs, `${where}, graphs`).map((graph, i) =>
    graphFromJson(record(graph, `${where}, graphs[${i}]`), name, output, `${where}, graphs[${i}]`),
  );
  const states = graphs[0]?.states.map((state) => state.name) ?? [];
  return {
    name,
    states,
    output,
    graph(inputSize, hiddenSize) {
      const found = graphs.find((graph) => graph.inputSize === inputSize && graph.hiddenSize === hiddenSize);
      if (found !== undefined) return found;
      const sizes = graphs.map((graph) => `${graph.inputSize} -> ${graph.hiddenSize}`).join(", ");
      throw wrong(where, `a graph of the cell "${name}" for ${inputSize} -> ${hiddenSize}`, sizes);
    },
  };
}

function graphFromJson(json: Record<string, unknown>, name: string, output: string, where: string): CellGraph {
  const nodes: Expression[] = [];
  const earlier = (index: unknown, at: string): Expression => {
    const found = typeof index === "number" ? nodes[index] : undefined;
    if (found === undefined) throw wrong(at, "the place of an earlier node", shown(index));
    return found;
  };
  list(json.nodes, `${where}, nodes`).forEach((item, i) => {
    const at = `${where}, nodes[${i}]`;
    const node = record(item, at);
    const size = whole(node.size, `${at}, size`);
    const args =
      node.args === undefined ? [] : list(node.args, `${at}, args`).map((arg) => earlier(arg, `${at}, args`));
    const op = node.op as Expression["op"];
    const arity = (UNARY as readonly string[]).includes(op) ? 1 : (BINARY as readonly string[]).includes(op) ? 2 : 0;
    if (arity !== args.length || (arity === 0 && op !== "leaf" && op !== "constant")) {
      throw wrong(at, "a known operation with its arguments", `${shown(op)} of ${args.length}`);
    }
    if (op === "leaf") nodes.push(leafFromJson(record(node.source, `${at}, source`), size, at, earlier));
    else {
      const number = op === "constant" ? finite(node.value, `${at}, value`) : 0;
      nodes.push({ op, args, size, value: number, source: undefined, text: `${op}#${i}` });
    }
  });
  const states = list(json.states, `${where}, states`).map((item, i) => {
    const at = `${where}, states[${i}]`;
    const state = record(item, at);
    const size = whole(state.size, `${at}, size`);
    return { name: text(state.name, `${at}, name`), size, next: earlier(state.next, `${at}, next`) };
  });
  const found = states.find((state) => state.name === output);
  if (found === undefined) throw wrong(`${where}, states`, `a state "${output}"`, "none");
  const inputSize = whole(json.inputSize, `${where}, inputSize`);
  return { name, inputSize, hiddenSize: whole(json.hiddenSize, `${where}, hiddenSize`), states, output: found };
}

function leafFromJson(
  source: Record<string, unknown>,
  size: number,
  where: string,
  earlier: (index: unknown, at: string) => Expression,
): Expression {
  const dependencies = (): Expression[] =>
    list(source.dependencies, `${where}, dependencies`).map((d) => earlier(d, `${where}, dependencies`));
  const name = (): string => text(source.name, `${where}, name`);
  const made = (full: Source & Record<string, unknown>): Expression =>
    leaf(full, size, `${full.kind}#${shown(source.name)}`);
  switch (source.kind) {
    case "input":
      return made({ kind: "input" });
    case "state":
      return made({ kind: "state", name: name() });
    case "vector":
      return made({ kind: "vector", name: name(), initial: finite(source.initial, `${where}, initial`) });
    case "mask":
      return made({ kind: "mask", name: name(), rate: finite(source.rate, `${where}, rate`) });
    case "norm":
      return made({ kind: "norm", of: dependencies()[0]!, epsilon: finite(source.epsilon, `${where}, epsilon`) });
    case "affine": {
      const biasInitial = source.biasInitial === undefined ? undefined : finite(source.biasInitial, where);
      return made({ kind: "affine", name: name(), inputs: dependencies(), bias: source.bias === true, biasInitial });
    }
    default:
      throw wrong(`${where}, kind`, "a known kind of leaf", shown(source.kind));
  }
}

function wrong(where: string, expected: string, got: string): RecurraError {
  return new RecurraError("file-format", { where, expected, got });
}

function record(value: unknown, where: string): Record<string, unknown> {
  if (typeof value === "object" && value !== null && !Array.isArray(value)) return value as Record<string, unknown>;
  throw wrong(where, "an object", typeof value);
}

function list(value: unknown, where: string): readonly unknown[] {
  if (Array.isArray(value) && value.length > 0) return value as readonly unknown[];
  throw wrong(where, "a list with something in it", typeof value);
}

function text(value: unknown, where: string): string {
  if (typeof value === "string") return value;
  throw wrong(where, "a text", typeof value);
}

function finite(value: unknown, where: string): number {
  if (typeof value === "number" && Number.isFinite(value)) return value;
  throw wrong(where, "a finite number", typeof value);
}

function whole(value: unknown, where: string): number {
  if (typeof value === "number" && Number.isSafeInteger(value) && value >= 0) return value;
  throw wrong(where, "a whole number of 0 or more", typeof value);
}
