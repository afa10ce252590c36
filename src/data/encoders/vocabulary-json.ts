import { RecurraError, shown } from "../../core/errors.ts";

/** The fields of a saved vocabulary, each checked as it is read, so that a damaged file gives one clear error. */
export class VocabularyJson {
  readonly #where: string;
  readonly #fields: Readonly<Record<string, unknown>>;

  /**
   * @param where the file's name, for messages.
   * @throws file-format when the value is no object of that kind.
   */
  constructor(value: unknown, kind: string, where: string) {
    const isObject = typeof value === "object" && value !== null;
    this.#where = where;
    this.#fields = (isObject ? value : {}) as Readonly<Record<string, unknown>>;
    if (this.#fields.kind !== kind) throw this.wrong(`a vocabulary of kind "${kind}"`, this.#fields.kind);
  }

  /** The error of a field. */
  wrong(expected: string, got: unknown): RecurraError {
    const isObject = typeof got === "object" && got !== null;
    const name = isObject ? (Array.isArray(got) ? "a list" : "an object") : shown(got);
    return new RecurraError("file-format", { where: this.#where, expected, got: name });
  }

  /** A field that is true or false; `missing` where it is left out. */
  flag(name: string, missing?: boolean): boolean {
    const value = this.#fields[name] ?? missing;
    if (typeof value !== "boolean") throw this.wrong(`"${name}" as true or false`, value);
    return value;
  }

  /** A field that is one of some strings; `missing` where it is left out. */
  choice<Choice extends string>(name: string, choices: readonly Choice[], missing?: Choice): Choice {
    const value = (this.#fields[name] ?? missing) as Choice;
    if (!choices.includes(value)) throw this.wrong(`"${name}" as one of ${choices.join(", ")}`, value);
    return value;
  }

  /** A field that is a Unicode version. */
  version(name: string): string {
    const value = this.#fields[name];
    if (typeof value !== "string" || !/^\d{1,3}\.\d{1,3}$/.test(value)) {
      throw this.wrong(`"${name}" as a version of Unicode`, value);
    }
    return value;
  }

  /** A field that lists tokens, each once. */
  tokens(name: string, noun: string, isToken: (token: string) => boolean): string[] {
    const list = this.#fields[name];
    if (!Array.isArray(list) || list.length === 0) throw this.wrong(`"${name}" as a list`, list);
    const seen = new Set<string>();
    for (const token of list as readonly unknown[]) {
      const isOne = typeof token === "string" && token.length > 0 && isToken(token);
      if (!isOne || seen.has(token)) throw this.wrong(`each of the ${name} to be one ${noun}, once`, token);
      seen.add(token);
    }
    return Array.from(seen);
  }
}
