/** One label for each sequence: soft-max, cross-entropy, accuracy. */
import { RecurraError, shown } from "../core/errors.ts";
import { exactExp } from "../core/exact-math.ts";
import { codePointOrder } from "../data/code-point-order.ts";
import { type Label, labelKind } from "../data/sources/labelled-sequence.ts";
import { softmaxCrossEntropy } from "../losses/softmax-cross-entropy.ts";
import { ConfusionMatrix, likeliest } from "../metrics/index.ts";
import { Indices } from "../tensor/indices.ts";
import type { Tensor } from "../tensor/tensor.ts";
import type { Classification, ClassifierOutput, Target } from "./classifier-output.ts";
import type { Baseline, JsonObject, Metrics } from "./task.ts";

/**
 *     ŷ = softmax(z)        L = -log ŷ[y]
 */
export class LabelOutput implements ClassifierOutput {
  readonly kind = "label";
  readonly monitor = "accuracy";
  readonly labels: readonly string[];
  readonly #classOf: ReadonlyMap<string, number>;

  constructor(labels: readonly string[]) {
    this.labels = labels;
    this.#classOf = new Map(labels.map((label, y) => [label, y]));
  }

  /** @throws data when there are not two labels or more. */
  static fromLabels(all: readonly Label[]): LabelOutput {
    const labels = [...new Set(all as readonly string[])].sort(codePointOrder);
    if (labels.length >= 2) return new LabelOutput(labels);
    const got = labels.length === 0 ? "none" : `only ${JSON.stringify(labels[0])}`;
    throw new RecurraError("data", { where: "trainClassifier", expected: "two labels or more", got });
  }

  get size(): number {
    return this.labels.length;
  }

  encode(label: Label, where: string): Target {
    const y = typeof label === "string" ? this.#classOf.get(label) : undefined;
    if (y !== undefined) return Float32Array.of(y);
    throw new RecurraError("data", {
      where: `${where}, label`,
      expected: `a label that was trained on: ${this.labels.slice(0, 12).join(", ")}`,
      got: typeof label === "string" ? shown(label) : labelKind(label),
    });
  }

  loss(scores: Tensor, targets: readonly Target[], classWeights?: ArrayLike<number>): Tensor {
    const classes = Int32Array.from(targets, ([y]) => y!);
    return softmaxCrossEntropy(scores, Indices.from(scores.engine, classes, this.size), { classWeights });
  }

  answer(scores: Float64Array): Classification {
    const best = likeliest(scores);
    const powers = scores.map((score) => exactExp(score - scores[best]!));
    const total = powers.reduce((sum, power) => sum + power, 0);
    return {
      output: this.labels[best]!,
      scores: Object.fromEntries(this.labels.map((label, y) => [label, powers[y]! / total])),
    };
  }

  /** How often each label was taken for each, in the order of `labels`. */
  confusion(answers: ArrayLike<number>, targets: readonly Target[]): ConfusionMatrix {
    return new ConfusionMatrix(
      answers,
      targets.map(([y]) => y!),
      this.size,
    );
  }

  metrics(scores: readonly Float64Array[], targets: readonly Target[]): Metrics {
    return this.metricsOf(scores.map(likeliest), targets);
  }

  /** The metrics of answers from whatever source. */
  metricsOf(answers: ArrayLike<number>, targets: readonly Target[]): Metrics {
    const { accuracy, macroF1 } = this.confusion(answers, targets);
    return { accuracy, macroF1 };
  }

  naive(train: readonly Target[], test: readonly Target[]): Baseline {
    const commonest = likeliest(this.counts(train));
    const answers = new Int32Array(test.length).fill(commonest);
    return { name: "most frequent label", metrics: this.metricsOf(answers, test) };
  }

  /** How many examples have each label. */
  counts(targets: readonly Target[]): Float64Array {
    const counts = new Float64Array(this.size);
    for (const [y] of targets) counts[y!]! += 1;
    return counts;
  }

  show({ output, scores }: Classification): string {
    return `${output as string}\t${scores![output as string]!.toFixed(4)}`;
  }

  toJSON(): JsonObject {
    return { kind: this.kind, labels: [...this.labels] };
  }
}
