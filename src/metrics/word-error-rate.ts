import { errorRate } from "./error-rate.ts";

/**
 * Word error rate: the inserted, deleted and replaced words, over the words of all references together.
 *
 *     WER = (S + D + I) / N
 *
 * Words are what white space separates, compared as they stand: letter case and punctuation count. Many insertions make
 * it more than 1; where every reference is empty, N is taken as 1.
 *
 * @param predictions one text for each reference.
 * @param references the right texts.
 * @returns 0 or more; smaller is better.
 * @throws shape when there are not as many predictions as references.
 * Source: NIST, SCTK's sclite.
 * @example
 * ```ts
 * wordErrorRate(["the cat sat"], ["the cat sat down"]); // 0.25
 * ```
 */
export function wordErrorRate(predictions: readonly string[], references: readonly string[]): number {
  return errorRate("wordErrorRate", predictions, references, (text) => text.split(/\s+/).filter((word) => word !== ""));
}
