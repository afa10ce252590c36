/** How translations are scored, where a source may have several right ones. */
import { groupsOf } from "../core/groups-of.ts";
import type { TextPair } from "../data/sources/text-pairs.ts";
import { bleu, characterErrorRate, editDistance, exactMatch } from "../metrics/index.ts";
import type { Metrics } from "./task.ts";

/** The targets of each source, none twice, in the order in which they first stand. */
export function targetsOfSources(pairs: readonly TextPair[]): Map<string, string[]> {
  const groups = groupsOf(pairs, ({ source }) => source);
  return new Map(Array.from(groups, ([source, own]) => [source, [...new Set(own.map(({ target }) => target))]]));
}

/**
 * Scores a translation of each source.
 *
 * @param references the right translations of each.
 * @returns `exactMatch` with any of them, `charErrorRate` from the nearest, `bleu` (0 to 100) on all, and `examples`, how many sources there are.
 */
export function translationMetrics(
  translations: readonly string[],
  references: readonly (readonly string[])[],
): Metrics & { readonly bleu: number } {
  const nearest = translations.map((translation, i) => {
    const letters = [...translation];
    const rate = (reference: string): number => editDistance(letters, [...reference]) / Math.max(1, reference.length);
    const rates = references[i]!.map(rate);
    return references[i]![rates.indexOf(Math.min(...rates))]!;
  });
  return {
    exactMatch: exactMatch(translations, references),
    charErrorRate: characterErrorRate(translations, nearest),
    bleu: bleu(translations, references),
    examples: translations.length,
  };
}
