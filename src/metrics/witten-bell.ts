import { NgramCounts } from "./ngram-counts.ts";
import type { NgramModel } from "./ngram-model.ts";

/**
 * An n-gram model interpolated by Witten and Bell's weights:
 * P(w | h) = (c(h w) + U(h) P(w | h')) / (c(h) + U(h)), U(h) the kinds of token seen after h, h' = h without its first token, and P = 1 / V below the unigram.
 *
 * @param name as shown beside its score.
 * @param train as `[N]`, of which at most 5 million tokens are counted.
 * @throws data when it is empty or an id is not from 0 to vocabularySize - 1.
 * Source: Witten and Bell 1991, method C; the interpolated form of Chen and Goodman 1998, section 2.4.
 */
export function wittenBell(name: string, train: Int32Array, vocabularySize: number, order: number): NgramModel {
  const counts = new NgramCounts(train, vocabularySize, order);
  const { grams, context, tables } = counts;
  // Per context length n - 1, by context id: tokens seen after it, and kinds of them.
  const totals: Float64Array[] = [new Float64Array(0)];
  const kinds: Float64Array[] = [new Float64Array(0)];
  for (let n = 1; n <= order; n++) {
    const table = tables[n]!;
    const contexts = n === 1 ? 1 : tables[n - 1]!.size;
    const total = new Float64Array(contexts);
    const kind = new Float64Array(contexts);
    for (let id = 0; id < table.size; id++) {
      total[table.parents[id]!]! += table.counts[id]!;
      kind[table.parents[id]!]! += 1;
    }
    totals.push(total);
    kinds.push(kind);
  }

  const ofLooked = (): number => {
    let p = 1 / vocabularySize;
    for (let n = 1; n <= order; n++) {
      const h = context[n - 1]!;
      if (h < 0) break;
      const kind = kinds[n]![h]!;
      if (kind === 0) break; // seen only as the last tokens of the text
      const gram = grams[n]!;
      const count = gram < 0 ? 0 : tables[n]!.counts[gram]!;
      p = (count + kind * p) / (totals[n]![h]! + kind);
    }
    return p;
  };

  return counts.model(name, ofLooked);
}
