/** How tags mark entities: BIO, BIOES, or not at all. */
import { type Entity, entitiesOf, entityTag } from "../../metrics/entities.ts";

/**
 * - "bio": B-PER begins an entity, I-PER goes on, O is outside; the commonest, also called IOB2;
 * - "bioes": also E-PER for the last token and S-PER for an entity of one, so that ends are learned too;
 * - "plain": tags that mark no entities, such as parts of speech or 0 and 1.
 */
export type TagScheme = "bio" | "bioes" | "plain";

/**
 * The scheme of a set of tags: entities where each tag is O or has a type after B-, I-, E- or S-, and one has a type.
 *
 * Bare letters are plain tags: E and I may as well stand for exon and intron.
 */
export function tagSchemeOf(tags: Iterable<string>): TagScheme {
  let scheme: TagScheme = "plain";
  for (const tag of tags) {
    if (tag === "O") continue;
    const prefix = /^([BIES])-./s.exec(tag)?.[1];
    if (prefix === undefined) return "plain";
    if (prefix === "E" || prefix === "S") scheme = "bioes";
    else if (scheme === "plain") scheme = "bio";
  }
  return scheme;
}

/** The tags that mark entities in a sequence of `length` tokens. */
export function entitiesToTags(entities: readonly Entity[], length: number, scheme: "bio" | "bioes"): string[] {
  const tags = new Array<string>(length).fill("O");
  for (const { type, start, end } of entities) {
    for (let t = start; t < end; t++) {
      const isLast = scheme === "bioes" && t === end - 1;
      const prefix = t === start ? (isLast ? "S" : "B") : isLast ? "E" : "I";
      tags[t] = type === "_" ? prefix : `${prefix}-${type}`;
    }
  }
  return tags;
}

/**
 * The same entities in another scheme; odd beginnings such as I-PER after O are put right.
 *
 * @throws data when a tag marks no entity and is not O.
 * @example
 * ```ts
 * convertTags(["B-PER", "I-PER", "O", "B-LOC"], "bioes"); // B-PER E-PER O S-LOC
 * ```
 */
export function convertTags(tags: readonly string[], to: "bio" | "bioes"): string[] {
  return entitiesToTags(entitiesOf(tags), tags.length, to);
}

/**
 * Whether a tag may stand after another; undefined for the place before the first and after the last.
 *
 * In BIO, I-PER stands only after B-PER or I-PER. In BIOES also, an entity that has begun goes on to its end: B-PER and I-PER stand only before I-PER or E-PER.
 * Plain tags may follow each other in any order.
 */
export function mayFollow(before: string | undefined, after: string | undefined, scheme: TagScheme): boolean {
  if (scheme === "plain") return true;
  const outside = { prefix: "O", type: "_" } as const;
  const from = before === undefined ? outside : (entityTag(before) ?? outside);
  const to = after === undefined ? outside : (entityTag(after) ?? outside);
  const isInside = from.prefix === "B" || from.prefix === "I";
  const goesOn = to.prefix === "I" || to.prefix === "E";
  if (goesOn) return isInside && from.type === to.type;
  return scheme === "bio" || !isInside;
}
