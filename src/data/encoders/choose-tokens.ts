import { RecurraError } from "../../core/errors.ts";
import { requireInteger, requireOption } from "../../core/require-option.ts";
import { codePointOrder } from "../code-point-order.ts";

/** Which tokens of a text a vocabulary keeps, and in what order. */
export interface TokenChoice {
  /** Which token gets the first id: the most frequent, ties by code point (default), or the smallest by code point ("A" to "Z" before "a" to "z"). */
  readonly order?: "frequency" | "alphabetical";
  /** Tokens seen fewer times become <UNK>; default 1, which keeps all. */
  readonly minCount?: number | undefined;
  /** The largest vocabulary, <UNK> and <EOS> counted; the most frequent tokens stay. Default: no bound. */
  readonly maxSize?: number | undefined;
}

/** What the vocabulary adds to the tokens of the text. */
interface Specials {
  /** The class that asks, for messages. */
  readonly where: string;
  /** What a token is, for messages. */
  readonly noun: string;
  /** Ids of special tokens that are there in any case. */
  readonly always: number;
  /** Ids of special tokens that are there only when tokens were left out. */
  readonly whenCut: number;
  /** How a token is shown in a message. */
  readonly named: (token: string) => string;
}

/**
 * Chooses the tokens of a vocabulary from their counts.
 *
 * @returns the tokens in the order of their ids, without special ones, and whether any was left out.
 * @throws option when minCount or maxSize is no positive integer or order is unknown; data when nothing is left.
 */
export function chooseTokens(
  counts: Iterable<readonly [string, number]>,
  choice: TokenChoice,
  specials: Specials,
): { readonly tokens: string[]; readonly cut: boolean } {
  const { order = "frequency", minCount = 1, maxSize = Number.MAX_SAFE_INTEGER } = choice;
  const { where, noun, always, whenCut, named } = specials;
  requireInteger(`${where}, option minCount`, minCount, 1);
  requireInteger(`${where}, option maxSize`, maxSize, 1);
  const isOrder = order === "frequency" || order === "alphabetical";
  requireOption(`${where}, option order`, order, isOrder, '"frequency" or "alphabetical"');
  const all = Array.from(counts).sort((a, b) => b[1] - a[1] || codePointOrder(a[0], b[0]));
  const most = all[0];
  if (most === undefined) {
    throw new RecurraError("data", { where, expected: "some text", got: `a text without a ${noun}` });
  }
  let kept = all.filter(([, count]) => count >= minCount);
  if (kept.length > maxSize - always || (kept.length < all.length && kept.length > maxSize - always - whenCut)) {
    kept = kept.slice(0, Math.max(0, maxSize - always - whenCut));
  }
  if (kept.length === 0) {
    const bound = maxSize === Number.MAX_SAFE_INTEGER ? "" : ` within a vocabulary of ${maxSize}`;
    throw new RecurraError("data", {
      where,
      expected: `a ${noun} seen at least ${minCount} times${bound}`,
      got: "none",
      hint: `The most frequent is ${named(most[0])}, seen ${most[1]} times: lower minCount or raise maxSize.`,
    });
  }
  const tokens = kept.map(([token]) => token);
  if (order === "alphabetical") tokens.sort(codePointOrder);
  return { tokens, cut: kept.length < all.length };
}
