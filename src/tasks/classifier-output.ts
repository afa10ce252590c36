/** What a classifier answers: each kind of answer has a file of its own, with its loss, metrics and naive baseline. */
import type { Label } from "../data/sources/labelled-sequence.ts";
import type { Tensor } from "../tensor/tensor.ts";
import type { Baseline, JsonObject, Metrics } from "./task.ts";

/** What an output answers, by the kind of its labels. */
export type Answer<L extends Label> = L extends number ? number : L extends string ? string : readonly string[];

/** What a sequence is. */
export interface Classification<L extends Label = Label> {
  /** The likeliest label, of equally likely ones the first; or all labels of probability ½ or more; or the rating. */
  readonly output: Answer<L>;
  /**
   * p(label | sequence) by label, in the order of the model's labels: together 1 where each sequence has one label, each by
   * itself where it may have several. A rating has none.
   */
  readonly scores: L extends number ? undefined : Readonly<Record<string, number>>;
}

/** A label as the loss reads it: a class; 0 or 1 for each label; a scaled number. */
export type Target = Float32Array;

/** One kind of output. */
export interface ClassifierOutput {
  readonly kind: "label" | "labels" | "number";
  /** The labels in the order of the scores; none where a number is answered. */
  readonly labels: readonly string[];
  /** Columns of the last layer. */
  readonly size: number;
  /** The metric that decides which weights are best. */
  readonly monitor: string;
  /**
   * @param where the example's place, for messages.
   * @throws data when the label is of another kind, or training did not see it.
   */
  encode(label: Label, where: string): Target;
  /**
   * The mean loss of examples, nats or squared deviations.
   *
   * @param scores z as [B, size].
   * @param classWeights what an example of each label counts.
   */
  loss(scores: Tensor, targets: readonly Target[], classWeights?: ArrayLike<number>): Tensor;
  /** What scores say. */
  answer(scores: Float64Array): Classification;
  /** The metrics of scores, the main one first. */
  metrics(scores: readonly Float64Array[], targets: readonly Target[]): Metrics;
  /** What the commonest answer reaches, whatever the sequence. */
  naive(train: readonly Target[], test: readonly Target[]): Baseline;
  /** An answer for people, on one line. */
  show(answer: Classification): string;
  toJSON(): JsonObject;
}
