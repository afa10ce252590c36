import { describe, expect, it } from "vitest";
import { Random } from "../../core/random.ts";
import { entitiesOf } from "../../metrics/entities.ts";
import { convertTags, mayFollow, tagSchemeOf } from "./tag-scheme.ts";

const TAGS = ["O", "B-PER", "I-PER", "E-PER", "S-PER", "B-LOC", "I-LOC", "E-LOC", "S-LOC"];

describe("tagSchemeOf", () => {
  it.each([
    [["O", "B-PER", "I-PER"], "bio"],
    [["I-PER", "O"], "bio"],
    [["S-PER", "O", "B-PER"], "bioes"],
    [["0", "1"], "plain"],
    [["O"], "plain"],
    [["NOUN", "VERB", "O"], "plain"],
    [["E", "I", "N"], "plain"],
    [["O", "B-PER", "NOUN"], "plain"],
  ])("of %j is %s", (tags, scheme) => {
    expect(tagSchemeOf(tags)).toBe(scheme);
  });
});

describe("convertTags", () => {
  it("marks ends and single tokens in BIOES, and takes them back in BIO", () => {
    const bio = "B-PER I-PER O B-LOC B-LOC I-LOC I-LOC".split(" ");
    const bioes = "B-PER E-PER O S-LOC B-LOC I-LOC E-LOC".split(" ");
    expect(convertTags(bio, "bioes")).toEqual(bioes);
    expect(convertTags(bioes, "bio")).toEqual(bio);
  });

  it("puts right what begins with I", () => {
    expect(convertTags(["O", "I-PER", "I-LOC"], "bio")).toEqual(["O", "B-PER", "B-LOC"]);
  });

  it("keeps the entities of any tags, and gives only tags that may follow each other", () => {
    const random = new Random(1, "tags");
    for (let i = 0; i < 300; i++) {
      const tags = Array.from({ length: 1 + (i % 7) }, (_, t) => TAGS[random.integer(8 * i + t, TAGS.length)]!);
      for (const scheme of ["bio", "bioes"] as const) {
        const made = convertTags(tags, scheme);
        expect(entitiesOf(made)).toEqual(entitiesOf(tags));
        const pairs = [undefined, ...made].map((before, t) => mayFollow(before, made[t], scheme));
        expect(pairs.every((allowed) => allowed)).toBe(true);
      }
    }
  });
});

describe("mayFollow", () => {
  const followers = (before: string | undefined, scheme: "bio" | "bioes" | "plain"): string =>
    [...TAGS, undefined].filter((tag) => mayFollow(before, tag, scheme)).join(" ");

  it("lets I stand only after B or I of its type in BIO", () => {
    const tags = ["O", "B-PER", "I-PER", "B-LOC", "I-LOC"];
    const follow = (before: string | undefined): string =>
      tags.filter((tag) => mayFollow(before, tag, "bio")).join(" ");
    expect(follow(undefined)).toBe("O B-PER B-LOC");
    expect(follow("O")).toBe("O B-PER B-LOC");
    expect(follow("B-PER")).toBe("O B-PER I-PER B-LOC");
    expect(follow("I-LOC")).toBe("O B-PER B-LOC I-LOC");
    expect(mayFollow("B-PER", undefined, "bio")).toBe(true);
  });

  it("lets nothing but I and E of its type follow an entity that has begun in BIOES", () => {
    expect(followers("B-PER", "bioes")).toBe("I-PER E-PER");
    expect(followers("I-LOC", "bioes")).toBe("I-LOC E-LOC");
    expect(followers("E-LOC", "bioes")).toBe("O B-PER S-PER B-LOC S-LOC ");
    expect(followers(undefined, "bioes")).toBe("O B-PER S-PER B-LOC S-LOC ");
  });

  it("forbids no plain tag", () => {
    expect(mayFollow(undefined, "I-PER", "plain")).toBe(true);
  });
});
