import { requireOption } from "../core/require-option.ts";

/** @throws option when the share of the data that is kept back to validate on is out of range. */
export function requireFraction(where: string, validFraction: number): void {
  const isShare = validFraction >= 0 && validFraction <= 0.5;
  requireOption(`${where}, validFraction`, validFraction, isShare, "a number from 0 to 0.5");
}
