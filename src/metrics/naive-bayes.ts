import { RecurraError } from "../core/errors.ts";
import { exactLog } from "../core/exact-log.ts";
import { getOrMake } from "../core/get-or-make.ts";
import { largestOf } from "../core/largest-of.ts";
import { requireLists } from "../core/require-list.ts";

/** A classifier made by counting. */
export interface CountedClassifier {
  /** "bigram naive Bayes". */
  readonly name: string;
  /** log p(class) + log p(sequence | class) of each class, but for a constant, as [classes]. */
  scores(sequence: readonly string[]): Float64Array;
}

export interface NaiveBayesOptions {
  /** Longest n-gram that is counted; all shorter ones are, too. Default 2. */
  readonly order?: number;
  /** What each count begins with; default 1 (Laplace). */
  readonly smoothing?: number;
  /** Whether the begin and the end of a sequence are tokens: the last letter of a name says much. Default false. */
  readonly ends?: boolean;
}

/** Between the tokens of an n-gram: no token has it. */
const JOINT = "\u0001";
const BEGIN = "\u0002";
const END = "\u0003";

const ORDER_NAMES = ["", "unigram", "bigram", "trigram"];

/** The n-grams of a sequence up to an order. */
function* ngramsOf(sequence: readonly string[], order: number, ends: boolean): Generator<string> {
  const tokens = ends ? [BEGIN, ...sequence, END] : sequence;
  for (let start = 0; start < tokens.length; start++) {
    let ngram = "";
    for (let n = 1; n <= order && start + n <= tokens.length; n++) {
      ngram = n === 1 ? tokens[start]! : ngram + JOINT + tokens[start + n - 1]!;
      yield ngram;
    }
  }
}

/** log p(class) with every class counted once more. */
function priorsOf(targets: ArrayLike<number>, classes: number): Float64Array {
  const counts = new Float64Array(classes).fill(1);
  for (let i = 0; i < targets.length; i++) counts[targets[i]!]! += 1;
  return counts.map((count) => exactLog(count / (targets.length + classes)));
}

function requireExamples(where: string, sequences: readonly unknown[], targets: ArrayLike<number>): void {
  requireLists(where, [sequences, targets]);
  if (sequences.length === targets.length && sequences.length > 0) return;
  throw new RecurraError("shape", {
    where,
    expected: "as many targets as sequences, and at least one",
    got: `${sequences.length} sequences and ${targets.length} targets`,
  });
}

/**
 * Multinomial naive Bayes over n-grams: what counting words and pairs of words tells of a text's class.
 *
 *     log p(y | x) = log p(y) + Σ_g n_g(x) log p(g | y) + constant
 *     p(g | y) = (n_g(y) + α) / (Σ_g' n_g'(y) + α G),  G n-grams in all
 *
 * n-grams that training has not seen say nothing.
 *
 * @param sequences the tokens of each example.
 * @param targets the class of each, from 0.
 * @throws shape when there are not as many targets as sequences, or none.
 * @example
 * ```ts
 * import { naiveBayes } from "recurra/metrics";
 * const bayes = naiveBayes([["good", "film"], ["bad", "film"]], [1, 0], 2);
 * bayes.scores(["good"]); // the second is larger
 * ```
 * Source: Manning, Raghavan and Schütze 2008, "Introduction to information retrieval", section 13.2; Wang and Manning 2012, "Baselines and bigrams".
 */
export function naiveBayes(
  sequences: readonly (readonly string[])[],
  targets: ArrayLike<number>,
  classes: number,
  options: NaiveBayesOptions = {},
): CountedClassifier {
  const { order = 2, smoothing = 1, ends = false } = options;
  requireExamples("naiveBayes", sequences, targets);
  const counts = new Map<string, Float64Array>();
  const totals = new Float64Array(classes);
  sequences.forEach((sequence, i) => {
    const y = targets[i]!;
    for (const ngram of ngramsOf(sequence, order, ends)) {
      getOrMake(counts, ngram, () => new Float64Array(classes))[y]! += 1;
      totals[y]! += 1;
    }
  });
  for (const count of counts.values()) {
    for (let y = 0; y < classes; y++) {
      count[y] = exactLog((count[y]! + smoothing) / (totals[y]! + smoothing * counts.size));
    }
  }
  const priors = priorsOf(targets, classes);
  return {
    name: `${ORDER_NAMES[order] ?? `${order}-gram`} naive Bayes`,
    scores(sequence) {
      const scores = priors.slice();
      for (const ngram of ngramsOf(sequence, order, ends)) {
        const logs = counts.get(ngram);
        if (logs !== undefined) for (let y = 0; y < classes; y++) scores[y]! += logs[y]!;
      }
      return scores;
    },
  };
}

/**
 * Naive Bayes over positions, for sequences of equal length in which a place has a meaning, such as DNA around a splice site.
 *
 *     log p(y | x) = log p(y) + Σ_t log p(x⟨t⟩ | y, t) + constant,  p(v | y, t) = (n_v(y, t) + α) / (n(y) + α V)
 *
 * @param sequences the tokens of each example, as many in all.
 * @param targets the class of each, from 0.
 * @param smoothing α, default 1 (Laplace).
 * @throws shape when there are not as many targets as sequences, none, or lengths differ.
 * Source: Duda and Hart 1973, "Pattern classification and scene analysis", section 2.10.
 */
export function positionalNaiveBayes(
  sequences: readonly (readonly string[])[],
  targets: ArrayLike<number>,
  classes: number,
  smoothing = 1,
): CountedClassifier {
  requireExamples("positionalNaiveBayes", sequences, targets);
  const Tx = sequences[0]!.length;
  const odd = sequences.findIndex((sequence) => sequence.length !== Tx);
  if (odd >= 0) {
    throw new RecurraError("shape", {
      where: `positionalNaiveBayes, sequence ${odd}`,
      expected: `${Tx} tokens, as in the first`,
      got: `${sequences[odd]!.length}`,
    });
  }
  const counts = Array.from({ length: Tx }, () => new Map<string, Float64Array>());
  const perClass = new Float64Array(classes);
  const tokens = new Set<string>();
  sequences.forEach((sequence, i) => {
    const y = targets[i]!;
    perClass[y]! += 1;
    sequence.forEach((token, t) => {
      tokens.add(token);
      getOrMake(counts[t]!, token, () => new Float64Array(classes))[y]! += 1;
    });
  });
  const priors = priorsOf(targets, classes);
  const none = new Float64Array(classes);
  return {
    name: "position-wise naive Bayes",
    scores(sequence) {
      const scores = priors.slice();
      for (let t = 0; t < Math.min(Tx, sequence.length); t++) {
        const count = counts[t]!.get(sequence[t]!) ?? none;
        for (let y = 0; y < classes; y++) {
          scores[y]! += exactLog((count[y]! + smoothing) / (perClass[y]! + smoothing * tokens.size));
        }
      }
      return scores;
    },
  };
}

/** The index of the largest score; of equal ones the first. */
export function likeliest(scores: ArrayLike<number>): number {
  return largestOf(scores, 0, scores.length);
}
