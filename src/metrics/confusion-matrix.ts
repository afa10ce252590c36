import { RecurraError } from "../core/errors.ts";
import { requireLists } from "../core/require-list.ts";

/** How one class is found. */
export interface ClassScore {
  /** Of the examples that were said to be of the class, the share that is; 0 where none was. */
  readonly precision: number;
  /** Of the examples of the class, the share that was said to be; 0 where there is none. */
  readonly recall: number;
  /** 2 P R / (P + R), 0 where both are. */
  readonly f1: number;
  /** Examples of the class. */
  readonly support: number;
}

/**
 * How often each class was taken for each.
 *
 * @example
 * ```ts
 * import { ConfusionMatrix } from "recurra/metrics";
 * const matrix = new ConfusionMatrix([0, 1, 1], [0, 0, 1], 2); // predictions, targets, classes
 * matrix.counts; // [[1, 1], [0, 1]]: of the two of class 0 one was taken for class 1
 * matrix.accuracy; // 0.667
 * ```
 * Source: Manning, Raghavan and Schütze 2008, "Introduction to information retrieval", section 13.6 (macro averages); values are those of scikit-learn.
 */
export class ConfusionMatrix {
  /** As `[target][prediction]`. */
  readonly counts: readonly (readonly number[])[];
  readonly #examples: number;

  /** @throws shape when there are not as many predictions as targets, or one is no class. */
  constructor(predictions: ArrayLike<number>, targets: ArrayLike<number>, classes: number) {
    requireLists("ConfusionMatrix", [predictions, targets]);
    if (predictions.length !== targets.length) {
      throw new RecurraError("shape", {
        where: "ConfusionMatrix",
        expected: `${targets.length} predictions`,
        got: `${predictions.length}`,
      });
    }
    const counts = Array.from({ length: classes }, () => new Array<number>(classes).fill(0));
    for (let i = 0; i < targets.length; i++) {
      const row = counts[targets[i]!];
      if (row?.[predictions[i]!] === undefined) {
        throw new RecurraError("shape", {
          where: `ConfusionMatrix, example ${i}`,
          expected: `classes from 0 to ${classes - 1}`,
          got: `${targets[i]} taken for ${predictions[i]}`,
        });
      }
      row[predictions[i]!]! += 1;
    }
    this.counts = counts;
    this.#examples = targets.length;
  }

  /** The share of examples that were taken for their own class; 0 of none. */
  get accuracy(): number {
    const right = this.counts.reduce((sum, row, c) => sum + row[c]!, 0);
    return this.#examples === 0 ? 0 : right / this.#examples;
  }

  /** Precision, recall and F1 of each class. */
  get classes(): readonly ClassScore[] {
    return this.counts.map((row, c) => {
      const support = row.reduce((sum, count) => sum + count, 0);
      const said = this.counts.reduce((sum, other) => sum + other[c]!, 0);
      const right = row[c]!;
      const [precision, recall] = [said === 0 ? 0 : right / said, support === 0 ? 0 : right / support];
      const f1 = support + said === 0 ? 0 : (2 * right) / (support + said);
      return { precision, recall, f1, support };
    });
  }

  /** The mean F1 of the classes that occur among targets or predictions, so that a rare class counts as much as a common one. */
  get macroF1(): number {
    const occurring = this.classes.filter(({ support }, c) => support > 0 || this.counts.some((row) => row[c]! > 0));
    return occurring.length === 0 ? 0 : occurring.reduce((sum, { f1 }) => sum + f1, 0) / occurring.length;
  }
}
