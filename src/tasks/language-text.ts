/** Text that a language model is trained on: its vocabulary, and its parts to train and to validate on. */
import { CharVocabulary } from "../data/encoders/char-vocabulary.ts";
import type { Vocabulary } from "../data/encoders/vocabulary.ts";
import { WordVocabulary } from "../data/encoders/word-vocabulary.ts";
import { linesOf } from "../data/lines.ts";
import { splitRunningText } from "../data/split.ts";
import { splitSequences } from "../data/split-sequences.ts";
import { type EncodedText, encodeText, type Texts, textsOf } from "./encoded-text.ts";
import type { ResolvedLanguageModel } from "./language-model-options.ts";

/** Texts to train and to validate on, with the vocabulary of the first. */
export interface LanguageText {
  readonly vocabulary: Vocabulary;
  readonly train: EncodedText;
  readonly valid: EncodedText;
}

const WORDS_MIN_COUNT = 2;
const WORDS_SIZE = 10_000;

/**
 * The vocabulary of a text.
 *
 * Words seen once are <UNK> in training too, so that a model learns how likely the unknown is.
 */
function vocabularyOf(texts: readonly string[], o: ResolvedLanguageModel): Vocabulary {
  const { vocabularyOrder: order, minCount, vocabularySize, lines } = o;
  const counted = lines ? linesOf(texts) : texts;
  if (o.unit === "word") {
    const { splitter, lowerCase } = o;
    const [least, most] = [minCount ?? WORDS_MIN_COUNT, vocabularySize ?? WORDS_SIZE];
    return WordVocabulary.fromText(counted, { order, minCount: least, maxSize: most, splitter, lowerCase });
  }
  return CharVocabulary.fromText(counted, {
    order,
    end: lines,
    unit: o.graphemes ? "grapheme" : "codePoint",
    ...(minCount === undefined ? {} : { minCount }),
    ...(vocabularySize === undefined ? {} : { maxSize: vocabularySize }),
  });
}

/**
 * Splits and encodes what a model is trained on.
 *
 * Characters are counted on all text at hand, so that validation meets none that is unknown; words on the training part
 * alone, since <UNK> stands for those that it lacks.
 *
 * @param valid text to validate on; without it a share of `given` is kept back.
 * @throws data when there is too little text.
 */
export function languageText(given: Texts, valid: Texts | undefined, o: ResolvedLanguageModel): LanguageText {
  const texts = textsOf(given);
  const parts = valid === undefined ? splitTexts(texts, o) : { train: texts, valid: textsOf(valid) };
  const all = valid === undefined ? texts : [...texts, ...textsOf(valid)];
  const vocabulary = vocabularyOf(o.unit === "word" ? parts.train : all, o);
  return {
    vocabulary,
    train: encodeText(parts.train, vocabulary, o.lines),
    valid: encodeText(parts.valid, vocabulary, o.lines),
  };
}

function splitTexts(
  texts: readonly string[],
  o: ResolvedLanguageModel,
): { train: readonly string[]; valid: readonly string[] } {
  if (!o.lines) return splitRunningText(texts, o.validFraction);
  return splitSequences(linesOf(texts), o.validFraction, o.seed);
}

/** One running text of any encoding: lines follow each other, <EOS> between them. */
export function runningIds(text: EncodedText): Int32Array {
  if (text.kind === "running") return text.ids;
  const ids = new Int32Array(text.sequences.reduce((sum, sequence) => sum + sequence.length, 0));
  let at = 0;
  for (const sequence of text.sequences) {
    ids.set(sequence, at);
    at += sequence.length;
  }
  return ids;
}
