/**
 * The forward plan of a cell: what is computed before the time loop, what in each step, and what is kept.
 *
 * Affines of x, of what is computed from x alone, and norms of such values leave the loop: they run over the rows of many
 * steps at once, of all of them where something goes back through time.
 *
 * Kept for the backward pass, a step and sequence: one row of gates (each gate's activation in the place of its
 * pre-activation where the gradient can be had from the activation), each state, and each computed input of an affine.
 * Everything else is computed again.
 */

import type { Expression } from "../expression/expression.ts";
import { GRADIENT_FROM_RESULT } from "../expression/gradient.ts";
import { type CellGraph, dependenciesOf, inOrder, type MaskSource, sourceOf, type VectorSource } from "./graph.ts";
import { type Block, type Layout, layoutOf, type Run, runsOf, usesOf, type WeightMatrix } from "./layout.ts";
import { type Access, access, type Buffer, type KernelPlan } from "./plan.ts";
import { type Demand, type Operation, schedule } from "./schedule.ts";

export interface ForwardPlan {
  readonly graph: CellGraph;
  readonly layout: Layout;
  /** x⟨t⟩, a row a step. */
  readonly input: Buffer;
  /** All gates of a step, a row a step. */
  readonly gates: Buffer;
  readonly states: ReadonlyMap<string, Buffer>;
  readonly vectors: readonly { readonly source: VectorSource; readonly buffer: Buffer }[];
  readonly masks: readonly { readonly source: MaskSource; readonly buffer: Buffer }[];
  /** Buffers that keep a row a step besides gates and states. */
  readonly traces: readonly Buffer[];
  /** Buffers of one step. */
  readonly carried: readonly Buffer[];
  /** x · Wx for many steps at once, before everything else. */
  readonly hoisted: readonly Run[];
  /** What else depends on x alone: run over the same rows, before the loop over their steps. */
  readonly beforeLoop: readonly KernelPlan[];
  /** The values that `beforeLoop` computes or reads; their gradients wait until the backward loop is done. */
  readonly early: ReadonlySet<Expression>;
  /** Columns of blocks that x does not feed: they begin as their bias alone. */
  readonly biasOnly: readonly { readonly column: number; readonly columns: number }[];
  readonly kernels: readonly KernelPlan[];
  /** Where each value stands after the step, for the backward pass. */
  readonly kept: ReadonlyMap<Expression, Access>;
  /** Where the operand of each weight matrix stands. */
  readonly operands: ReadonlyMap<WeightMatrix, Access>;
  /** Where each norm keeps its 1/σ. */
  readonly inverses: ReadonlyMap<Expression, Buffer>;
  /** The step uses x outside its affines, so x must be dense. */
  readonly usesInputDirectly: boolean;
}

