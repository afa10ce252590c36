/** What may be asked of sampling. */
import { requireCount, requireInteger, requireOption } from "../core/require-option.ts";
import { requireOptions } from "../core/require-options.ts";

/** Checks a value; `where` is the function and the option. */
type Check = (where: string, value: number) => void;
type Checks = Readonly<Record<string, Check>>;

/** As core's, without its hint for the bytes of a file: 140 bytes that a page which only writes would fetch. */
export const requireText: Check = (where, value) =>
  requireOption(where, value, typeof (value as unknown) === "string", "a text");

const CHECKS: Checks = {
  length: requireCount,
  temperature: (where, value) => requireOption(where, value, value >= 0 && value < 1e6, "a number from 0 to below 1e6"),
  topK: (where, value) => {
    if (value !== Number.POSITIVE_INFINITY) requireInteger(where, value, 1);
  },
  topP: (where, value) => requireOption(where, value, value > 0 && value <= 1, "a number above 0, at most 1"),
  seed: requireCount,
};

/**
 * Checks the options of a function that draws, before it does.
 *
 * @param where the function, for messages.
 * @param own checks of its options beside those of drawing.
 * @throws option when a name is unknown, or a value is not what it may be.
 */
export function requireSampling(where: string, options: object, own: Checks): void {
  requireOptions(where, options as Readonly<Record<string, unknown>>, { ...own, ...CHECKS });
}
