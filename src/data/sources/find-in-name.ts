import { RecurraError, shown } from "../../core/errors.ts";

/**
 * What an expression says of names.
 *
 * @param labelFrom a regular expression, as the option gives it.
 * @returns finds the first group in a name, else the whole match, without white space around it; "" where there is none.
 * @throws option when the expression is none.
 */
export function findInName(labelFrom: string): (name: string) => string {
  let expression: RegExp;
  try {
    expression = new RegExp(labelFrom, "u");
  } catch (cause) {
    const got = shown(labelFrom);
    throw new RecurraError("option", { where: "--label-from", expected: "a regular expression", got, cause });
  }
  return (name) => {
    const match = expression.exec(name);
    return (match?.[1] ?? match?.[0] ?? "").trim();
  };
}
