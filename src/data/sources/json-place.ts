/** Where a value of a JSON text stands. */

const TOKEN = /[ \t\r\n]*("(?:[^"\\]|\\.)*"|[^\s",:[\]{}]+|[[\]{},:])/y;

/**
 * The place of a value's first character, from 0, in a text that is JSON; the length of the text where there is no such value.
 *
 * @param path keys and indices from the outermost value to the one looked for.
 * @example
 * ```ts
 * jsonPlace('{"a": [1, 20]}', ["a", 1]); // 10
 * ```
 */
export function jsonPlace(text: string, path: readonly (string | number)[]): number {
  let at = 0;
  const next = (): string => {
    TOKEN.lastIndex = at;
    const token = TOKEN.exec(text)?.[1] ?? "";
    at = TOKEN.lastIndex;
    return token;
  };
  /** Passes over the value whose first token is given. */
  const pass = (first: string): void => {
    let depth = 0;
    for (let token = first; token !== ""; token = next()) {
      if (token === "[" || token === "{") depth += 1;
      else if (token === "]" || token === "}") depth -= 1;
      if (depth === 0) return;
    }
  };
  let token = next();
  for (const key of path) {
    const isObject = token === "{";
    for (let index = 0; ; index++) {
      const found = next();
      if (found === "" || found === "]" || found === "}") return text.length;
      let name: unknown = index;
      token = found;
      if (isObject) {
        name = JSON.parse(found);
        next(); // the colon
        token = next();
      }
      if (name === key) break;
      pass(token);
      next(); // a comma, or the end
      if (text[at - 1] !== ",") return text.length;
    }
  }
  return at - token.length;
}

/** Line and column of a place in a text, both from 1, as messages name them: `line 3, column 17`. */
export function lineAndColumn(text: string, at: number): string {
  const before = text.slice(0, at);
  return `line ${before.split("\n").length}, column ${at - before.lastIndexOf("\n")}`;
}
