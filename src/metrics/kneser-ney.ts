import { NgramCounts } from "./ngram-counts.ts";
import type { NgramModel } from "./ngram-model.ts";

/** D1, D2 and D3+ at places 1 to 3, from the counts of counts; never above the count they are taken from. */
function discounts(weights: Int32Array, size: number): Float64Array {
  const ofCount = new Float64Array(5); // how many n-grams have weight 1 to 4
  for (let id = 0; id < size; id++) if (weights[id]! <= 4) ofCount[weights[id]!]! += 1;
  const [, n1, n2, n3, n4] = ofCount as unknown as [number, number, number, number, number];
  const y = n1 / (n1 + 2 * n2);
  const estimates = [0, 1 - (2 * y * n2) / n1, 2 - (3 * y * n3) / n2, 3 - (4 * y * n4) / n3];
  // Too few kinds of token for an estimate, as among unigrams of characters: the fixed ones of KenLM.
  const fixed = [0, 0.5, 1, 1.5];
  const allFit = estimates.every((d, i) => i === 0 || (d > 0 && d <= i));
  return Float64Array.from(allFit ? estimates : fixed);
}

/**
 * Interpolated Kneser-Ney with three discounts a length (modified Kneser-Ney):
 * P(w | h) = (a(h w) - D(a(h w))) / Σ a(h ·) + γ(h) P(w | h'), h' = h without its first token, and P = 1 / V below the unigram.
 *
 * a is the count of the longest n-grams, and for the shorter ones the number of different tokens seen to their left;
 * D1, D2, D3+ are estimated from the counts of counts of each length, and γ(h) is what they take away.
 *
 * @param train as `[N]`, of which at most 5 million tokens are counted.
 * @param order the longest n-gram, from 1 to 16; default 5, where character models of a book are at their best.
 * @throws option when order is out of range; data when `train` is empty or an id is not from 0 to vocabularySize - 1.
 * Source: Chen and Goodman 1998, section 3; Heafield et al. 2013, section 3, for the discounts where an estimate fails.
 *
 * @example
 * ```ts
 * kneserNey(train, vocabulary.size).bitsPerToken(valid); // about 2.1 on English characters
 * ```
 */
export function kneserNey(train: Int32Array, vocabularySize: number, order = 5): NgramModel {
  const counts = new NgramCounts(train, vocabularySize, order);
  const { grams, context, tables } = counts;
  // Per length n: a(h w) - D by n-gram id; 1 / Σ a(h ·) and γ(h) by context id.
  const kept: Float64Array[] = [new Float64Array(0)];
  const inverseTotals: Float64Array[] = [new Float64Array(0)];
  const backoffs: Float64Array[] = [new Float64Array(0)];
  for (let n = 1; n <= order; n++) {
    const table = tables[n]!;
    const weights = n === order ? table.counts : table.leftKinds;
    const discount = discounts(weights, table.size);
    const contexts = n === 1 ? 1 : tables[n - 1]!.size;
    const keptOf = new Float64Array(table.size);
    const total = new Float64Array(contexts);
    const backoff = new Float64Array(contexts);
    for (let id = 0; id < table.size; id++) {
      const weight = weights[id]!; // 0 for an n-gram seen only at the very beginning
      const taken = discount[Math.min(weight, 3)]!;
      keptOf[id] = weight - taken;
      total[table.parents[id]!]! += weight;
      backoff[table.parents[id]!]! += taken;
    }
    for (let h = 0; h < contexts; h++) {
      if (total[h] === 0) continue; // no token was counted after h: the shorter context decides
      backoff[h] = backoff[h]! / total[h]!;
      total[h] = 1 / total[h]!;
    }
    kept.push(keptOf);
    inverseTotals.push(total);
    backoffs.push(backoff);
  }

  const ofLooked = (): number => {
    let p = 1 / vocabularySize;
    for (let n = 1; n <= order; n++) {
      const h = context[n - 1]!;
      if (h < 0) break;
      const inverse = inverseTotals[n]![h]!;
      if (inverse === 0) continue;
      const gram = grams[n]!;
      p = backoffs[n]![h]! * p + (gram < 0 ? 0 : kept[n]![gram]! * inverse);
    }
    return p;
  };

  return counts.model(`Kneser-Ney ${order}-gram`, ofLooked);
}
