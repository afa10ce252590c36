/** Recurrent layers one above the other, with dropout and residual connections between them: a deep RNN. */
import { type JointOptions, runJoined } from "./joints.ts";
import { RecurrentStack, type RecurrentStackOptions } from "./recurrent-stack.ts";

export interface StackedOptions extends RecurrentStackOptions, JointOptions {}

/**
 * A deep recurrent layer.
 *
 *     a[l]⟨t⟩ = cell(a[l]⟨t-1⟩, a[l-1]⟨t⟩)
 *
 * In training, a share `dropout` of what layer l hands to layer l + 1 is dropped, other numbers at every step; with
 * `residual` a layer's input is added to its output.
 *
 * Source: the course, "Deep RNNs".
 */
export class Stacked extends RecurrentStack {
  /** @throws option when one is unknown, or a residual connection's sizes differ. */
  constructor(options: StackedOptions) {
    super(options, (layers) => runJoined(options.name, layers, options));
  }
}
