/** What a classifier is held against. */
import type { LabelledSequence } from "../data/sources/labelled-sequence.ts";
import { type CountedClassifier, likeliest, naiveBayes, positionalNaiveBayes } from "../metrics/index.ts";
import type { Classifier } from "./classifier.ts";
import { LabelOutput } from "./classifier-label-output.ts";
import type { Target } from "./classifier-output.ts";
import { TokenInput } from "./classifier-token-input.ts";
import type { Baseline } from "./task.ts";

const LONGEST_LETTERS = 4;
const LONGEST_WORDS = 2;

/**
 * The commonest answer: the most frequent label or set of labels, or the mean. For single labels of texts and symbols also naive
 * Bayes over n-grams (of up to 4 characters, or 2 words), and naive Bayes over positions where all sequences have one length
 * of two or more.
 *
 * @param train without it, none: all of them count in the training data.
 */
export function classifierBaselines(
  { input, output }: Classifier,
  test: readonly LabelledSequence[],
  train: readonly LabelledSequence[] | undefined,
): Baseline[] {
  if (train === undefined || train.length === 0) return [];
  const targetsOf = (examples: readonly LabelledSequence[]): Target[] =>
    examples.map(({ label }) => output.encode(label, "baseline"));
  const [known, right] = [targetsOf(train), targetsOf(test)];
  const naive = output.naive(known, right);
  if (!(output instanceof LabelOutput && input instanceof TokenInput)) return [naive];
  const piecesOf = (examples: readonly LabelledSequence[]): string[][] =>
    examples.map(({ sequence }) => input.pieces(sequence as string | readonly string[]));
  const [sequences, asked] = [piecesOf(train), piecesOf(test)];
  const classes = known.map(([y]) => y!);
  const counted = ({ name, scores }: CountedClassifier): Baseline => {
    const answers = asked.map((sequence) => likeliest(scores(sequence)));
    return { name, metrics: output.metricsOf(answers, right) };
  };
  const isChar = input.kind === "text" && input.unit === "char";
  const ngrams = { order: isChar ? LONGEST_LETTERS : LONGEST_WORDS, ends: isChar };
  const baselines = [naive, counted(naiveBayes(sequences, classes, output.size, ngrams))];
  const Tx = sequences[0]!.length;
  const isEven = Tx > 1 && [...sequences, ...asked].every(({ length }) => length === Tx);
  return isEven ? [...baselines, counted(positionalNaiveBayes(sequences, classes, output.size))] : baselines;
}
