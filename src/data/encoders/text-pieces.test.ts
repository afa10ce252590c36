import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { joinPieces, splitPieces } from "./text-pieces.ts";

describe("splitPieces", () => {
  it("keeps the space before a sign, also one that does not break a line", () => {
    expect(splitPieces("Va, l’ami\u202f!  Oui.", "word")).toEqual([" Va", ",", " l’ami", "\u202f!", "  Oui", "."]);
    expect(splitPieces(" é😀 ", "char")).toEqual(["é", "😀"]);
    expect(splitPieces("  ", "word")).toEqual([]);
  });

  it("cuts any text into pieces that join to it again, but for white space at its ends", () => {
    const letter = fc.constantFrom("a", "b", " ", "\u202f", "'", "-", "!", ".", "1", "é", "e\u0301", "\t", "日", "😀");
    fc.assert(
      fc.property(fc.oneof(fc.string({ unit: letter, maxLength: 30 }), fc.string({ unit: "binary" })), (text) => {
        for (const unit of ["char", "word"] as const) {
          expect(joinPieces(splitPieces(text, unit), unit).trim()).toBe(text.trim());
        }
      }),
      { seed: 1, numRuns: 500 },
    );
  });
});
