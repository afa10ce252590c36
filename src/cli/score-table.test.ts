import { expect, it } from "vitest";
import { formatCount, formatDuration, formatScaled, formatScore } from "./number-format.ts";
import { scoreTable } from "./score-table.ts";

const bits = (x: number) => ({ bitsPerToken: x, perplexity: 2 ** x, bitsPerChar: x });
const baselines = [
  { name: "unigram", metrics: bits(4.4) },
  { name: "interpolated trigram", metrics: bits(2.8333) },
  { name: "Kneser-Ney 5-gram", metrics: bits(2.11) },
];

it("sets the scores below each other and says which baseline is not beaten", () => {
  expect(scoreTable("validation", { ...bits(2.35), tokens: 100 }, baselines)).toEqual([
    "validation              bits/char  perplexity",
    "  this model                2.350       5.098",
    "  unigram                   4.400       21.11",
    "  interpolated trigram      2.833       7.127",
    "  Kneser-Ney 5-gram         2.110       4.317",
    "The model does not beat the Kneser-Ney 5-gram: 2.350 against 2.110 bits/char.",
    "Training longer, or on more data, usually helps.",
  ]);
});

it("says nothing more of a model that beats them all, and counts a tie or a score that is no number as not beaten", () => {
  expect(scoreTable("validation", bits(2), baselines)).toHaveLength(5);
  expect(scoreTable("evaluation", bits(4.4), [baselines[0]!])).toContain(
    "The model does not beat the unigram: 4.400 against 4.400 bits/char.",
  );
  expect(scoreTable("validation", bits(4.4), [baselines[0]!]).join("\n")).not.toContain("Training longer");
  expect(scoreTable("evaluation", bits(Number.NaN), [baselines[0]!])).toHaveLength(4);
});

it("keeps bits a token apart from bits a character where they differ", () => {
  expect(scoreTable("evaluation", { bitsPerToken: 8, perplexity: 256, bitsPerChar: 1.9 }, [])).toEqual([
    "evaluation    bits/char  bits/token  perplexity",
    "  this model      1.900       8.000       256.0",
  ]);
});

it("writes numbers as people read them", () => {
  expect([7, 1234, 1234567].map(formatCount)).toEqual(["7", "1,234", "1,234,567"]);
  expect([950, 999.6, 1204, 84213, 999_499, 1_200_000, Number.NaN].map(formatScaled)).toEqual([
    "950",
    "1.00 k",
    "1.20 k",
    "84.2 k",
    "999 k",
    "1.20 M",
    "-",
  ]);
  expect([0.4, 65, 3723, Number.POSITIVE_INFINITY].map(formatDuration)).toEqual(["0:00", "1:05", "1:02:03", "-"]);
  expect([2.3144, 10.211, 153.24, 40213.7].map(formatScore)).toEqual(["2.314", "10.21", "153.2", "40214"]);
});
