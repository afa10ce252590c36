/** What a tagger sees of its tokens, and the labels it gives them. */
import { type ErrorParts, RecurraError, shown } from "../core/errors.ts";
import { codePointOrder } from "../data/code-point-order.ts";
import { normalizeWord } from "../data/encoders/normalize-word.ts";
import { convertTags, type TagScheme, tagSchemeOf } from "../data/encoders/tag-scheme.ts";
import { TokenVocabulary } from "../data/encoders/token-vocabulary.ts";
import { VocabularyJson } from "../data/encoders/vocabulary-json.ts";
import { wordFeatures } from "../data/encoders/word-features.ts";
import { lettersPerWord, wordLetters } from "../data/encoders/word-letters.ts";
import { WORD_SHAPE_FEATURES, wordShape, wordSuffix } from "../data/encoders/word-shape.ts";
import type { TaggedSentence } from "../data/sources/tagged-sentence.ts";
import type { JsonObject } from "./task.ts";

/** A sequence of tokens as numbers, [T] each; what a model does not use is empty. */
export interface EncodedTokens {
  readonly words: Int32Array;
  readonly suffixes: Int32Array;
  /** [T, features]. */
  readonly shapes: Uint8Array;
  /** The letters of each token. */
  readonly letters: readonly Int32Array[];
  /** The features of each token and of those around it. */
  readonly features: readonly Int32Array[];
}

/** How many of each there are; letters or endings that are not read are undefined. */
export interface EncoderSizes {
  readonly words: number;
  readonly letters: number | undefined;
  readonly suffixes: number | undefined;
  /** Whether features of words are read. */
  readonly features: boolean;
  readonly labels: number;
}

/** How tokens are read. */
export interface TaggerEncoderOptions {
  readonly unit: "word" | "char";
  /** Letters of each word are read. */
  readonly letters: boolean;
  /** Capitals, digits, signs and endings are read. */
  readonly shapes: boolean;
  /** Features of each word and of those around it are read. */
  readonly features: boolean;
  /** The scheme that is learned; "data" learns the tags as they stand. */
  readonly scheme: "data" | "bio" | "bioes";
  /** Words seen fewer times are <UNK>. */
  readonly minCount: number;
}

interface Parts {
  readonly unit: "word" | "char";
  readonly words: TokenVocabulary;
  readonly letters: TokenVocabulary | undefined;
  readonly suffixes: TokenVocabulary | undefined;
  readonly features: boolean;
  readonly labels: readonly string[];
  /** The tags of the training data, in whose scheme answers are given. */
  readonly tags: readonly string[];
}

/** Rarer letters and endings are <UNK>. */
const [LETTER_MIN_COUNT, SUFFIX_MIN_COUNT] = [2, 3];

/** Vocabularies of words, letters and endings, and the labels, all from the training data. */
export class TaggerEncoder {
  readonly unit: "word" | "char";
  readonly words: TokenVocabulary;
  readonly letters: TokenVocabulary | undefined;
  readonly suffixes: TokenVocabulary | undefined;
  /** Whether features of words are read. */
  readonly features: boolean;
  /** What the model gives, in the order of its scores. */
  readonly labels: readonly string[];
  /** The tags of the data. */
  readonly tags: readonly string[];
  /** How the labels mark entities. */
  readonly labelScheme: TagScheme;
  /** How the tags of the data mark entities. */
  readonly scheme: TagScheme;
  readonly #labelIds: ReadonlyMap<string, number>;

  private constructor(parts: Parts) {
    this.unit = parts.unit;
    this.words = parts.words;
    this.letters = parts.letters;
    this.suffixes = parts.suffixes;
    this.features = parts.features;
    this.labels = parts.labels;
    this.tags = parts.tags;
    this.labelScheme = tagSchemeOf(parts.labels);
    this.scheme = tagSchemeOf(parts.tags);
    this.#labelIds = new Map(parts.labels.map((label, id) => [label, id]));
  }

  /**
   * Builds vocabularies and labels.
   *
   * @param tags all that can be given, each once.
   * @throws data when there is no sentence; option when tags that mark no entities are to be learned in a scheme.
   */
  static fromSentences(
    sentences: readonly TaggedSentence[],
    tags: readonly string[],
    options: TaggerEncoderOptions,
  ): TaggerEncoder {
    const { unit, letters, shapes, features, scheme, minCount } = options;
    if (scheme !== "data") requireEntityTags(tags, "tagScheme", "--tag-scheme");
    const labels = scheme === "data" ? tags : labelsOf(tags, scheme);
    const isWord = unit === "word";
    const tokens = sentences.flatMap((sentence) => normal(sentence.tokens, unit));
    return new TaggerEncoder({
      unit,
      words: TokenVocabulary.ofFrequent(isWord ? tokens.map((word) => word.toLowerCase()) : tokens, minCount),
      letters:
        isWord && letters ? TokenVocabulary.ofFrequent(tokens.flatMap(wordLetters), LETTER_MIN_COUNT) : undefined,
      suffixes: isWord && shapes ? TokenVocabulary.ofFrequent(tokens.map(wordSuffix), SUFFIX_MIN_COUNT) : undefined,
      features: isWord && features,
      labels,
      tags,
    });
  }

