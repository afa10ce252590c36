import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { segments } from "./segments.ts";

describe.each(["grapheme", "word"] as const)("segments by %s", (granularity) => {
  const direct = (text: string) =>
    Array.from(new Intl.Segmenter("en", { granularity }).segment(text), ({ segment }) => segment);

  it("cuts long text without moving a boundary", () => {
    const piece = fc.oneof(
      fc.constantFrom(
        "\n",
        "\r\n",
        "\r",
        " ",
        " the whale ",
        "\u0301",
        "\u200d",
        "\u{1f469}",
        "\u{1f1e6}",
        "我喜欢学习",
        "3.14",
      ),
      fc.string({ unit: "binary", maxLength: 3 }),
    );
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 30 }), fc.nat(40), (pieces, at) => {
        const middle = pieces.join("");
        const text = `${middle}${"a don't ".repeat(130 + at)}${middle}${" b".repeat(500 + at)}${middle}`;
        expect(segments(text, granularity)).toEqual(direct(text));
      }),
      { seed: 1, numRuns: 60 },
    );
  });

  it("takes a line of any script and none", () => {
    expect(segments("", granularity)).toEqual([]);
    const long = "我喜欢学习".repeat(300);
    expect(segments(long, granularity)).toEqual(direct(long));
  });
});
