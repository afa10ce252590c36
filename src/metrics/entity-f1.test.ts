import { describe, expect, it } from "vitest";
import { entitiesOf, entityTag } from "./entities.ts";
import { entityF1 } from "./entity-f1.ts";
import { tokenAccuracy } from "./token-accuracy.ts";

const spans = (tags: string): string =>
  entitiesOf(tags.split(" "))
    .map(({ type, start, end }) => `${type} ${start}-${end}`)
    .join(", ");

describe("entitiesOf", () => {
  it.each([
    ["B-PER I-PER O B-LOC", "PER 0-2, LOC 3-4"],
    ["O O", ""],
    // odd but counted: I without B begins an entity, at the start, after O and at a change of type
    ["I-PER I-PER", "PER 0-2"],
    ["O I-PER", "PER 1-2"],
    ["B-PER I-LOC", "PER 0-1, LOC 1-2"],
    ["I-PER I-LOC I-LOC I-PER", "PER 0-1, LOC 1-3, PER 3-4"],
    ["B-PER B-PER I-PER", "PER 0-1, PER 1-3"],
    ["I-PER B-PER", "PER 0-1, PER 1-2"],
    // BIOES
    ["S-PER B-LOC I-LOC E-LOC", "PER 0-1, LOC 1-4"],
    ["E-PER E-PER", "PER 0-1, PER 1-2"],
    ["B-PER E-PER I-PER", "PER 0-2, PER 2-3"],
    ["S-PER I-PER", "PER 0-1, PER 1-2"],
    ["S-PER S-PER", "PER 0-1, PER 1-2"],
    ["O E-PER O", "PER 1-2"],
    ["B-PER S-PER", "PER 0-1, PER 1-2"],
    ["B-PER E-LOC", "PER 0-1, LOC 1-2"],
    // a type may hold a hyphen, or be missing
    ["B-creative-work I-creative-work", "creative-work 0-2"],
    ["B I O", "_ 0-2"],
  ])("of %s are %s", (tags, expected) => {
    expect(spans(tags)).toBe(expected);
  });

  it("names a tag that marks no entity", () => {
    expect(() => entitiesOf(["O", "NOUN"])).toThrow(
      'entitiesOf, tag 2: expected O, or a type after B-, I-, E- or S-, got "NOUN".',
    );
    expect(["1", "B-", "b-PER", "X-PER", ""].map(entityTag)).toEqual(Array(5).fill(undefined));
  });
});

describe("entityF1", () => {
  const of = (predicted: string[], real: string[]) =>
    entityF1(
      predicted.map((tags) => tags.split(" ")),
      real.map((tags) => tags.split(" ")),
    );

  it("counts only whole entities of the right type: the example of seqeval's documentation is 0.5", () => {
    const real = ["O O O B-MISC I-MISC I-MISC O", "B-PER I-PER O"];
    const predicted = ["O O B-MISC I-MISC I-MISC I-MISC O", "B-PER I-PER O"];
    expect(of(predicted, real)).toEqual({ precision: 0.5, recall: 0.5, f1: 0.5 });
  });

  it("is 2pr / (p + r): one of three predicted and one of two true give p 1/3, r 1/2, F1 0.4", () => {
    const scores = of(["B-A O B-B B-C"], ["B-A O B-C O"]);
    expect(scores.precision).toBeCloseTo(1 / 3, 15);
    expect(scores.recall).toBe(0.5);
    expect(scores.f1).toBeCloseTo(0.4, 15);
  });

  it("lets no entity run from one sequence into the next", () => {
    expect(of(["O B-A", "I-A O"], ["O B-A", "B-A O"]).f1).toBe(1);
  });

  it("takes I-A after O for B-A, as the default mode does", () => {
    expect(of(["O I-A I-A"], ["O B-A I-A"]).f1).toBe(1);
  });

  it("is 0 where nothing is predicted, nothing is true, or nothing is right", () => {
    for (const [predicted, real] of [
      ["O O", "B-A O"],
      ["B-A O", "O O"],
      ["O O", "O O"],
      ["B-A I-A", "B-A O"],
    ]) {
      expect(of([predicted!], [real!]).f1).toBe(0);
    }
  });

  it("names the sequence whose numbers of tags differ", () => {
    expect(() => of(["O", "O O"], ["O", "O"])).toThrow("entityF1, sequence 2: expected 1 tags, got 2.");
    expect(() => of(["O"], ["O", "O"])).toThrow("entityF1, sequence 2: expected 1 tags, got none.");
    expect(() => of(["O", "O"], ["O"])).toThrow("entityF1: expected 1 sequences, got 2.");
  });
});

describe("tokenAccuracy", () => {
  it("is the share of right tags over all tokens", () => {
    expect(tokenAccuracy([["1", "0"], ["0"]], [["1", "1"], ["0"]])).toBeCloseTo(2 / 3, 15);
    expect(tokenAccuracy([], [])).toBe(0);
  });
});
