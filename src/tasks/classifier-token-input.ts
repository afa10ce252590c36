/** Texts by characters or words, and lists of symbols, as tokens. */
import { RecurraError, shown } from "../core/errors.ts";
import { splitPieces } from "../data/encoders/text-pieces.ts";
import { TokenVocabulary } from "../data/encoders/token-vocabulary.ts";
import { VocabularyJson } from "../data/encoders/vocabulary-json.ts";
import { wordLetters } from "../data/encoders/word-letters.ts";
import { splitWords } from "../data/encoders/word-splitting.ts";
import { type SequenceValue, sequenceKind } from "../data/sources/labelled-sequence.ts";
import type { ClassifierInput, EncodedSequence, InputSizes, InputStream, SequenceStep } from "./classifier-input.ts";
import { parseJsonSequence } from "./parse-json-sequence.ts";
import type { JsonObject } from "./task.ts";

/** What a token of a text is; with "both" words are read by their letters, too. */
export type ClassifierUnit = "char" | "word" | "both";

export interface TokenInputOptions {
  readonly unit: ClassifierUnit;
  /** Characters, words or symbols of one token. */
  readonly window: number;
  /** Tokens seen fewer times are <UNK>; default 2 for words, 1 for characters and symbols. */
  readonly minCount?: number | undefined;
}

interface Parts extends Pick<TokenInputOptions, "unit" | "window"> {
  readonly kind: "text" | "symbols";
  readonly vocabulary: TokenVocabulary;
  readonly letters: TokenVocabulary | undefined;
}

/** Rarer letters are <UNK>. */
const LETTER_MIN_COUNT = 2;

export class TokenInput implements ClassifierInput {
  readonly kind: "text" | "symbols";
  readonly unit: ClassifierUnit;
  readonly window: number;
  readonly vocabulary: TokenVocabulary;
  /** The letters of words; undefined where words are not read by them. */
  readonly letters: TokenVocabulary | undefined;

  private constructor({ kind, unit, window, vocabulary, letters }: Parts) {
    this.kind = kind;
    this.unit = unit;
    this.window = window;
    this.vocabulary = vocabulary;
    this.letters = letters;
  }

  /** Counts the tokens of training sequences, which are all texts or all lists of symbols. */
  static fromSequences(sequences: readonly SequenceValue[], options: TokenInputOptions): TokenInput {
    const { unit, window } = options;
    const kind = typeof sequences[0] === "string" ? "text" : "symbols";
    const all = sequences.flatMap((sequence) => tokensOf(sequence as string | readonly string[], unit, window));
    const minCount = options.minCount ?? (kind === "text" && unit !== "char" ? 2 : 1);
    const vocabulary = TokenVocabulary.fromTokens(all, { minCount });
    const hasLetters = kind === "text" && unit === "both";
    const letters = hasLetters ? TokenVocabulary.ofFrequent(all.flatMap(wordLetters), LETTER_MIN_COUNT) : undefined;
    return new TokenInput({ kind, unit, window, vocabulary, letters });
  }

  get sizes(): InputSizes {
    const { vocabulary, letters } = this;
    return { tokens: vocabulary.size, letters: letters?.size };
  }

  steps(sequence: SequenceValue, where: string): readonly string[] {
    const expected = this.kind === "text" ? "a text" : "a list of symbols";
    const got = sequenceKind(sequence);
    const isEmpty = Array.isArray(sequence) && sequence.length === 0;
    if (!isEmpty && got !== expected) throw new RecurraError("data", { where, expected, got });
    return tokensOf(sequence as string | readonly string[], this.unit, this.window);
  }

  /** The characters, words or symbols of a sequence, whatever the window: n-grams are windows, too. */
  pieces(sequence: string | readonly string[]): string[] {
    return tokensOf(sequence, this.unit, 1);
  }

  encode(sequence: SequenceValue, where: string): EncodedSequence {
    const tokens = this.steps(sequence, where);
    if (tokens.length > 0) return this.#encoded(tokens);
    const expected = this.kind === "text" ? "a text" : "one symbol or more";
    throw new RecurraError("data", { where, expected, got: "an empty one" });
  }

  stream(): InputStream {
    return { push: (step) => [this.#encodeStep(step)], rest: () => [], toJSON: () => undefined };
  }

  #encodeStep(step: SequenceStep): EncodedSequence {
    if (typeof step === "string" && step !== "") return this.#encoded([step]);
    throw new RecurraError("data", {
      where: "ClassifierSession.step",
      expected: this.kind === "text" ? "a token" : "a symbol",
      got: step === "" ? "an empty text" : shown(step),
    });
  }

  #encoded(tokens: readonly string[]): EncodedSequence {
    return {
      length: tokens.length,
      tokens: this.vocabulary.encode(tokens),
      letters: this.letters === undefined ? [] : tokens.map((word) => this.letters!.encode(wordLetters(word))),
      frames: new Float32Array(),
    };
  }

  parse(line: string): SequenceValue {
    return this.kind === "text" ? line : parseJsonSequence(line);
  }

  parseSteps(line: string): readonly SequenceStep[] {
    return this.kind === "text" ? tokensOf(line, this.unit, this.window) : [line];
  }

  toJSON(): JsonObject {
    const { kind, unit, window, vocabulary, letters } = this;
    return JSON.parse(JSON.stringify({ kind, unit, window, tokens: vocabulary, letters })) as JsonObject;
  }

  /** @throws file-format when the value is no input of tokens. */
  static fromJSON(value: unknown, kind: "text" | "symbols", where: string): TokenInput {
    const json = new VocabularyJson(value, kind, where);
    const { tokens, letters } = json.values;
    return new TokenInput({
      kind,
      unit: json.choice("unit", ["char", "word", "both"]),
      window: json.integer("window"),
      vocabulary: TokenVocabulary.fromJSON(tokens, `${where}, tokens`),
      letters: letters === undefined ? undefined : TokenVocabulary.fromJSON(letters, `${where}, letters`),
    });
  }
}

/**
 * The tokens of a sequence: characters, words or symbols, or with a window of w > 1 every w that stand side by side, joined;
 * a shorter sequence is one token.
 */
function tokensOf(sequence: string | readonly string[], unit: ClassifierUnit, window: number): string[] {
  const isChar = typeof sequence === "string" && unit === "char";
  const pieces =
    typeof sequence !== "string" ? sequence : isChar ? splitPieces(sequence, "char") : splitWords(sequence);
  if (window === 1 || pieces.length === 0) return [...pieces];
  const count = Math.max(1, pieces.length - window + 1);
  return Array.from({ length: count }, (_, t) => pieces.slice(t, t + window).join(isChar ? "" : " "));
}
