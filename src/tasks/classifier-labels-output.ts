/** Any number of labels for each sequence: a sigmoid and binary cross-entropy for each label, F1. */

import { commonestOf } from "../core/counts-of.ts";
import { RecurraError, shown } from "../core/errors.ts";
import { exactExp } from "../core/exact-math.ts";
import { joined } from "../core/joined.ts";
import { requireSome } from "../core/require-some.ts";
import { codePointOrder } from "../data/code-point-order.ts";
import { type Label, labelKind } from "../data/sources/labelled-sequence.ts";
import { binaryCrossEntropy } from "../losses/binary-cross-entropy.ts";
import { labelSetScores } from "../metrics/index.ts";
import { Tensor } from "../tensor/tensor.ts";
import type { Classification, ClassifierOutput, Target } from "./classifier-output.ts";
import type { Baseline, JsonObject, Metrics } from "./task.ts";

/**
 *     ŷ[k] = σ(z[k])        L = -Σ_k ( y[k] log ŷ[k] + (1 - y[k]) log(1 - ŷ[k]) )
 *
 * A label is given where ŷ[k] ≥ ½, which is where z[k] ≥ 0.
 */
export class LabelsOutput implements ClassifierOutput {
  readonly kind = "labels";
  readonly monitor = "microF1";
  readonly labels: readonly string[];
  readonly #placeOf: ReadonlyMap<string, number>;

  constructor(labels: readonly string[]) {
    this.labels = labels;
    this.#placeOf = new Map(labels.map((label, k) => [label, k]));
  }

  /** @throws data when no example has a label. */
  static fromLabels(all: readonly Label[]): LabelsOutput {
    const labels = [...new Set((all as readonly (readonly string[])[]).flat())].sort(codePointOrder);
    requireSome("trainClassifier", labels.length > 0, "one label or more");
    return new LabelsOutput(labels);
  }

  get size(): number {
    return this.labels.length;
  }

  encode(label: Label, where: string): Target {
    const expected = `labels that were trained on: ${this.labels.slice(0, 12).join(", ")}`;
    const fault = (got: string): RecurraError => new RecurraError("data", { where: `${where}, label`, expected, got });
    if (typeof label !== "object") throw fault(labelKind(label));
    const target = new Float32Array(this.size);
    for (const each of label) {
      const k = this.#placeOf.get(each);
      if (k === undefined) throw fault(shown(each));
      target[k] = 1;
    }
    return target;
  }

  loss(scores: Tensor, targets: readonly Target[]): Tensor {
    const y = Tensor.from(scores.engine, targets.length, this.size, joined(targets)); // [B, K]
    return binaryCrossEntropy(scores, y, { reduce: "per-step" });
  }

  answer(scores: Float64Array): Classification {
    return {
      output: this.labels.filter((_, k) => scores[k]! >= 0),
      scores: Object.fromEntries(this.labels.map((label, k) => [label, 1 / (1 + exactExp(-scores[k]!))])),
    };
  }

  metrics(scores: readonly Float64Array[], targets: readonly Target[]): Metrics {
    return this.#metricsOf(
      scores.map((z) => Float32Array.from(z, (score) => (score >= 0 ? 1 : 0))),
      targets,
    );
  }

  #metricsOf(answers: readonly Target[], targets: readonly Target[]): Metrics {
    const flat = (sets: readonly Target[]): number[] => sets.flatMap((set) => [...set]);
    const { microF1, macroF1, accuracy } = labelSetScores(flat(answers), flat(targets), this.size);
    return { microF1, macroF1, accuracy };
  }

  naive(train: readonly Target[], test: readonly Target[]): Baseline {
    const commonest = commonestOf(train.map((target) => target.join()));
    const answer = train.find((target) => target.join() === commonest)!;
    const answers = test.map(() => answer);
    return { name: "most frequent set of labels", metrics: this.#metricsOf(answers, test) };
  }

  /** The labels with their probabilities; a dash where there is none. */
  show({ output, scores }: Classification): string {
    const labels = output as readonly string[];
    if (labels.length === 0) return "-";
    return labels.map((label) => `${label}\t${scores![label]!.toFixed(4)}`).join("\t");
  }

  toJSON(): JsonObject {
    return { kind: this.kind, labels: [...this.labels] };
  }
}
