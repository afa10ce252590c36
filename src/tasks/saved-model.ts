/** What all trained models have of themselves in files, and in messages. */
import { partsToWeights } from "./parts-to-weights.ts";
import type { JsonObject, ModelFiles, Precision, TaskModel } from "./task.ts";
import type { Parts } from "./weight-files.ts";

/** A trained model of a network. */
interface NetworkModel extends Pick<TaskModel, "task"> {
  readonly config: object;
  readonly network: { readonly parts: Parts };
}

/**
 * A model as what a model directory holds.
 *
 * @param encoder what encoder.json holds.
 * @param precision what its numbers are rounded to; without it, they stay what they are.
 */
export function filesOf({ task, config, network }: NetworkModel, encoder: object, precision?: Precision): ModelFiles {
  return {
    config: { task, architecture: { ...config } as unknown as JsonObject },
    encoder: encoder as unknown as JsonObject,
    weights: partsToWeights(network.parts, precision),
  };
}

/** How messages call one of several inputs of `predictMany`; a single one is that of `predict`. */
export function inputPlace(inputs: { readonly length: number }, noun: string, i: number): string {
  return inputs.length === 1 ? "predict" : `predictMany, ${noun} ${i + 1}`;
}
