/** The way of a run back through time, which `Unroll` records step by step. */
import { getOrMake } from "../core/get-or-make.ts";
import { scatterAdd } from "../engine/scatter-add.ts";
import { Tensor } from "../tensor/tensor.ts";
import { type BackwardPlan, planBackward } from "./backward.ts";
import type { BoundKernel } from "./bound-kernels.ts";
import type { CellInput } from "./cell-input.ts";
import type { CellRun, LoopKernels } from "./cell-run.ts";
import type { ForwardPlan } from "./forward.ts";
import { addInputGradient, addWeightGradients } from "./input-and-weight-gradients.ts";

/** Made when a backward pass first asks for it. */
const plans = new WeakMap<ForwardPlan, BackwardPlan>();

export class BackThroughTime {
  readonly #run: CellRun;
  readonly #plan: BackwardPlan;
  /** The kernels back in the loop and after it, bound when the way back begins. */
  #backward: LoopKernels | undefined;
  #late: readonly BoundKernel[] | undefined;

  constructor(run: CellRun) {
    this.#run = run;
    const { forward } = run.options.compiled;
    this.#plan = getOrMake(plans, forward, () => planBackward(forward));
  }

  /** Takes all steps back. @param y their outputs. */
  run(x: CellInput, y: Tensor): void {
    const { packing } = this.#run.options;
    this.#begin(y.gradientSum());
    this.#run.loop(this.#backward!, 0, true);
    this.#leaveLoop(x, 0, packing.rows);
  }

  /** Takes step t back. @param y its output. */
  step(x: CellInput, y: Tensor, t: number): void {
    const { bases, options } = this.#run;
    const { engine, packing } = options;
    const { outputGradient } = this.#plan;
    const row = packing.offsets[t]!;
    if (!bases.has(outputGradient)) this.#begin(this.#run.allocate(outputGradient));
    const target = bases.get(outputGradient)! + row * y.columns;
    if (y.gradientOffset === undefined) engine.fill(target, y.size, 0);
    else engine.copy(target, y.gradientOffset, y.size);
    this.#run.step(this.#backward!, t, 0);
    this.#leaveLoop(x, row, y.rows);
  }

  /** Takes the states after each sequence's own last step back. */
  last(name: string, last: Tensor): void {
    const { engine, packing } = this.#run.options;
    if (last.gradientOffset === undefined) return;
    // it waits in the running gradient, row by row, until the row's last step becomes active
    const target = this.#stateGradient(name);
    const width = last.columns;
    const zeros = engine.zeros(width);
    engine.gather(packing.batchSize, width, last.gradientOffset, width, this.#run.order, zeros, target, width);
  }

  /**
   * What waits until the loop is done: the gradients of the weights and of the initial states.
   *
   * @param x the inputs of all steps, of which `steps` were run.
   */
  finish(x: CellInput | undefined, steps: number): void {
    const { bases, options, order } = this.#run;
    const { engine, packing, initial } = options;
    if (this.#backward !== undefined && x !== undefined) {
      addWeightGradients(this.#run, this.#plan, x, packing.offsets[steps]!);
    }
    for (const [name, tensor] of initial ?? []) {
      const from = bases.get(this.#plan.stateGradients.get(name)!);
      if (!tensor.tracked || from === undefined) continue;
      const width = tensor.columns;
      engine.run(scatterAdd, packing.batchSize, width, tensor.gradientSum(), width, order, from, width);
    }
  }

  #begin(outputGradient: number): void {
    const plan = this.#plan;
    const run = this.#run;
    run.bases.set(plan.outputGradient, outputGradient);
    for (const name of plan.stateGradients.keys()) this.#stateGradient(name);
    for (const buffer of [...plan.carried, ...plan.vectorGradients.values()]) run.allocate(buffer);
    if (plan.inputGradient !== undefined) run.allocate(plan.inputGradient);
    // the gradients of initial states that are not on the tape are nobody's
    const asked = [...(run.options.initial?.values() ?? [])].some(({ tracked }) => tracked);
    this.#backward = run.bindLoop(plan.kernels, ({ output }) => !asked && output.buffer.place === "run");
    this.#late = run.bind(plan.afterLoop);
  }

  /** Where the gradient of a state runs back through time; zeros at first. */
  #stateGradient(name: string): number {
    const { bases, options } = this.#run;
    const buffer = this.#plan.stateGradients.get(name)!;
    let base = bases.get(buffer);
    if (base === undefined) {
      base = this.#run.allocate(buffer);
      options.engine.fill(base, options.packing.batchSize * buffer.width, 0);
    }
    return base;
  }

  /** Takes the gradients of one or many steps back through what depends on x alone, and on to x. */
  #leaveLoop(x: CellInput, row: number, rows: number): void {
    this.#run.atOnce(this.#late!, row, rows);
    if (x instanceof Tensor && x.tracked) addInputGradient(this.#run, this.#plan, x, row);
  }
}
