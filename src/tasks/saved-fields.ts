/** What a model directory says of a model, field by field. */
import { RecurraError, shown } from "../core/errors.ts";

const LARGEST = 65_536;

/**
 * The fields of an object of config.json or encoder.json, each checked before it is used, so that a damaged file gives one
 * clear error.
 */
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
    if (isRight(this.values[name])) return;
    const found = this.values[name];
    const got = shown(typeof found === "object" ? JSON.stringify(found) : found);
    throw new RecurraError("file-format", { where: `${this.#where}, ${name}`, expected, got });
  }

  /** @throws file-format when a field is no integer in the range. */
  integer(name: string, least = 1, most: number = LARGEST): void {
    const isRight = (x: unknown): boolean => Number.isSafeInteger(x) && (x as number) >= least && (x as number) <= most;
    this.require(name, isRight, `an integer from ${least} to ${most}`);
  }

  /** @throws file-format when a field is not one of the choices. */
  choice(name: string, choices: readonly string[]): void {
    this.require(name, (x) => choices.includes(x as string), `one of ${choices.join(", ")}`);
  }

  /** @throws file-format when a field is not true or false. */
  flag(name: string): void {
    this.require(name, (x) => typeof x === "boolean", "true or false");
  }

  /** @throws file-format when a field is there and is no text. */
  optionalText(name: string): void {
    this.require(name, (x) => x === undefined || typeof x === "string", "a text");
  }
}
