/** Entities marked by tags: from tags to spans. */
import { RecurraError, shown } from "../core/errors.ts";

/** A run of tokens with a type. */
export interface Entity {
  /** PER, LOC, …; "_" of a bare prefix. */
  readonly type: string;
  /** Its first token, counted from 0. */
  readonly start: number;
  /** One beyond its last token. */
  readonly end: number;
}

/** What a tag says: O is outside, B begins, I goes on, E ends, S is an entity of one token. */
export interface EntityTag {
  readonly prefix: "O" | "B" | "I" | "E" | "S";
  readonly type: string;
}

/**
 * Takes a tag apart: "B-PER" is B and PER, "I-creative-work" I and creative-work.
 *
 * @returns undefined where a tag does not mark entities, such as "NOUN" or "1".
 */
export function entityTag(tag: string): EntityTag | undefined {
  if (tag === "O") return { prefix: "O", type: "_" };
  const match = /^([BIES])(?:-(.+))?$/s.exec(tag);
  return match === null ? undefined : { prefix: match[1] as EntityTag["prefix"], type: match[2] ?? "_" };
}

/**
 * The entities of a sequence of tags, in BIO and BIOES alike, forgiving as seqeval's default mode is:
 *
 * - an entity begins at B or S, at I or E after O, E or S, and wherever the type changes, so that I-PER after O or after B-LOC begins one;
 * - it ends after E or S, before B, S and O, where the type changes, and at the end of the sequence.
 *
 * @throws data when a tag marks no entity and is not O.
 * Source: seqeval 1.2.2, `get_entities`, which follows conlleval.
 * @example
 * ```ts
 * entitiesOf(["B-PER", "I-PER", "O", "I-LOC"]); // PER from 0 to 2, LOC from 3 to 4
 * ```
 */
export function entitiesOf(tags: readonly string[]): Entity[] {
  const entities: Entity[] = [];
  let before: EntityTag = { prefix: "O", type: "_" };
  let start = 0;
  const close = (end: number): void => {
    if (before.prefix !== "O") entities.push({ type: before.type, start, end });
  };
  tags.forEach((text, t) => {
    const tag = entityTag(text);
    if (tag === undefined) {
      throw new RecurraError("data", {
        where: `entitiesOf, tag ${t + 1}`,
        expected: "O, or a type after B-, I-, E- or S-",
        got: shown(text),
      });
    }
    const goesOn = tag.type === before.type && /[IE]/.test(tag.prefix) && /[BI]/.test(before.prefix);
    if (!goesOn) {
      close(t);
      start = t;
    }
    before = tag;
  });
  close(tags.length);
  return entities;
}
