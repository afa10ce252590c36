/**
 * The backward plan of a cell: the forward graph differentiated once, scheduled as the forward graph is.
 *
 * In the reversed time loop each step turns the gradient of its new states into the gradients of its gates, which take
 * the gates' place in memory (the scheduler carries over a gate that is needed after that), and into the gradient of the states before. What no later step needs, the gradients of
 * weights, biases and inputs, waits until the loop is done: one large product each.
 */
import { getOrMake } from "../core/get-or-make.ts";
import { normalizeGradient } from "../engine/normalize-gradient.ts";
import { constant, type Expression, flush, leaf } from "../expression/expression.ts";
import { gradientOf, sumOf } from "../expression/gradient.ts";
import type { ForwardPlan } from "./forward.ts";
import { inOrder, sourceOf } from "./graph.ts";
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
  /** The way back through what depends on x alone: run over the rows of all steps, after the loop. */
  readonly afterLoop: readonly KernelPlan[];
}

/** Work of one part of the backward pass. */
interface Phase {
  readonly demands: Demand[];
  readonly operations: Operation[];
  readonly place: "step" | "trace";
  readonly buffers: Buffer[];
}

/** Differentiates a forward plan. */
export function planBackward(forward: ForwardPlan): BackwardPlan {
  const { graph, layout, kept } = forward;
  const order = inOrder(graph.states.map((state) => state.next));
  const blockOf = new Map(layout.blocks.map((block) => [block.value, block]));

  const gateGradients = forward.gates;
  const memory = new Map<Expression, Access>();
  /** What each step of the reversed loop does, and what waits until it is done, for the rows of all steps at once. */
  const inStep: Phase = { demands: [], operations: [], place: "step", buffers: [] };
  const afterwards: Phase = { demands: [], operations: [], place: "trace", buffers: [] };
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
  const forwardValue = (e: Expression): Expression =>
    getOrMake(values, e, () => {
      const at = kept.get(e);
      if (e.op === "constant") return e;
      return at === undefined ? { ...e, args: e.args.map(forwardValue) } : placed(at, e.text);
    });

  // seeds: the gradient of the output and that which comes back from the next step
  const outputGradient: Buffer = { name: "output gradient", place: "trace", width: graph.output.size };
  const stateGradients = new Map<string, Buffer>();
  for (const state of graph.states) {
    const buffer: Buffer = { name: `gradient ${state.name}`, place: "run", width: state.size };
    stateGradients.set(state.name, buffer);
    contribute(state.next, placed(access(buffer), `d${state.name}`));
    if (state === graph.output) contribute(state.next, placed(access(outputGradient), "dy"));
  }

  const gateGradient = new Map<Block, Expression>();
  const bufferOf = (phase: Phase, what: string, width: number): Buffer => {
    const buffer: Buffer = { name: `${what} ${phase.buffers.length}`, place: phase.place, width };
    phase.buffers.push(buffer);
    return buffer;
  };

  /** Adds gradients · Wᵀ of the blocks that an input feeds; its result is the input's whole gradient. */
  const products = (input: Expression, phase: Phase, target: () => Access): Expression | undefined => {
    const matrix = layout.weights.find((m) => m.input === input);
    if (matrix === undefined || matrix.key === "x") return undefined;
    const blocks = new Set(matrix.parts.map((part) => part.block).filter((block) => gateGradient.has(block)));
    if (blocks.size === 0) return undefined;
    const output = target();
    const parts = contributions.get(input) ?? [];
    const begin = parts.length === 0 ? undefined : flush(sumOf(parts));
    if (begin !== undefined) phase.demands.push({ value: begin, to: output, changes: true });
    const result = leaf({ kind: "gradient" }, input.size, `d(${input.text})`);
    const kernels = runsOf(matrix, blocks).map(
      (run, index): KernelPlan => ({
        kind: "product",
        input: access(gateGradients, run.column, run.columns),
        weight: matrix.key,
        column: run.weightColumn,
        columns: run.columns,
        transposed: true,
        output,
        begin: begin === undefined && index === 0 ? "zero" : "self",
      }),
    );
    const inputs = [...blocks].flatMap((block) => gradientInPhase(gateGradient.get(block)!, phase));
    if (begin !== undefined) inputs.push(begin);
    phase.operations.push({ inputs, readsCopy: true, results: [{ value: result, at: output }], kernels });
    return result;
  };

  /** A gate's gradient of the step stands in memory when the loop is done: nothing to wait for. */
  const gradientInPhase = (gradient: Expression, phase: Phase): Expression[] =>
    phase.demands.some((demand) => demand.value === gradient) ? [gradient] : [];

  const vectorGradients = new Map<string, Buffer>();
  let inputGradient: Buffer | undefined;

  /** Turns the gradient of a value into those of what it is computed from. */
  const differentiate = (e: Expression, phase: Phase): void => {
    const source = sourceOf(e);
    if (source?.kind === "state") {
      const target = access(stateGradients.get(source.name)!);
      if (products(e, phase, () => target) === undefined) {
        const parts = contributions.get(e);
        // what shrinks on its way back ends in 0: at denormals some processors trap
        phase.demands.push({ value: parts === undefined ? constant(0) : flush(sumOf(parts)), to: target });
      }
      return;
    }
    if (source?.kind === "mask") return;
    let g = products(e, phase, () => access(bufferOf(phase, "product", e.size)));
    if (g === undefined) {
      const parts = contributions.get(e);
      if (parts === undefined) return;
      g = sumOf(parts);
    }
    const block = blockOf.get(e);
    if (block !== undefined) {
      const gradient = flush(g);
      gateGradient.set(block, gradient);
      phase.demands.push({ value: gradient, to: access(gateGradients, block.column, block.size) });
    } else if (source?.kind === "norm") {
      const at = access(bufferOf(phase, "norm gradient", e.size));
      phase.demands.push({ value: g, to: at, changes: true });
      const result = leaf({ kind: "gradient" }, e.size, `d(${source.of.text})`);
      const inverse = forward.inverses.get(e)!;
      const kernel: KernelPlan = {
        kind: "normGradient",
        normalizeGradient,
        value: kept.get(e)!,
        inverse,
        gradient: at,
        output: at,
      };
      phase.operations.push({ inputs: [g], readsCopy: true, results: [{ value: result, at }], kernels: [kernel] });
      contribute(source.of, result);
    } else if (source?.kind === "vector") {
      const buffer: Buffer = { name: `gradient ${source.name}`, place: "trace", width: e.size };
      vectorGradients.set(source.name, buffer);
      phase.demands.push({ value: g, to: access(buffer) });
    } else if (source?.kind === "input") {
      inputGradient = { name: "gradient x", place: "trace", width: e.size };
      phase.demands.push({ value: g, to: access(inputGradient) });
    } else if (source === undefined) {
      gradientOf(e, g, forwardValue).forEach((gradient, index) => {
        contribute(e.args[index]!, gradient);
      });
    }
  };

  const backwards = order.toReversed();
  for (const e of backwards) if (!forward.early.has(e)) differentiate(e, inStep);
  // what the step adds to a value that was computed before the loop waits in memory, a row a step
  for (const e of backwards) {
    const parts = forward.early.has(e) ? contributions.get(e) : undefined;
    if (parts === undefined) continue;
    const at = access(bufferOf(afterwards, "waiting", e.size));
    inStep.demands.push({ value: sumOf(parts), to: at });
    contributions.set(e, [placed(at, `d(${e.text})`)]);
  }
  for (const e of backwards) if (forward.early.has(e)) differentiate(e, afterwards);

  const loop = schedule({ ...inStep, memory }, "backward ", "step");
  const rest = schedule({ ...afterwards, memory }, "afterwards ", "trace");
  return {
    outputGradient,
    stateGradients,
    inputGradient,
    vectorGradients,
    carried: [...loop.carried, ...inStep.buffers, ...rest.carried, ...afterwards.buffers],
    kernels: loop.kernels,
    afterLoop: rest.kernels,
  };
}
