import { errorRate } from "./error-rate.ts";

/**
 * Character error rate: the inserted, deleted and replaced characters, over the characters of all references together.
 *
 *     CER = (S + D + I) / N
 *
 * Characters are Unicode code points, spaces among them. Many insertions make it more than 1; where every reference is
 * empty, N is taken as 1.
 *
 * @param predictions one text for each reference.
 * @param references the right texts.
 * @returns 0 or more; smaller is better.
 * @throws shape when there are not as many predictions as references.
 * @example
 * ```ts
 * characterErrorRate(["1979-05-08"], ["1979-05-03"]); // 0.1
 * ```
 */
export function characterErrorRate(predictions: readonly string[], references: readonly string[]): number {
  return errorRate("characterErrorRate", predictions, references, (text) => [...text]);
}
