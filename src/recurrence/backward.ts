/**
 * The backward plan of a cell: the forward graph differentiated once, scheduled as the forward graph is.
 *
 * In the reversed time loop each step turns the gradient of its new states into the gradients of its gates, which take
 * the gates' place in memory (the scheduler carries over a gate that is needed after that), and into the gradient of the states before. What no later step needs, the gradients of
 * weights, biases and inputs, waits until the loop is done: one large product each.
 */
import { constant, type Expression, flush, leaf } from "../expression/expression.ts";
import { gradientOf, sumOf } from "../expression/gradient.ts";
import type { ForwardPlan } from "./forward.ts";
import { inOrder, type NormSource, sourceOf } from "./graph.ts";
import { type Block, runsOf } from "./layout.ts";
import { type Access, access, type Buffer, type KernelPlan } from "./plan.ts";
import { type Demand, type Operation, schedule } from "./schedule.ts";

export interface BackwardPlan {
  /** The gradient of y⟨t⟩, a row a step. */
  readonly outputGradient: Buffer;
  /** For each state, the gradient on its way back in time, B rows. */
  readonly stateGradients: ReadonlyMap<string, Buffer>;
  /** The gradient of x⟨t⟩ that does not come through an affine; undefined where there is none. */
  readonly inputGradient: Buffer | undefined;
  /** For each trained vector, its gradient's contribution of every step, to be summed over the rows. */
  readonly vectorGradients: ReadonlyMap<string, Buffer>;
  readonly carried: readonly Buffer[];
  readonly kernels: readonly KernelPlan[];
}

