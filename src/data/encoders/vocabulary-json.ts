import { SavedFields } from "../../core/saved-fields.ts";

/** The fields of a saved vocabulary. */
export class VocabularyJson extends SavedFields {
  /**
   * @param where the file's name, for messages.
   * @throws file-format when the value is no object of that kind.
   */
  constructor(value: unknown, kind: string, where: string) {
    super(value, where);
    this.choice("kind", [kind]);
  }

  /** A field that is a Unicode version. */
  version(name: string): string {
    this.require(name, (x) => typeof x === "string" && /^\d{1,3}\.\d{1,3}$/.test(x), "a version of Unicode");
    return this.values[name] as string;
  }

  /** A field that lists tokens, each once. */
  tokens(name: string, noun: string, isToken: (token: string) => boolean): string[] {
    this.require(name, (x) => Array.isArray(x) && x.length > 0, "a list");
    const seen = new Set<string>();
    for (const token of this.values[name] as readonly unknown[]) {
      const isOne = typeof token === "string" && token.length > 0 && isToken(token);
      if (!isOne || seen.has(token)) throw this.wrong(name, `one ${noun} each, once`, token);
      seen.add(token);
    }
    return Array.from(seen);
  }
}
