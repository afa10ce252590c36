import { countsOf } from "../core/counts-of.ts";
import { RecurraError } from "../core/errors.ts";
import { exactLog } from "../core/exact-log.ts";
import { exactExp } from "../core/exact-math.ts";
import { requireLists } from "../core/require-list.ts";
import { ngramsOf } from "./ngrams-of.ts";
import { tokenize13a } from "./tokenize-13a.ts";

const LONGEST = 4;

/**
 * BLEU of a corpus, as sacreBLEU computes it by default: how many of the predictions' n-grams stand in a reference too.
 *
 *     BLEU = 100 · BP · exp(¼ Σₙ log pₙ),  n = 1 to 4        BP = min(1, exp(1 - r / c))
 *
 * pₙ is the share of all predicted n-grams that a reference has, each counted at most as often as one reference has it;
 * where none has, the first such n has p = 1 / (2 total), the next 1 / (4 total), and so on ("exp"). c is the number of
 * predicted tokens, r that of the references nearest in length. Tokens are those of `tokenize13a`, case kept.
 *
 * @param predictions one text for each list of references.
 * @param references for each prediction the texts that are right: one or more.
 * @returns 0 to 100; larger is better.
 * @throws shape when there are not as many predictions as references, or one has no reference.
 * Source: Papineni et al. 2002; Post 2018, arXiv 1804.08771: sacreBLEU 2.6.0, signature
 * nrefs:var|case:mixed|eff:no|tok:13a|smooth:exp.
 * @example
 * ```ts
 * bleu(["The cat sat on the mat."], [["The cat is on the mat."]]); // 48.89
 * ```
 */
export function bleu(predictions: readonly string[], references: readonly (readonly string[])[]): number {
  for (const lists of [[predictions, references], references]) requireLists("bleu", lists);
  const bare = references.findIndex((texts) => texts.length === 0);
  if (predictions.length !== references.length || bare >= 0) {
    throw new RecurraError("shape", {
      where: "bleu",
      expected: "one reference or more for each prediction",
      got: bare >= 0 ? `none at index ${bare}` : `${references.length} for ${predictions.length}`,
    });
  }
  const matches = new Array<number>(LONGEST).fill(0);
  const totals = new Array<number>(LONGEST).fill(0);
  let predictedLength = 0;
  let referenceLength = 0;
  predictions.forEach((prediction, i) => {
    const tokens = tokenize13a(prediction);
    const right = references[i]!.map(tokenize13a);
    predictedLength += tokens.length;
    referenceLength += nearestLength(tokens.length, right);
    for (let n = 1; n <= LONGEST; n++) {
      const most = new Map<string, number>();
      for (const other of right) {
        for (const [ngram, count] of countsOf(ngramsOf(other, n)))
          most.set(ngram, Math.max(count, most.get(ngram) ?? 0));
      }
      for (const [ngram, count] of countsOf(ngramsOf(tokens, n)))
        matches[n - 1]! += Math.min(count, most.get(ngram) ?? 0);
      totals[n - 1]! += Math.max(0, tokens.length - n + 1);
    }
  });
  if (matches.every((count) => count === 0) || totals.includes(0)) return 0;
  let halvings = 1;
  let logs = 0;
  matches.forEach((count, i) => {
    if (count === 0) halvings *= 2;
    logs += exactLog((count === 0 ? 1 / halvings : count) / totals[i]!);
  });
  const brevity = predictedLength < referenceLength ? 1 - referenceLength / predictedLength : 0;
  return 100 * exactExp(brevity + logs / LONGEST);
}

/** The length of the reference nearest to the prediction's; of two as near, the shorter. */
function nearestLength(length: number, references: readonly (readonly string[])[]): number {
  let nearest = references[0]!.length;
  for (const { length: other } of references) {
    const gain = Math.abs(nearest - length) - Math.abs(other - length);
    if (gain > 0 || (gain === 0 && other < nearest)) nearest = other;
  }
  return nearest;
}
