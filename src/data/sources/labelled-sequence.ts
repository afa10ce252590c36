/** What a classifier learns from: sequences and what each of them is. */
import { shownGiven } from "../../core/require-text.ts";
import type { Waveform } from "./wav.ts";

/** Numbers at each step, [Tx, columns]; a plain number is a vector of one. */
export type NumberSteps = readonly number[] | readonly (readonly number[])[];

/** A text, a list of symbols, numbers at each step, or a clip of sound. */
export type SequenceValue = string | readonly string[] | NumberSteps | Waveform;

/** What a sequence is: a label; several labels, or none; or a number, its rating. */
export type Label = string | readonly string[] | number;

/** A sequence and what it is. */
export interface LabelledSequence<L extends Label = Label> {
  readonly sequence: SequenceValue;
  readonly label: L;
  /** Its file and line, for messages. */
  readonly where?: string;
}

/** What kind of sequence a value is, in words: "a text", "a list of symbols", "vectors of 3 numbers", "a clip of sound"; itself where it is none of them. */
export function sequenceKind(sequence: SequenceValue): string {
  if (typeof sequence === "string") return "a text";
  if (!Array.isArray(sequence)) return "samples" in Object(sequence) ? "a clip of sound" : shownGiven(sequence);
  const first: unknown = sequence[0];
  if (typeof first === "string") return "a list of symbols";
  const columns = Array.isArray(first) ? first.length : 1;
  return columns === 1 ? "a list of numbers" : `vectors of ${columns} numbers`;
}

/** What kind of label a value is, in words; itself where it is none. */
export function labelKind(label: Label): string {
  if (typeof label === "number") return "a number";
  if (typeof label === "string") return "a label";
  return Array.isArray(label) ? "a list of labels" : shownGiven(label);
}
