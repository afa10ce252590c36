import { RecurraError } from "../core/errors.ts";
import { cutNear } from "./cut-near.ts";
import { requireFraction } from "./require-fraction.ts";

/** The two parts of running text. */
export interface RunningTextSplit {
  readonly train: readonly string[];
  readonly valid: readonly string[];
}

/**
 * Splits running text into its beginning, to train on, and its end, to validate on; never shuffled, since neighbours of one sentence on both sides would flatter the score.
 *
 * The cut is made at the end of a line or word near the exact place. Text is cut and not tokens, so that a vocabulary can be counted on the training part alone.
 *
 * @param texts in reading order.
 * @param validFraction the share of the characters, from 0 to 0.5; default 0.1, so that a short text still gives a steady score; 0 leaves `valid` empty.
 * @throws option when the fraction is out of range; data when a part would be empty.
 *
 * @example
 * ```ts
 * const { train, valid } = splitRunningText(["first chapter", "last chapter"], 0.1);
 * ```
 */
export function splitRunningText(texts: readonly string[], validFraction = 0.1): RunningTextSplit {
  requireFraction("splitRunningText", validFraction);
  if (validFraction === 0) return { train: texts, valid: [] };
  const total = texts.reduce((sum, text) => sum + text.length, 0);
  let left = total - Math.round(total * validFraction);
  let i = 0;
  while (i < texts.length && left >= texts[i]!.length) {
    left -= texts[i]!.length;
    i += 1;
  }
  const text = texts[i] ?? "";
  const cut = left === 0 ? 0 : cutNear(text, left);
  const train = [...texts.slice(0, i), text.slice(0, cut)].filter((part) => part !== "");
  const valid = [text.slice(cut), ...texts.slice(i + 1)].filter((part) => part !== "");
  if (train.length > 0 && valid.length > 0) return { train, valid };
  throw new RecurraError("data", {
    where: "splitRunningText",
    expected: `some text on either side of a split at ${1 - validFraction}`,
    got: `${total} characters`,
    hint: "Give more text or a larger validation part.",
  });
}