/** Differentiates a forward plan. */
export function planBackward(forward: ForwardPlan): BackwardPlan {
  const { graph, layout, kept } = forward;
  const order = inOrder(graph.states.map((state) => state.next));
  const blockOf = new Map(layout.blocks.map((block) => [block.value, block]));

  const gateGradients = forward.gates;
  const memory = new Map<Expression, Access>();
  const demands: Demand[] = [];
  const operations: Operation[] = [];
  const contributions = new Map<Expression, Expression[]>();
  const contribute = (to: Expression, gradient: Expression): void => {
    if (to.op !== "constant") contributions.set(to, [...(contributions.get(to) ?? []), gradient]);
  };
  const placed = (at: Access, text: string): Expression => {
    const made = leaf({ kind: "stored" }, at.width, text);
    memory.set(made, at);
    return made;
  };

  // values of the forward pass: what it kept is loaded, the rest computed again
  const values = new Map<Expression, Expression>();
  const forwardValue = (e: Expression): Expression => {
    let value = values.get(e);
    if (value === undefined) {
      const at = kept.get(e);
      if (e.op === "constant") value = e;
      else if (at !== undefined) value = placed(at, e.text);
      else value = { ...e, args: e.args.map(forwardValue) };
      values.set(e, value);
    }
    return value;
  };

  // seeds: the gradient of the output and that which comes back from the next step
  const outputGradient: Buffer = { name: "output gradient", place: "trace", width: graph.output.size };
  const stateGradients = new Map<string, Buffer>();
  for (const state of graph.states) {
    const buffer: Buffer = { name: `gradient ${state.name}`, place: "run", width: state.size };
    stateGradients.set(state.name, buffer);
    contribute(state.next, placed(access(buffer), `d${state.name}`));
    if (state === graph.output) contribute(state.next, placed(access(outputGradient), "dy"));
  }

  const carriedProducts: Buffer[] = [];
  const gateGradient = new Map<Block, Expression>();
  const gradientPlace = (block: Block): Access => access(gateGradients, block.column, block.size);

  /** Adds gradients · Wᵀ of the blocks that an input feeds; its result is the input's whole gradient. */
  const products = (input: Expression, target: Access): Expression | undefined => {
    const matrix = layout.weights.find((m) => m.input === input);
    if (matrix === undefined || matrix.key === "x") return undefined;
    const blocks = new Set(matrix.parts.map((part) => part.block).filter((block) => gateGradient.has(block)));
    if (blocks.size === 0) return undefined;
    const parts = contributions.get(input) ?? [];
    const begin = parts.length === 0 ? undefined : sumOf(parts);
    if (begin !== undefined) demands.push({ value: begin, to: target, changes: true });
    const result = leaf({ kind: "gradient" }, input.size, `d(${input.text})`);
    const kernels = runsOf(matrix, blocks).map(
      (run, index): KernelPlan => ({
        kind: "product",
        input: access(gateGradients, run.column, run.columns),
        weight: matrix.key,
        column: run.weightColumn,
        columns: run.columns,
        transposed: true,
        output: target,
        begin: begin === undefined && index === 0 ? "zero" : "self",
      }),
    );
    const inputs = [...blocks].map((block) => gateGradient.get(block)!);
    if (begin !== undefined) inputs.push(begin);
    operations.push({ inputs, readsCopy: true, results: [{ value: result, at: target }], kernels });
    return result;
  };

  const vectorGradients = new Map<string, Buffer>();
  let inputGradient: Buffer | undefined;
  for (const e of order.toReversed()) {
    const source = sourceOf(e);
    if (source?.kind === "state") {
      const target = access(stateGradients.get(source.name)!);
      if (products(e, target) === undefined) {
        const parts = contributions.get(e);
        demands.push({ value: parts === undefined ? constant(0) : sumOf(parts), to: target });
      }
      continue;
    }
    let g: Expression | undefined;
    if (source?.kind !== "mask" && layout.weights.some((m) => m.input === e && m.key !== "x")) {
      const buffer: Buffer = { name: `product ${carriedProducts.length}`, place: "step", width: e.size };
      g = products(e, access(buffer));
      if (g !== undefined) carriedProducts.push(buffer);
    }
    if (g === undefined) {
      const parts = contributions.get(e);
      if (parts === undefined) continue;
      g = sumOf(parts);
    }
    const block = blockOf.get(e);
    if (block !== undefined) {
      const gradient = flush(g);
      gateGradient.set(block, gradient);
      demands.push({ value: gradient, to: gradientPlace(block) });
    } else if (source?.kind === "norm") {
      normGradient(e, source, g);
    } else if (source?.kind === "vector") {
      const buffer: Buffer = { name: `gradient ${source.name}`, place: "trace", width: e.size };
      vectorGradients.set(source.name, buffer);
      demands.push({ value: g, to: access(buffer) });
    } else if (source?.kind === "input") {
      inputGradient = { name: "gradient x", place: "trace", width: e.size };
      demands.push({ value: g, to: access(inputGradient) });
    } else if (source === undefined) {
      gradientOf(e, g, forwardValue).forEach((gradient, index) => {
        contribute(e.args[index]!, gradient);
      });
    }
  }

  function normGradient(e: Expression, source: NormSource, g: Expression): void {
    const buffer: Buffer = { name: `norm gradient ${carriedProducts.length}`, place: "step", width: e.size };
    carriedProducts.push(buffer);
    demands.push({ value: g, to: access(buffer) });
    const value = kept.get(e)!;
    const inverse = forward.inverses.get(e)!;
    const result = leaf({ kind: "gradient" }, e.size, `d(${source.of.text})`);
    const kernels: KernelPlan[] = [
      { kind: "normGradient", value, inverse, gradient: access(buffer), output: access(buffer) },
    ];
    operations.push({ inputs: [g], readsCopy: true, results: [{ value: result, at: access(buffer) }], kernels });
    contribute(source.of, result);
  }

  const { kernels, carried } = schedule({ demands, operations, memory }, "backward ");
  return {
    outputGradient,
    stateGradients,
    inputGradient,
    vectorGradients,
    carried: [...carried, ...carriedProducts],
    kernels,
  };
}