/** Plans the forward pass of a traced cell. */
export function planForward(graph: CellGraph): ForwardPlan {
  const layout = layoutOf(graph);
  const order = inOrder(graph.states.map((state) => state.next));
  const uses = usesOf(graph, order);

  const input: Buffer = { name: "x", place: "trace", width: graph.inputSize };
  const gates: Buffer = { name: "gates", place: "trace", width: layout.columns };
  const states = new Map<string, Buffer>(
    graph.states.map((s) => [s.name, { name: s.name, place: "state", width: s.size }]),
  );
  const vectors: { source: VectorSource; buffer: Buffer }[] = [];
  const masks: { source: MaskSource; buffer: Buffer }[] = [];
  const traces: Buffer[] = [];
  const memory = new Map<Expression, Access>();
  const kept = new Map<Expression, Access>();
  /** What the step does, and what is done for many steps before it. */
  const inStep: Work = { demands: [], operations: [] };
  const before: Work = { demands: [], operations: [] };
  const { demands } = inStep;
  const isStatic = staticValues(order);
  const early = earlyValues(order, layout, isStatic);
  const inverses = new Map<Expression, Buffer>();

  // leaves that stand in memory from the beginning
  let usesInputDirectly = false;
  for (const e of order) {
    const source = sourceOf(e);
    if (source?.kind === "input") {
      memory.set(e, access(input));
    } else if (source?.kind === "state") {
      const buffer = states.get(source.name)!;
      memory.set(e, access(buffer, 0, buffer.width, true));
    } else if (source?.kind === "vector") {
      const buffer: Buffer = { name: source.name, place: "vector", width: e.size };
      vectors.push({ source, buffer });
      memory.set(e, access(buffer));
    } else if (source?.kind === "mask") {
      const buffer: Buffer = { name: source.name, place: "run", width: e.size };
      masks.push({ source, buffer });
      memory.set(e, access(buffer));
    }
    if (source?.kind !== "affine" && dependenciesOf(e).some((d) => sourceOf(d)?.kind === "input")) {
      usesInputDirectly = true;
    }
  }
  for (const state of graph.states) if (sourceOf(state.next)?.kind === "input") usesInputDirectly = true;
  for (const [e, at] of memory) kept.set(e, at);

  // new states
  for (const state of graph.states) {
    const at = access(states.get(state.name)!);
    demands.push({ value: state.next, to: at });
    if (state.next.op !== "leaf") kept.set(state.next, at);
  }

  // gates: products with what the states are part of happen in the step
  const placeOf = (block: Block): Access => access(gates, block.column, block.size);
  const hasInput = (block: Block): boolean => block.terms.some((term) => term.weight === "x");
  const operands = new Map<WeightMatrix, Access>();
  const allBlocks = new Set(layout.blocks);
  let hoisted: Run[] = [];
  const fed = new Set<Block>();
  for (const matrix of layout.weights) {
    if (matrix.key === "x") {
      hoisted = runsOf(matrix, allBlocks);
      operands.set(matrix, access(input));
      continue;
    }
    const hoists = isStatic.has(matrix.input);
    const work = hoists ? before : inStep;
    let operand = memory.get(matrix.input) ?? kept.get(matrix.input);
    // a product reads a row a step: what has one row for all steps is copied out
    if (operand?.buffer.place === "vector" || operand?.buffer.place === "run") operand = undefined;
    const readsCopy = operand === undefined;
    if (operand === undefined) {
      const trace: Buffer = { name: `input ${matrix.key}`, place: "trace", width: matrix.input.size };
      traces.push(trace);
      operand = access(trace);
      work.demands.push({ value: matrix.input, to: operand });
      kept.set(matrix.input, operand);
    }
    operands.set(matrix, operand);
    const from = operand;
    const kernels = runsOf(matrix, allBlocks).map(
      (run): KernelPlan => ({
        kind: "product",
        input: from,
        weight: matrix.key,
        column: run.weightColumn,
        columns: run.columns,
        transposed: false,
        output: access(gates, run.column, run.columns),
        begin: "self",
      }),
    );
    // a block that a state feeds too is complete only in the step
    const complete = matrix.parts.filter(({ block }) => !hoists || isStatic.has(block.value));
    const results = complete.map(({ block }) => ({ value: block.value, at: placeOf(block) }));
    for (const { block } of complete) fed.add(block);
    work.operations.push({ inputs: [matrix.input], readsCopy, results, kernels });
  }
  for (const block of layout.blocks) if (!fed.has(block)) memory.set(block.value, placeOf(block));

  // what a gate's columns hold after the step
  const blockOf = new Map(layout.blocks.map((block) => [block.value, block]));
  for (const e of order) {
    const source = sourceOf(e);
    if (source?.kind === "norm") {
      const block = blockOf.get(source.of);
      const inPlace = block !== undefined && uses.get(source.of) === 1;
      const work = early.has(e) ? before : inStep;
      let at: Access;
      if (inPlace) at = placeOf(block);
      else {
        const trace: Buffer = { name: `norm ${traces.length}`, place: "trace", width: e.size };
        traces.push(trace);
        at = access(trace);
        work.demands.push({ value: source.of, to: at, changes: true });
      }
      const inverse: Buffer = { name: `inverse ${inverses.size}`, place: "trace", width: 1 };
      inverses.set(e, inverse);
      traces.push(inverse);
      const kernels: KernelPlan[] = [{ kind: "norm", value: at, inverse, epsilon: source.epsilon }];
      work.operations.push({ inputs: [source.of], readsCopy: !inPlace, results: [{ value: e, at }], kernels });
      kept.set(e, at);
      continue;
    }
    if (GRADIENT_FROM_RESULT.has(e.op) && uses.get(e.args[0]!) === 1 && !kept.has(e) && !early.has(e)) {
      const block = blockOf.get(e.args[0]!);
      if (block !== undefined) {
        demands.push({ value: e, to: placeOf(block) });
        kept.set(e, placeOf(block));
      }
    }
  }
  for (const block of layout.blocks) if (!kept.has(block.value)) kept.set(block.value, placeOf(block));

  const hoistedWork = schedule({ ...before, memory }, "early ", "trace");
  // in the step, what was done before it stands in memory
  for (const e of early) {
    const at = kept.get(e);
    if (at !== undefined) memory.set(e, at);
  }
  for (const block of layout.blocks) if (isStatic.has(block.value)) memory.set(block.value, placeOf(block));
  const { kernels, carried } = schedule({ ...inStep, memory }, "forward ", "step");
  const biasOnly = layout.blocks
    .filter((block) => !hasInput(block))
    .map((b) => ({ column: b.column, columns: b.size }));
  return {
    graph,
    layout,
    input,
    gates,
    states,
    vectors,
    masks,
    traces: [...traces, ...hoistedWork.carried],
    carried,
    hoisted,
    beforeLoop: hoistedWork.kernels,
    early,
    biasOnly,
    kernels,
    kept,
    operands,
    inverses,
    usesInputDirectly,
  };
}

/** Demands and operations of one schedule. */
interface Work {
  readonly demands: Demand[];
  readonly operations: Operation[];
}

/** The values that depend on x and trained vectors alone. */
function staticValues(order: readonly Expression[]): ReadonlySet<Expression> {
  const found = new Set<Expression>();
  for (const e of order) {
    const kind = sourceOf(e)?.kind;
    if (kind === "state" || kind === "mask") continue;
    if (dependenciesOf(e).every((d) => found.has(d))) found.add(e);
  }
  return found;
}

/** The static values that an affine or a norm needs, with all that they are computed from. */
function earlyValues(
  order: readonly Expression[],
  layout: Layout,
  isStatic: ReadonlySet<Expression>,
): ReadonlySet<Expression> {
  const norms = order.filter((e) => sourceOf(e)?.kind === "norm");
  const inputs = layout.weights.filter((matrix) => matrix.key !== "x").map((matrix) => matrix.input);
  return new Set(inOrder([...norms, ...inputs].filter((e) => isStatic.has(e))));
}
