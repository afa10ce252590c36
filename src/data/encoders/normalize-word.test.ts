import { expect, it } from "vitest";
import { normalizeWord } from "./normalize-word.ts";

it("writes digits as 0, addresses and mentions as one word each, and leaves the rest as it is", () => {
  const words = ["Win95", "1984", "3.14", "https://a.io/b", "WWW.a.io", "@alice", "@", "a@b", "#tag", "McX", "Éa"];
  expect(words.map(normalizeWord)).toEqual([
    "Win00",
    "0000",
    "0.00",
    "http",
    "http",
    "@user",
    "@",
    "a@b",
    "#tag",
    "McX",
    "Éa",
  ]);
});
