import { RecurraError, shown } from "../core/errors.ts";

/** @throws option when a text or sequence cannot have so many steps, or be drawn at that temperature. */
export function requireSampling(where: string, length: number, temperature: number): void {
  // not `requireOption`: shared with what is fetched later, it would be a file more for a page that only writes
  const check = (name: string, value: number, isRight: boolean, expected: string): void => {
    if (!isRight) throw new RecurraError("option", { where: `${where}, option ${name}`, expected, got: shown(value) });
  };
  check("length", length, Number.isSafeInteger(length) && length >= 0, "an integer of at least 0");
  check("temperature", temperature, temperature >= 0 && temperature < 1e6, "a number from 0 to below 1e6");
}
