/** A number for each sequence, such as a rating: squared error, mean absolute error. */
import { RecurraError } from "../core/errors.ts";
import { Scaler } from "../data/encoders/scaler.ts";
import { type Label, labelKind } from "../data/sources/labelled-sequence.ts";
import { squaredError } from "../losses/squared-error.ts";
import { meanAbsoluteError, rootMeanSquareError } from "../metrics/index.ts";
import { Tensor } from "../tensor/tensor.ts";
import type { Classification, ClassifierOutput, Target } from "./classifier-output.ts";
import type { Baseline, JsonObject, Metrics } from "./task.ts";

/**
 *     ŷ = μ + σ z        L = (z - (y - μ) / σ)²,  with mean μ and deviation σ of the training part
 */
export class NumberOutput implements ClassifierOutput {
  readonly kind = "number";
  readonly monitor = "mae";
  readonly labels: readonly string[] = [];
  readonly size = 1;
  readonly scaler: Scaler;

  constructor(scaler: Scaler) {
    this.scaler = scaler;
  }

  static fromLabels(all: readonly Label[]): NumberOutput {
    return new NumberOutput(Scaler.fit(all as readonly number[], 1, "standard"));
  }

  encode(label: Label, where: string): Target {
    if (typeof label === "number" && Number.isFinite(label)) return Float32Array.of(this.scaler.scaled(0, label));
    const got = typeof label === "number" ? String(label) : labelKind(label);
    throw new RecurraError("data", { where: `${where}, label`, expected: "a number", got });
  }

  loss(scores: Tensor, targets: readonly Target[]): Tensor {
    const values = Float32Array.from(targets, ([y]) => y!);
    return squaredError(scores, Tensor.from(scores.engine, targets.length, 1, values));
  }

  answer(scores: Float64Array): Classification {
    return { output: this.scaler.restored(0, scores[0]!), scores: undefined };
  }

  metrics(scores: readonly Float64Array[], targets: readonly Target[]): Metrics {
    return this.#metricsOf(
      scores.map(([z]) => z!),
      targets.map(([y]) => y!),
    );
  }

  /** The errors of scaled numbers, in the unit of the data. */
  #metricsOf(scaled: readonly number[], targets: readonly number[]): Metrics {
    const restored = (values: readonly number[]): number[] => values.map((value) => this.scaler.restored(0, value));
    const [forecasts, values] = [restored(scaled), restored(targets)];
    return { mae: meanAbsoluteError(forecasts, values), rmse: rootMeanSquareError(forecasts, values) };
  }

  naive(train: readonly Target[], test: readonly Target[]): Baseline {
    const mean = train.reduce((sum, [y]) => sum + y!, 0) / train.length;
    const values = test.map(([y]) => y!);
    return {
      name: "mean",
      metrics: this.#metricsOf(
        values.map(() => mean),
        values,
      ),
    };
  }

  show({ output }: Classification): string {
    return String(output);
  }

  toJSON(): JsonObject {
    return { kind: this.kind, scaler: JSON.parse(JSON.stringify(this.scaler)) as JsonObject };
  }
}
