/** The tape: what a forward pass did, to be undone in reverse. */
import { RecurraError } from "../core/errors.ts";
import type { addTransposedProduct } from "../engine/add-transposed-product.ts";
import type { ColumnSums } from "../engine/column-sums.ts";
import type { CrossEntropyGradient } from "../engine/cross-entropy-gradient.ts";
import type { Engine, OwnKernel } from "../engine/engine.ts";
import type { NormalizeGradient } from "../engine/normalize-gradient.ts";
import type { ScatterAdd } from "../engine/scatter-add.ts";

/**
 * The kernels of operations' ways back. They come with the tape, and so with `differentiate` alone: a page which only
 * uses a model does without them.
 */
export interface GradientKernels {
  readonly addTransposedProduct: typeof addTransposedProduct;
  readonly columnSums: OwnKernel<ColumnSums>;
  readonly crossEntropyGradient: OwnKernel<CrossEntropyGradient>;
  readonly normalizeGradient: OwnKernel<NormalizeGradient>;
  readonly scatterAdd: OwnKernel<ScatterAdd>;
}

/** An operation's way back. */
type Backward = (kernels: GradientKernels) => void;

/** The operations of one forward pass, each with its way back. */
export class Tape {
  readonly #kernels: GradientKernels;
  readonly #backward: Backward[] = [];

  constructor(kernels: GradientKernels) {
    this.#kernels = kernels;
  }

  record(backward: Backward): void {
    this.#backward.push(backward);
  }

  /** Runs every operation's way back, last operation first, so that gradients add in one order. */
  run(): void {
    for (let i = this.#backward.length - 1; i >= 0; i--) this.#backward[i]!(this.#kernels);
  }
}

/** The tape of the forward pass that runs on an engine; none while it only evaluates. */
const running = new WeakMap<Engine, Tape>();

/** The tape that operations of an engine record on, or undefined outside `differentiate`. */
export function tapeOf(engine: Engine): Tape | undefined {
  return running.get(engine);
}

/**
 * Runs a forward pass whose operations record on a tape.
 *
 * @throws option when another one runs already.
 */
export function recordOn<Result>(tape: Tape, engine: Engine, forward: () => Result): Result {
  if (running.has(engine)) {
    throw new RecurraError("option", {
      where: "differentiate",
      expected: "one differentiation at a time on an engine",
      got: "one inside another",
    });
  }
  running.set(engine, tape);
  try {
    return forward();
  } finally {
    running.delete(engine);
  }
}

/** How many steps run inside each other on an engine. */
const depths = new WeakMap<Engine, number>();

/**
 * Runs `work` as one step of an engine: everything it allocates in the arena is given back when it ends.
 *
 * Numbers that are to outlive the step are copied out with `toArray()` or read with `item()`. A step inside a step, such
 * as an evaluation in the middle of a forward pass, gives back its own memory alone and records nothing on the outer
 * tape.
 */
export function step<Result>(engine: Engine, work: () => Result): Result {
  const depth = depths.get(engine) ?? 0;
  const mark = engine.arena.mark();
  const outer = running.get(engine);
  running.delete(engine);
  depths.set(engine, depth + 1);
  try {
    return work();
  } finally {
    depths.set(engine, depth);
    if (outer !== undefined) running.set(engine, outer);
    if (depth === 0) engine.arena.reset();
    else engine.arena.release(mark);
  }
}
