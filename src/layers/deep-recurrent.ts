/** A deep recurrent layer of one direction or of two, as an option says. */
import { requireLayer } from "../core/require-layer.ts";
import { requireFlag } from "../core/require-option.ts";
import { Stacked } from "./stacked.ts";
import { StackedBidirectional, type StackedBidirectionalOptions } from "./stacked-bidirectional.ts";

export interface DeepRecurrentOptions extends StackedBidirectionalOptions {
  /** Whether every output sees the whole sequence; default false: it sees what came before, and can be streamed. */
  readonly bidirectional?: boolean;
}

/** What taggers, classifiers and encoders stand on: `run(x, packing, { dropout }).output` is that of the top layer. */
export type DeepRecurrent = Stacked | StackedBidirectional;

/**
 * Makes a stack of recurrent layers.
 *
 * @throws option when one is unknown, or a residual connection's sizes differ.
 */
export function deepRecurrent(options: DeepRecurrentOptions): DeepRecurrent {
  const others = ["cell", "merge", "seed", "dropout", "residual", "bidirectional"];
  requireLayer(options, ["layers", "inputSize", "hiddenSize"], others);
  const { bidirectional = false, merge, ...stack } = options;
  requireFlag(`${options.name}, bidirectional`, bidirectional);
  return bidirectional ? new StackedBidirectional({ ...stack, merge }) : new Stacked(stack);
}
