/** What happens between the layers of a stack: dropout, and connections that pass a layer by. */
import { merges } from "../autograd/merge.ts";
import { RecurraError } from "../core/errors.ts";
import { requireOneOf, requireRate } from "../core/require-option.ts";
import type { CellInput } from "../recurrence/cell-input.ts";
import { drawAbove } from "../recurrence/dropout-mask.ts";
import { Indices } from "../tensor/indices.ts";
import type { Tensor } from "../tensor/tensor.ts";
import type { RunLayers } from "./recurrent-stack.ts";
import { dropRows } from "./row-dropout.ts";

export interface JointOptions {
  /** The share of what a layer hands to the next that is dropped in training; default 0. */
  readonly dropout?: number | undefined;
  /**
   * Adds to a layer's output what went into it, y = cell(x) + x: every layer above the first with true, the first as
   * well with "all". Default false: a few layers train well without.
   */
  readonly residual?: boolean | "all" | undefined;
}

interface Sizes {
  readonly inputSize: number;
  readonly outputSize: number;
}

/**
 * What runs the layers of a stack with its joints.
 *
 * @returns what throws shape when one-hot indices would have to be added to the first layer's output.
 * @throws option when the rate is not from 0 to below 1, or a layer that is to be passed by has unequal sizes.
 */
export function runJoined(name: string, sizes: readonly Sizes[], options: JointOptions): RunLayers {
  const { dropout: rate = 0, residual = false } = options;
  requireRate(`${name}, dropout`, rate);
  requireOneOf(false, true, "all")(`${name}, residual`, residual);
  /** The first layer that is passed by. */
  const residualFrom = residual === "all" ? 0 : residual ? 1 : Number.POSITIVE_INFINITY;
  if (residual === true && sizes.length < 2) {
    throw new RecurraError("option", {
      where: `${name}, residual`,
      expected: "at least 2 layers",
      got: String(sizes.length),
      hint: `true passes the layers above the first by; residual: "all" the first as well.`,
    });
  }
  sizes.forEach(({ inputSize, outputSize }, l) => {
    if (l < residualFrom || inputSize === outputSize) return;
    throw new RecurraError("option", {
      where: `${name}.${l}, residual`,
      expected: "an input and an output of equal size",
      got: `sizes ${inputSize} and ${outputSize}`,
      hint: l === 0 ? "residual: true leaves the first layer alone." : "Choose equal sizes, or no residual.",
    });
  });
  return (x, packing, layers, draw, run, firstStep = 0) => {
    let input = x;
    for (let l = 0; l < layers; l++) {
      const own = drawAbove(draw, l);
      if (l > 0 && rate > 0) input = dropRows(input as Tensor, packing, rate, own, "between", firstStep);
      const output = run(input, l, own);
      input = l < residualFrom ? output : merges.sum(output, requireRows(input));
    }
    return input as Tensor;
  };
}

function requireRows(input: CellInput): Tensor {
  if (input instanceof Indices) {
    throw new RecurraError("shape", {
      where: `residual: "all"`,
      expected: "rows of numbers, which can be added to an output",
      got: "row numbers of one-hot vectors",
      hint: "Put an embedding before the first layer, or take residual: true.",
    });
  }
  return input;
}
