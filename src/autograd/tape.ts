/** The tape: what a forward pass did, to be undone in reverse. */
import { RecurraError } from "../core/errors.ts";
import type { Engine } from "../engine/engine.ts";
import type { Tensor } from "../tensor/tensor.ts";

/** The operations of one forward pass, each with its way back. */
export class Tape {
  readonly #backward: (() => void)[] = [];

  record(backward: () => void): void {
    this.#backward.push(backward);
  }

  /** Runs every operation's way back, last operation first, so that gradients add in one order. */
  run(): void {
    for (let i = this.#backward.length - 1; i >= 0; i--) this.#backward[i]!();
  }
}

/** The tape of the forward pass that runs on an engine; none while it only evaluates. */
const running = new WeakMap<Engine, Tape>();

/** The tape that operations of an engine record on, or undefined outside `differentiate`. */
export function tapeOf(engine: Engine): Tape | undefined {
  return running.get(engine);
}

/**
 * Runs a forward pass and then its backward pass: gradients are added to the parameters' and to tracked tensors'.
 *
 * @param forward computes the loss, a [1, 1] tensor.
 * @returns the loss.
 * @throws shape when the result is no single number; option when one differentiation runs inside another.
 */
export function differentiate(engine: Engine, forward: () => Tensor): number {
  if (running.has(engine)) {
    throw new RecurraError("option", {
      where: "differentiate",
      expected: "one differentiation at a time on an engine",
      got: "one inside another",
    });
  }
  const tape = new Tape();
  running.set(engine, tape);
  let loss: Tensor;
  try {
    loss = forward();
  } finally {
    running.delete(engine);
  }
  if (loss.size !== 1) {
    throw new RecurraError("shape", {
      where: "differentiate",
      expected: "a loss of one number, [1, 1]",
      got: `[${loss.rows}, ${loss.columns}]`,
    });
  }
  engine.fill(loss.gradientTarget().offset, 1, 1);
  tape.run();
  return loss.item();
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
