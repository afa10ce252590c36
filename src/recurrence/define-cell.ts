/** A recurrence as its equations: what `defineCell` makes of a step. */
import { RecurraError } from "../core/errors.ts";
import { requireOption } from "../core/require-option.ts";
import { requireNames } from "../core/require-options.ts";
import { requireText } from "../core/require-text.ts";
import { checkedTrace } from "./checked-trace.ts";
import type { CellGraph } from "./graph.ts";
import { makeCell, sizesOf } from "./make-cell.ts";
import type { Step } from "./trace.ts";

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
function tryOut(cell: Cell, sizes: Iterable<StateSize>): void {
  try {
    cell.graph(TRIAL_INPUT, TRIAL_HIDDEN);
  } catch (error) {
    if (!(error instanceof RecurraError) || error.code !== "shape") throw error;
    const fits = [...sizes].some((size) => {
      try {
        cell.graph(size === "hidden" ? TRIAL_HIDDEN : size, TRIAL_HIDDEN);
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
 * size for the step to fit, a layer of other sizes throws when it is made. option when a part of the definition is missing, unknown
 * or of another kind.
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
  requireNames("defineCell", definition, ["name", "states", "output", "step"]);
  const { name, states: given, step } = definition;
  requireText("defineCell, name", name);
  const where = `cell "${name}"`;
  requireOption(`${where}, states`, given, Object(given) === given, "names or sizes");
  requireOption(`${where}, step`, step, typeof step === "function", "a function");
  const sizes = sizesOf(definition);
  const states = [...sizes.keys()];
  const output = definition.output ?? states[0];
  if (output === undefined || !sizes.has(output)) {
    throw new RecurraError("shape", {
      where: `${where}, output`,
      expected: states.length === 0 ? "at least one state" : `one of ${states.join(", ")}`,
      got: output === undefined ? "none" : `"${output}"`,
    });
  }
  if (sizes.has("x" as States)) {
    throw new RecurraError("shape", {
      where: `${where}, state "x"`,
      expected: "a name other than x, which is the input",
      got: `"x"`,
    });
  }
  const cell = makeCell(definition, checkedTrace);
  tryOut(cell, sizes.values());
  return cell;
}
