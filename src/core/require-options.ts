/** Checks of options: in plain JavaScript a misspelt one would count for nothing. */
import { RecurraError, shown } from "./errors.ts";
import { nearestHint } from "./nearest-name.ts";
import { requireOption } from "./require-option.ts";

/** Checks one value; `where` is the function and the option. */
export type OptionCheck = (where: string, value: never) => void;

/** A check for each of some options, by name. */
export type OptionChecks<Names extends PropertyKey = string> = Readonly<Record<Names, OptionCheck>>;

/**
 * Checks that options are named as the known ones; those that are undefined count as not given.
 *
 * @param where the function, for messages.
 * @throws option when a name is unknown, with the one that it most likely stands for, or there are no options at all.
 */
export function requireNames(where: string, options: object, known: readonly string[]): void {
  requireOption(where, options, Object(options) === options, "an object of options");
  for (const [name, value] of Object.entries(options)) {
    if (value === undefined || known.includes(name)) continue;
    throw new RecurraError("option", {
      where,
      expected: `options of ${known.join(", ")}`,
      got: shown(name),
      hint: nearestHint(name, known),
    });
  }
}

/**
 * Checks the names and the values of options.
 *
 * @param where the function, for messages.
 * @param checks of those that may be left out.
 * @param required checks of those that may not.
 * @throws option when a name is unknown, or a value is not what it may be.
 */
export function requireOptions<Options extends object, Required extends keyof Options = never>(
  where: string,
  options: Options,
  checks: OptionChecks<Exclude<keyof Options, Required>>,
  required: OptionChecks<Required> = {} as OptionChecks<Required>,
): void {
  const all: OptionChecks = { ...required, ...checks };
  requireNames(where, options, Object.keys(all));
  for (const [name, check] of Object.entries(all)) {
    const value = options[name as keyof Options];
    if (value !== undefined || name in required) check(`${where}, option ${name}`, value as never);
  }
}
