/** What happens between the layers of a stack: dropout, and connections that pass a layer by. */
import { checkDropoutRate } from "../autograd/dropout.ts";
import { merges } from "../autograd/merge.ts";
import { RecurraError } from "../core/errors.ts";
import type { Packing } from "../core/packing.ts";
import type { CellInput } from "../recurrence/cell-input.ts";
import type { DropoutDraw } from "../recurrence/dropout-mask.ts";
import { Indices } from "../tensor/indices.ts";
import type { Tensor } from "../tensor/tensor.ts";
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

/** The joints of one stack. */
export class Joints {
  readonly #rate: number;
  /** The first layer that is passed by. */
  readonly #residualFrom: number;

  /** @throws option when the rate is not from 0 to below 1, or a layer that is to be passed by has unequal sizes. */
  constructor(name: string, layers: readonly Sizes[], options: JointOptions) {
    const { dropout = 0, residual = false } = options;
    checkDropoutRate(`${name}, dropout`, dropout);
    this.#rate = dropout;
    this.#residualFrom = residual === "all" ? 0 : residual ? 1 : Number.POSITIVE_INFINITY;
    if (residual === true && layers.length < 2) {
      throw new RecurraError("option", {
        where: `${name}, residual`,
        expected: "at least 2 layers",
        got: String(layers.length),
        hint: `true passes the layers above the first by; residual: "all" the first as well.`,
      });
    }
    layers.forEach(({ inputSize, outputSize }, l) => {
      if (l < this.#residualFrom || inputSize === outputSize) return;
      throw new RecurraError("option", {
        where: `${name}.${l}, residual`,
        expected: "an input and an output of equal size",
        got: `sizes ${inputSize} and ${outputSize}`,
        hint: l === 0 ? "residual: true leaves the first layer alone." : "Choose equal sizes, or no residual.",
      });
    });
  }

  /**
   * Runs layers one above the other.
   *
   * @param run runs layer l on its input and gives its output.
   * @param firstStep the first time step that x holds, where steps run one by one; default 0.
   * @throws shape when one-hot indices would have to be added to the first layer's output.
   */
  run(
    x: CellInput,
    packing: Packing,
    layers: number,
    draw: DropoutDraw | undefined,
    run: (input: CellInput, l: number, draw: DropoutDraw | undefined) => Tensor,
    firstStep = 0,
  ): Tensor {
    let input = x;
    let output: Tensor | undefined;
    for (let l = 0; l < layers; l++) {
      const own = draw === undefined ? undefined : { ...draw, layer: draw.layer + l };
      if (l > 0 && this.#rate > 0) input = dropRows(output!, packing, this.#rate, own, "between", firstStep);
      output = run(input, l, own);
      if (l >= this.#residualFrom) output = merges.sum(output, requireRows(input));
      input = output;
    }
    return output!;
  }
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
