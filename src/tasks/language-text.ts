/** What a language model is trained on: texts, split and encoded, and their vocabulary. */
import { toTexts } from "../core/require-text.ts";
import { CharVocabulary, type CharVocabularyOptions } from "../data/encoders/char-vocabulary.ts";
import type { Vocabulary } from "../data/encoders/vocabulary.ts";
import { WordVocabulary, type WordVocabularyOptions } from "../data/encoders/word-vocabulary.ts";
import { HeldIds } from "../data/held-ids.ts";
import { joinedIds } from "../data/joined-ids.ts";
import { linesOf } from "../data/lines.ts";
import { splitRunningText } from "../data/split.ts";
import { splitSequences } from "../data/split-sequences.ts";
import type { StreamedText } from "../data/streamed-text.ts";
import type { TokenIds } from "../data/token-ids.ts";
import { type EncodedText, encodeText, isStreamed, type Texts, textsOf } from "./encoded-text.ts";
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
 * The vocabulary of texts, some of which may stay in their files; of words, there is one text that does or none.
 *
 * Words seen once are <UNK> in training too, so that a model learns how likely the unknown is.
 */
function vocabularyOf(given: readonly Texts[], o: ResolvedLanguageModel): Vocabulary {
  const { vocabularyOrder: order, minCount, vocabularySize, lines } = o;
  const texts = given.flatMap<string | StreamedText>((one) => (isStreamed(one) ? one : textsOf(one)));
  const streamed = given.find(isStreamed);
  const counted = lines ? linesOf(texts as string[]) : texts;
  if (o.unit === "word") {
    const { splitter, lowerCase } = o;
    const [least, most] = [minCount ?? WORDS_MIN_COUNT, vocabularySize ?? WORDS_SIZE];
    const choice: WordVocabularyOptions = { order, minCount: least, maxSize: most, splitter, lowerCase };
    return streamed?.wordVocabulary(choice) ?? WordVocabulary.fromText(counted as string[], choice);
  }
  const choice: CharVocabularyOptions = {
    order,
    end: lines,
    unit: o.graphemes ? "grapheme" : "codePoint",
    minCount,
    maxSize: vocabularySize,
  };
  return streamed?.characterVocabulary(texts, choice) ?? CharVocabulary.fromText(counted as string[], choice);
}

/**
 * Splits and encodes what a model is trained on.
 *
 * Characters are counted on all text at hand, so that validation meets none that is unknown; words on the training part
 * alone, since <UNK> stands for those that it lacks. Of running text to validate on, only the first `validTokens` are kept.
 *
 * @param valid text to validate on; without it a share of `given` is kept back.
 * @throws data when there is too little text; option when it is no text.
 */
export function languageText(given: Texts, valid: Texts | undefined, o: ResolvedLanguageModel): LanguageText {
  // only code points, and words found by the rule, can be read from any place of a file
  const canStream = !o.lines && (o.unit === "char" ? !o.graphemes : o.splitter === "rule");
  const all = (valid === undefined ? [given] : [given, valid]).map((one) =>
    canStream && isStreamed(one) ? one : toTexts("trainLanguageModel", textsOf(one)),
  );
  const parts = valid === undefined ? splitTexts(all[0]!, o) : { train: all[0]!, valid: all[1]! };
  const vocabulary = vocabularyOf(o.unit === "word" ? [parts.train] : all, o);
  const kept = encodeText(parts.valid, vocabulary, o.lines);
  return {
    vocabulary,
    train: encodeText(parts.train, vocabulary, o.lines),
    valid: kept.kind === "lines" ? kept : { kind: "running", ids: new HeldIds(kept.ids.first(o.validTokens)) },
  };
}

function splitTexts(texts: Texts, o: ResolvedLanguageModel): { train: Texts; valid: Texts } {
  if (isStreamed(texts)) return texts.split(o.validFraction);
  if (!o.lines) return splitRunningText(textsOf(texts), o.validFraction);
  return splitSequences(linesOf(texts), o.validFraction, o.seed);
}

/** One running text of any encoding: lines follow each other, <EOS> between them. */
export function runningIds(text: EncodedText): TokenIds {
  if (text.kind === "running") return text.ids;
  return new HeldIds(joinedIds(text.sequences));
}
