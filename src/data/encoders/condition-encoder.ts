/** What a sequence is made from, as a vector: a label, numbers, or nothing. */
import { RecurraError, shown, shownJson } from "../../core/errors.ts";
import { isNumbers } from "../../core/is-numbers.ts";
import { SavedFields } from "../../core/saved-fields.ts";
import { codePointOrder } from "../code-point-order.ts";

/** A label, numbers, or nothing. */
export type Condition = string | readonly number[] | undefined;

/** What `toJSON` gives. */
export type ConditionEncoderJson =
  | { readonly kind: "none" }
  | { readonly kind: "label"; readonly labels: readonly string[] }
  | { readonly kind: "numbers"; readonly means: readonly number[]; readonly deviations: readonly number[] };

/**
 * Labels become one-hot vectors; numbers are scaled to mean 0 and deviation 1 of the training data; nothing is a vector of no number.
 *
 * @example
 * ```ts
 * const encoder = ConditionEncoder.of(["female", "male"]);
 * encoder.encode("male"); // [0, 1]
 * ```
 */
export class ConditionEncoder {
  readonly #json: ConditionEncoderJson;

  private constructor(json: ConditionEncoderJson) {
    this.#json = json;
  }

  /**
   * The encoder of the conditions of a training set.
   *
   * @throws data when they are of different kinds or lengths.
   */
  static of(conditions: readonly Condition[]): ConditionEncoder {
    const [first] = conditions;
    const kindOf = (condition: Condition): string => {
      if (condition === undefined) return "no condition";
      return typeof condition === "string" ? "a label" : `${condition.length} numbers`;
    };
    const odd = conditions.findIndex((condition) => kindOf(condition) !== kindOf(first));
    if (odd >= 0) {
      throw new RecurraError("data", {
        where: `conditions, sequence ${odd + 1}`,
        expected: `${kindOf(first)}, as in sequence 1`,
        got: kindOf(conditions[odd]),
      });
    }
    if (first === undefined) return new ConditionEncoder({ kind: "none" });
    if (typeof first === "string") {
      const labels = [...new Set(conditions as readonly string[])].sort(codePointOrder);
      return new ConditionEncoder({ kind: "label", labels });
    }
    const rows = conditions as readonly (readonly number[])[];
    const means = first.map((_, j) => rows.reduce((sum, row) => sum + row[j]!, 0) / rows.length);
    const deviations = means.map((mean, j) => {
      const variance = rows.reduce((sum, row) => sum + (row[j]! - mean) * (row[j]! - mean), 0) / rows.length;
      return variance > 0 ? Math.sqrt(variance) : 1;
    });
    return new ConditionEncoder({ kind: "numbers", means, deviations });
  }

  get kind(): "none" | "label" | "numbers" {
    return this.#json.kind;
  }

  /** The labels in their order; none where conditions are no labels. */
  get labels(): readonly string[] {
    return this.#json.kind === "label" ? this.#json.labels : [];
  }

  /** nc: numbers of a condition's vector. */
  get size(): number {
    if (this.#json.kind === "label") return this.#json.labels.length;
    return this.#json.kind === "numbers" ? this.#json.means.length : 0;
  }

  /**
   * The vector of a condition, `[nc]`.
   *
   * @throws data when it is none that the encoder knows.
   */
  encode(condition: Condition): Float32Array {
    const json = this.#json;
    const vector = new Float32Array(this.size);
    if (json.kind === "none") {
      if (condition === undefined) return vector;
      throw this.#fault("no condition: this model was trained without", condition);
    }
    if (json.kind === "label") {
      const at = json.labels.indexOf(condition as string);
      if (at < 0) throw this.#fault(`one of ${shownList(json.labels)}`, condition);
      vector[at] = 1;
      return vector;
    }
    if (!isNumbers(condition, this.size)) {
      throw this.#fault(`${this.size} ${this.size === 1 ? "number" : "numbers"}`, condition);
    }
    condition.forEach((value, j) => {
      vector[j] = (value - json.means[j]!) / json.deviations[j]!;
    });
    return vector;
  }

  #fault(expected: string, got: Condition): RecurraError {
    return new RecurraError("data", {
      where: "condition",
      expected,
      got: got === undefined || got === "" ? "none" : shown(got),
    });
  }

  /**
   * A condition as a line of text has it: a label, or numbers with commas between them. An empty text is no condition.
   *
   * @throws data when the text is no condition of this encoder.
   */
  parse(text: string): Condition {
    if (this.kind === "none") return text === "" ? undefined : text;
    if (this.kind === "label") return text;
    return text.split(",").map((part) => (part.trim() === "" ? Number.NaN : Number(part)));
  }

  toJSON(): ConditionEncoderJson {
    return this.#json;
  }

  /**
   * Reads what `toJSON` gave.
   *
   * @throws file-format when it is no encoder.
   */
  static fromJSON(value: unknown, where: string): ConditionEncoder {
    const json = new SavedFields(value, where).values;
    const { means, deviations, labels } = json;
    const right =
      json.kind === "none" ||
      (json.kind === "label" && Array.isArray(labels) && labels.every((label) => typeof label === "string")) ||
      (json.kind === "numbers" && isNumbers(means) && isNumbers(deviations, means.length));
    if (right) return new ConditionEncoder(json as unknown as ConditionEncoderJson);
    const expected = "conditions of kind none, label or numbers";
    throw new RecurraError("file-format", { where, expected, got: shownJson(value) });
  }
}

function shownList(labels: readonly string[]): string {
  const listed = labels.slice(0, 12).map((label) => JSON.stringify(label));
  return labels.length > 12 ? `${listed.join(", ")} and ${labels.length - 12} more` : listed.join(", ");
}
