/** What a classifier is held against. */
import type { LabelledText } from "../data/sources/labelled-texts.ts";
import {
  ConfusionMatrix,
  type CountedClassifier,
  likeliest,
  naiveBayes,
  positionalNaiveBayes,
} from "../metrics/index.ts";
import { type Classifier, classesOf, classifierTokens } from "./classifier.ts";
import type { Baseline } from "./task.ts";

const LONGEST_LETTERS = 4;
const LONGEST_WORDS = 2;

/**
 * The most frequent label; naive Bayes over n-grams (of up to 4 characters, or 2 words); and naive Bayes over positions
 * where all sequences have one length of two or more.
 *
 * @param train without it, none: all of them count in the training data.
 */
export function classifierBaselines(
  model: Classifier,
  test: readonly LabelledText[],
  train: readonly LabelledText[] | undefined,
): Baseline[] {
  if (train === undefined || train.length === 0) return [];
  const { labels } = model;
  const { unit } = model.config;
  const [known, right] = [classesOf(train, labels), classesOf(test, labels)];
  const counts = new Float64Array(labels.length);
  for (const y of known) counts[y]! += 1;
  const baseline = (name: string, answers: ArrayLike<number>): Baseline => {
    const { accuracy, macroF1 } = new ConfusionMatrix(answers, right, labels.length);
    return { name, metrics: { accuracy, macroF1 } };
  };
  // the tokens themselves: windows of them are what n-grams are
  const tokensOf = ({ text }: LabelledText): string[] => classifierTokens(text, { unit, window: 1 });
  const [sequences, asked] = [train.map(tokensOf), test.map(tokensOf)];
  const counted = ({ name, scores }: CountedClassifier): Baseline =>
    baseline(
      name,
      asked.map((sequence) => likeliest(scores(sequence))),
    );
  const isChar = unit === "char";
  const ngrams = { order: isChar ? LONGEST_LETTERS : LONGEST_WORDS, ends: isChar };
  const baselines = [
    baseline("most frequent label", new Int32Array(test.length).fill(likeliest(counts))),
    counted(naiveBayes(sequences, known, labels.length, ngrams)),
  ];
  const Tx = sequences[0]!.length;
  const isEven = Tx > 1 && [...sequences, ...asked].every(({ length }) => length === Tx);
  return isEven ? [...baselines, counted(positionalNaiveBayes(sequences, known, labels.length))] : baselines;
}
