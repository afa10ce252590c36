import { RecurraError, shown } from "../../core/errors.ts";
import type { Vocabulary } from "./vocabulary.ts";

/** The text of ids, each after the one before it. */
export function decoded(vocabulary: Pick<Vocabulary, "textOf">, ids: Iterable<number>): string {
  let text = "";
  let before: number | undefined;
  for (const id of ids) {
    text += vocabulary.textOf(id, before);
    before = id;
  }
  return text;
}

/** @throws data, for an id that no token of a vocabulary has. */
export function noToken(name: string, id: number, size: number): never {
  const expected = `an integer from 0 to ${size - 1}`;
  throw new RecurraError("data", { where: `${name}, id`, expected, got: shown(id) });
}
