/** A recurrence as its equations: what `defineCell` makes of a step. */
import { RecurraError } from "../core/errors.ts";
import type { CellGraph } from "./graph.ts";
import { type Step, trace } from "./trace.ts";

/** Units of a state: a number, or "hidden" for the layer's hidden size. */
export type StateSize = number | "hidden";

/** What a cell is made of. */
export interface CellDefinition<States extends string> {
  /** Named in errors and in saved models. */
  readonly name: string;
  /** The states that pass from step to step, each of the hidden size, or each with its size. */
  readonly states: readonly States[] | Readonly<Record<States, StateSize>>;
  /** The state that is the output y⟨t⟩; default the first. */
  readonly output?: NoInfer<States>;
  /** The equations of one step, from x⟨t⟩ and the states before to the states after. */
  readonly step: Step<NoInfer<States>>;
}

/** A recurrence, for layers to run over sequences. */
export interface Cell {
  readonly name: string;
  readonly states: readonly string[];
  readonly output: string;
  /** The graph of one step for given sizes. */
  graph(inputSize: number, hiddenSize: number): CellGraph;
}

/** Sizes no two of which are alike, so that a trial trace finds shapes that fit by chance alone. */
const TRIAL_INPUT = 3;
const TRIAL_HIDDEN = 5;

/**
 * Traces for trial sizes. A step that adds x to a state fits only where both are of one size, so then x is tried as
 * large as each state; what fits none of them is reported for the sizes that are all different.
 */
function tryOut(graph: (inputSize: number, hiddenSize: number) => CellGraph, sizes: Iterable<StateSize>): void {
  try {
    graph(TRIAL_INPUT, TRIAL_HIDDEN);
  } catch (error) {
    if (!(error instanceof RecurraError) || error.code !== "shape") throw error;
    const fits = [...sizes].some((size) => {
      try {
        graph(size === "hidden" ? TRIAL_HIDDEN : size, TRIAL_HIDDEN);
        return true;
      } catch {
        return false;
      }
    });
    if (!fits) throw error;
  }
}

/**
 * Makes a cell from the equations of one step.
 *
 * The step is run with symbolic values; Recurra derives the backward pass, moves what depends on x alone out of
 * the time loop, packs the gates into one matrix product and emits the rest as one fused kernel. A cell of your own is
 * as fast as a built-in one.
 *
 * @throws shape when the step returns an unknown state or leaves one out, sizes do not fit, one affine name has different
 * inputs, or a state never changes; the message has the cell's name and the expression. Where x and a state are of one
 * size for the step to fit, a layer of other sizes throws when it is made.
 *
 * @example
 * ```ts
 * import { defineCell, tanh } from "recurra";
 * // a⟨t⟩ = tanh(Wa [a⟨t-1⟩, x⟨t⟩] + ba)
 * const simple = defineCell({
 *   name: "simple",
 *   states: ["a"],
 *   step: ({ x, a }, { affine }) => ({ a: tanh(affine("a", a, x)) }),
 * });
 * ```
 */
export function defineCell<const States extends string>(definition: CellDefinition<States>): Cell {
  const { name, step } = definition;
  const sizes: ReadonlyMap<States, StateSize> = new Map(
    Array.isArray(definition.states)
      ? definition.states.map((state: States): [States, StateSize] => [state, "hidden"])
      : (Object.entries(definition.states) as [States, StateSize][]),
  );
  const states = [...sizes.keys()];
  const output = definition.output ?? states[0];
  if (output === undefined || !sizes.has(output)) {
    throw new RecurraError("shape", {
      where: `cell "${name}", output`,
      expected: states.length === 0 ? "at least one state" : `one of ${states.join(", ")}`,
      got: output === undefined ? "none" : `"${output}"`,
    });
  }
  if (sizes.has("x" as States)) {
    throw new RecurraError("shape", {
      where: `cell "${name}", state "x"`,
      expected: "a name other than x, which is the input",
      got: `"x"`,
    });
  }
  const graph = (inputSize: number, hiddenSize: number): CellGraph => {
    const resolved = new Map(
      states.map((state): [States, number] => {
        const size = sizes.get(state)!;
        return [state, size === "hidden" ? hiddenSize : size];
      }),
    );
    return trace({ name, states: resolved, output, step }, inputSize, hiddenSize);
  };
  tryOut(graph, sizes.values());
  return { name, states, output, graph };
}
