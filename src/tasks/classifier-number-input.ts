/** Sequences of numbers or of vectors, scaled as the training sequences were. */
import { RecurraError, shown } from "../core/errors.ts";
import { requireSome } from "../core/require-some.ts";
import { SavedFields } from "../core/saved-fields.ts";
import { Scaler } from "../data/encoders/scaler.ts";
import { type NumberSteps, type SequenceValue, sequenceKind } from "../data/sources/labelled-sequence.ts";
import type { ClassifierInput, EncodedSequence, InputSizes, InputStream, SequenceStep } from "./classifier-input.ts";
import { parseJsonSequence } from "./parse-json-sequence.ts";
import type { JsonObject } from "./task.ts";

export class NumberInput implements ClassifierInput {
  readonly kind = "numbers";
  /** Numbers of a step. */
  readonly columns: number;
  /** Brings each column to the mean 0 and deviation 1 that it has in the training sequences. */
  readonly scaler: Scaler;

  private constructor(columns: number, scaler: Scaler) {
    this.columns = columns;
    this.scaler = scaler;
  }

  /** @throws data when a sequence is no list of numbers, or vectors differ in size. */
  static fromSequences(sequences: readonly SequenceValue[], whereOf: (i: number) => string): NumberInput {
    const [first] = sequences[0] as NumberSteps;
    const columns = typeof first === "number" ? 1 : (first?.length ?? 1);
    const all = sequences.flatMap((sequence, i) => numbersOf(sequence, columns, whereOf(i)));
    return new NumberInput(columns, Scaler.fit(all, columns, "standard"));
  }

  get sizes(): InputSizes {
    return { columns: this.columns };
  }

  steps(sequence: SequenceValue, where: string): readonly SequenceStep[] {
    numbersOf(sequence, this.columns, where);
    return sequence as NumberSteps;
  }

  encode(sequence: SequenceValue, where: string): EncodedSequence {
    const numbers = numbersOf(sequence, this.columns, where);
    requireSome(where, numbers.length > 0, "one step or more");
    const frames = Float32Array.from(numbers, (value, i) => this.scaler.scaled(i % this.columns, value));
    return { length: numbers.length / this.columns, tokens: new Int32Array(), letters: [], frames };
  }

  stream(): InputStream {
    const push = (step: SequenceStep): EncodedSequence[] => [
      this.encode([step] as NumberSteps, "ClassifierSession.step"),
    ];
    return { push, rest: () => [], toJSON: () => undefined };
  }

  parse(line: string): SequenceValue {
    return parseJsonSequence(line);
  }

  /** A line is one step: a number, or a vector as JSON. */
  parseSteps(line: string): readonly SequenceStep[] {
    return parseJsonSequence(`[${line}]`) as readonly SequenceStep[];
  }

  toJSON(): JsonObject {
    return JSON.parse(JSON.stringify({ kind: this.kind, columns: this.columns, scaler: this.scaler })) as JsonObject;
  }

  /** @throws file-format when the value is no input of numbers. */
  static fromJSON(value: unknown, where: string): NumberInput {
    const fields = new SavedFields(value, where);
    const columns = fields.integer("columns");
    return new NumberInput(columns, Scaler.fromJSON(fields.values.scaler, columns, `${where}, scaler`));
  }
}

/** All numbers of a sequence, [Tx, columns]. */
function numbersOf(sequence: SequenceValue, columns: number, where: string): number[] {
  const expected = columns === 1 ? "a list of numbers" : `vectors of ${columns} numbers`;
  if (!Array.isArray(sequence)) throw new RecurraError("data", { where, expected, got: sequenceKind(sequence) });
  return (sequence as readonly (string | number | readonly number[])[]).flatMap((step, t) => {
    const vector = typeof step === "object" ? step : [step];
    if (vector.length === columns && vector.every((x) => Number.isFinite(x))) return vector as readonly number[];
    const one = columns === 1 ? "a finite number" : `${columns} finite numbers`;
    throw new RecurraError("data", { where: `${where}, step ${t + 1}`, expected: one, got: shown(step) });
  });
}
