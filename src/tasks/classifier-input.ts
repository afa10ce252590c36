/** What a classifier reads: each kind of sequence has a file of its own that makes numbers of it. */
import type { SequenceValue } from "../data/sources/labelled-sequence.ts";
import type { JsonObject } from "./task.ts";

/** A sequence as the network reads it; what its kind does not use is empty. */
export interface EncodedSequence {
  /** Tx. */
  readonly length: number;
  readonly tokens: Int32Array;
  /** The letters of each token. */
  readonly letters: readonly Int32Array[];
  /** Numbers of each step, [Tx, columns]. */
  readonly frames: Float32Array;
}

/** What the first layer is made for. */
export interface InputSizes {
  /** Tokens of the vocabulary; undefined where numbers are read. */
  readonly tokens?: number;
  /** Letters that words are read by, beside their tokens. */
  readonly letters?: number | undefined;
  /** Numbers of a step. */
  readonly columns?: number;
}

/** A step of a sequence: a token or symbol, a number, a vector, or any number of samples at the rate that the model hears. */
export type SequenceStep = string | number | readonly number[] | Float32Array;

/** A sequence that arrives a step at a time. */
export interface InputStream {
  /**
   * What a step brings the network to read, each of length 1.
   *
   * @throws data when it is of another kind, or empty.
   */
  push(step: SequenceStep): readonly EncodedSequence[];
  /** What the network would read yet if the sequence ended here; the stream stays as it is. */
  rest(): readonly EncodedSequence[];
  /** Where it stands; undefined where it keeps nothing of the steps before. */
  toJSON(): JsonObject | undefined;
}

/** One kind of input. */
export interface ClassifierInput {
  readonly kind: "text" | "symbols" | "numbers" | "sound";
  readonly sizes: InputSizes;
  /**
   * A sequence as numbers.
   *
   * @param where its place, for messages.
   * @throws data when it has no step, or is of another kind.
   */
  encode(sequence: SequenceValue, where: string): EncodedSequence;
  /**
   * The steps of a sequence, for what reads one at a time.
   *
   * @throws data when it is of another kind.
   */
  steps(sequence: SequenceValue, where: string): readonly SequenceStep[];
  /**
   * A sequence that arrives a step at a time.
   *
   * @param json where an earlier one stood.
   * @throws file-format when it is of another model.
   */
  stream(json?: JsonObject): InputStream;
  /**
   * The sequence of one line, or of one file, of the command line.
   *
   * @throws data when it is none.
   */
  parse(line: string, bytes?: Uint8Array): SequenceValue;
  /** The steps that one line of a stream brings; undefined where input is no lines. */
  parseSteps?(line: string): readonly SequenceStep[];
  toJSON(): JsonObject;
}
