/** What a saved file says, field by field. */
import { RecurraError, shownJson } from "./errors.ts";
import { isInteger } from "./is-integer.ts";

const LARGEST = 65_536;

/** The fields of a JSON object of a saved file, each checked before it is used, so that a damaged file gives one clear error. */
export class SavedFields {
  /** As they stand; fields that are left out are undefined. */
  readonly values: Readonly<Record<string, unknown>>;
  readonly #where: string;

  /** @param where the file's name, for messages. */
  constructor(value: unknown, where: string) {
    this.values = (typeof value === "object" && value !== null ? value : {}) as Readonly<Record<string, unknown>>;
    this.#where = where;
  }

  /** @throws file-format when a field is not as expected. */
  require(name: string, isRight: (found: unknown) => boolean, expected: string): void {
    const found = this.values[name];
    if (!isRight(found)) throw this.wrong(name, expected, found);
  }

  /** The error of a field. */
  wrong(name: string, expected: string, found: unknown): RecurraError {
    return new RecurraError("file-format", { where: `${this.#where}, ${name}`, expected, got: shownJson(found) });
  }

  /** @throws file-format when a field is no integer in the range. */
  integer(name: string, least = 1, most: number = LARGEST): number {
    this.require(name, (x) => isInteger(x, least, most), `an integer from ${least} to ${most}`);
    return this.values[name] as number;
  }

  /** @throws file-format when a field is no list of numbers of a right length. */
  numbers(name: string, isLength: (length: number) => boolean, expected: string): Float32Array {
    const isNumber = (x: unknown): boolean => typeof x === "number";
    this.require(name, (x) => Array.isArray(x) && isLength(x.length) && x.every(isNumber), expected);
    return Float32Array.from(this.values[name] as readonly number[]);
  }

  /**
   * @param missing the choice where the field is left out.
   * @throws file-format when a field is not one of the choices.
   */
  choice<Choice extends string>(name: string, choices: readonly Choice[], missing?: Choice): Choice {
    const found = (this.values[name] ?? missing) as Choice;
    if (!choices.includes(found)) throw this.wrong(name, `one of ${choices.join(", ")}`, found);
    return found;
  }

  /**
   * @param missing what holds where the field is left out.
   * @throws file-format when a field is not true or false.
   */
  flag(name: string, missing?: boolean): boolean {
    const found = this.values[name] ?? missing;
    if (typeof found !== "boolean") throw this.wrong(name, "true or false", found);
    return found;
  }
}

/** @throws file-format when a field is there and is no text. */
export function requireOptionalText(fields: SavedFields, name: string): void {
  fields.require(name, (x) => x === undefined || typeof x === "string", "a text");
}