  get sizes(): EncoderSizes {
    const { words, letters, suffixes, features, labels } = this;
    return { words: words.size, letters: letters?.size, suffixes: suffixes?.size, features, labels: labels.length };
  }

  /** How many letters are read of a word, the mean of those of the vocabulary; 0 where none are read. */
  get lettersPerWord(): number {
    return this.letters === undefined ? 0 : lettersPerWord(this.words);
  }

  /** What is wrong with a sentence that has a tag that training never saw; undefined where it has none. */
  unknownTag({ file, tags, lines, tagPlace }: TaggedSentence): ErrorParts | undefined {
    const t = tags.findIndex((tag) => !this.tags.includes(tag));
    if (t < 0) return undefined;
    const place = tagPlace === undefined ? "" : `, ${tagPlace}`;
    const expected = `a tag of the training data: ${this.tags.join(", ")}`;
    return { where: `${file}, line ${lines[t]!}${place}`, expected, got: shown(tags[t]) };
  }

  encode(tokens: readonly string[]): EncodedTokens {
    const { unit, words, letters, suffixes } = this;
    const shapes = new Uint8Array(suffixes === undefined ? 0 : tokens.length * WORD_SHAPE_FEATURES.length);
    if (suffixes !== undefined) {
      tokens.forEach((token, t) => {
        shapes.set(wordShape(token), t * WORD_SHAPE_FEATURES.length);
      });
    }
    const normalized = normal(tokens, unit);
    return {
      words: words.encode(unit === "word" ? normalized.map((word) => word.toLowerCase()) : normalized),
      suffixes: suffixes?.encode(normalized.map(wordSuffix)) ?? new Int32Array(),
      shapes,
      letters: letters === undefined ? [] : normalized.map((word) => letters.encode(wordLetters(word))),
      features: this.features ? wordFeatures(tokens) : [],
    };
  }

  /** The ids of a sentence's labels, -1 for a tag that training never saw. */
  encodeTags(tags: readonly string[]): Int32Array {
    const labels =
      this.labelScheme !== this.scheme && this.labelScheme !== "plain" && tagSchemeOf(tags) !== "plain"
        ? convertTags(tags, this.labelScheme)
        : tags;
    return Int32Array.from(labels, (label) => this.#labelIds.get(label) ?? -1);
  }

  /** The tags of the data that label ids stand for. */
  decodeTags(ids: ArrayLike<number>): string[] {
    const labels = Array.from(ids, (id) => this.labels[id]!);
    return this.labelScheme === this.scheme || this.scheme === "plain" ? labels : convertTags(labels, this.scheme);
  }

  toJSON(): JsonObject {
    const { unit, words, letters, suffixes, features, labels, tags } = this;
    const own = { kind: "tagger", unit, features, labels, tags, words, letters, suffixes };
    return JSON.parse(JSON.stringify(own)) as JsonObject;
  }

  /**
   * Reads what `toJSON` wrote.
   *
   * @param where the file's name, for messages.
   * @throws file-format when it is no encoder of a tagger.
   */
  static fromJSON(value: unknown, where: string): TaggerEncoder {
    const json = new VocabularyJson(value, "tagger", where);
    const fields = value as Readonly<Record<string, unknown>>;
    const vocabulary = (name: string): TokenVocabulary => TokenVocabulary.fromJSON(fields[name], `${where}, ${name}`);
    return new TaggerEncoder({
      unit: json.choice("unit", ["word", "char"]),
      features: fields.features === true,
      labels: json.tokens("labels", "label", () => true),
      tags: json.tokens("tags", "tag", () => true),
      words: vocabulary("words"),
      letters: fields.letters === undefined ? undefined : vocabulary("letters"),
      suffixes: fields.suffixes === undefined ? undefined : vocabulary("suffixes"),
    });
  }
}

/** @throws option when tags that mark no entities come with an option that is for those that do. */
export function requireEntityTags(tags: readonly string[], option: string, flag: string): void {
  if (tagSchemeOf(tags) !== "plain") return;
  throw new RecurraError("option", {
    where: `tagger, option ${option}`,
    expected: "tags that mark entities, such as B-PER, I-PER and O",
    got: shown(tags),
    hint: `Leave ${flag} out.`,
  });
}

/** What the vocabularies know words by; the shape of a word is that of the word itself. */
function normal(tokens: readonly string[], unit: "word" | "char"): readonly string[] {
  return unit === "word" ? tokens.map(normalizeWord) : tokens;
}

/** The tags of some sentences, each once, in code-point order. */
export function tagsOf(sentences: readonly TaggedSentence[]): string[] {
  return Array.from(new Set(sentences.flatMap(({ tags }) => tags))).sort(codePointOrder);
}

/** O and every prefix of every type: a part of an entity that no sentence shows may still be needed. */
function labelsOf(tags: readonly string[], scheme: "bio" | "bioes"): string[] {
  const types = new Set(tags.filter((tag) => tag !== "O").map((tag) => tag.slice(2)));
  const prefixes = scheme === "bio" ? ["B", "I"] : ["B", "I", "E", "S"];
  const labels = Array.from(types).flatMap((type) => prefixes.map((prefix) => `${prefix}-${type}`));
  return ["O", ...labels].sort(codePointOrder);
}
