/** Which kinds of input and output a classifier has: those of its examples, or those that a file names. */
import { RecurraError } from "../core/errors.ts";
import { SavedFields } from "../core/saved-fields.ts";
import { Scaler } from "../data/encoders/scaler.ts";
import { type LabelledSequence, labelKind } from "../data/sources/labelled-sequence.ts";
import type { ClassifierInput } from "./classifier-input.ts";
import { LabelOutput } from "./classifier-label-output.ts";
import { LabelsOutput } from "./classifier-labels-output.ts";
import { NumberInput } from "./classifier-number-input.ts";
import { NumberOutput } from "./classifier-number-output.ts";
import type { ClassifierOutput } from "./classifier-output.ts";
import { SoundInput } from "./classifier-sound-input.ts";
import { TokenInput, type TokenInputOptions } from "./classifier-token-input.ts";

/** How messages call an example: by its file and line, else by its number. */
export function placeOf({ where }: LabelledSequence, i: number): string {
  return where ?? `example ${i + 1}`;
}

/** The input for sequences of the kind of the first example. */
export function inputOf(train: readonly LabelledSequence[], options: TokenInputOptions): ClassifierInput {
  const sequences = train.map(({ sequence }) => sequence);
  const [first] = sequences;
  const whereOf = (i: number): string => placeOf(train[i]!, i);
  if (typeof first === "object" && "samples" in first) return SoundInput.fromSequences(sequences, whereOf);
  const isNumbers = Array.isArray(first) && typeof first[0] !== "string";
  if (isNumbers) return NumberInput.fromSequences(sequences, whereOf);
  return TokenInput.fromSequences(sequences, options);
}

/**
 * The output for labels of the kind of the first example.
 *
 * @throws data when labels are of different kinds, or there are too few of them.
 */
export function outputOf(examples: readonly LabelledSequence[]): ClassifierOutput {
  const labels = examples.map(({ label }) => label);
  const expected = labelKind(labels[0] ?? "");
  const odd = labels.findIndex((label) => labelKind(label) !== expected);
  if (odd >= 0) {
    const where = `${placeOf(examples[odd]!, odd)}, label`;
    throw new RecurraError("data", { where, expected: `${expected}, as in the first`, got: labelKind(labels[odd]!) });
  }
  if (typeof labels[0] === "number") return NumberOutput.fromLabels(labels);
  return typeof labels[0] === "object" ? LabelsOutput.fromLabels(labels) : LabelOutput.fromLabels(labels);
}

/** @throws file-format when the value is no input. */
export function inputFromJSON(value: unknown, where: string): ClassifierInput {
  const kind = new SavedFields(value, where).choice("kind", ["text", "symbols", "numbers", "sound"]);
  if (kind === "numbers") return NumberInput.fromJSON(value, where);
  return kind === "sound" ? SoundInput.fromJSON(value, where) : TokenInput.fromJSON(value, kind, where);
}

/** @throws file-format when the value is no output. */
export function outputFromJSON(value: unknown, where: string): ClassifierOutput {
  const fields = new SavedFields(value, where);
  const kind = fields.choice("kind", ["label", "labels", "number"]);
  const { labels, scaler } = fields.values as Readonly<Record<string, readonly string[]>>;
  if (kind === "number") return new NumberOutput(Scaler.fromJSON(scaler, 1, `${where}, scaler`));
  const least = kind === "label" ? 2 : 1;
  const isText = (label: unknown): boolean => typeof label === "string" && label !== "";
  const areLabels = (x: unknown): boolean => Array.isArray(x) && x.length >= least && x.every(isText);
  fields.require("labels", areLabels, `a list of ${least} labels or more`);
  return kind === "label" ? new LabelOutput(labels!) : new LabelsOutput(labels!);
}
