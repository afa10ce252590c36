import { RecurraError, shown } from "../core/errors.ts";

/** The two parts of a running text, views of the ids given. */
export interface RunningTextSplit {
  readonly train: Int32Array;
  readonly valid: Int32Array;
}

/**
 * Splits running text into its beginning, to train on, and its end, to validate on; never shuffled, since neighbours of one sentence on both sides would flatter the score.
 *
 * @param ids as `[N]`, token ids in reading order.
 * @param validFraction the share of the end, from 0 to 0.5; default 0.1, so that a short text still gives a steady score; 0 leaves `valid` empty.
 * @returns views, not copies: `train` has N - round(N validFraction) tokens.
 * @throws option when the fraction is out of range; data when a part would be empty.
 *
 * @example
 * ```ts
 * const { train, valid } = splitRunningText(ids, 0.05);
 * ```
 */
export function splitRunningText(ids: Int32Array, validFraction = 0.1): RunningTextSplit {
  if (!(validFraction >= 0 && validFraction <= 0.5)) {
    throw new RecurraError("option", {
      where: "splitRunningText, validFraction",
      expected: "a number from 0 to 0.5",
      got: shown(validFraction),
    });
  }
  const cut = ids.length - Math.round(ids.length * validFraction);
  if (cut === 0 || (cut === ids.length && validFraction > 0)) {
    throw new RecurraError("data", {
      where: "splitRunningText",
      expected: `at least one token on either side of a split at ${1 - validFraction}`,
      got: `${ids.length} tokens`,
      hint: "Give more text or a larger validation part.",
    });
  }
  return { train: ids.subarray(0, cut), valid: ids.subarray(cut) };
}
