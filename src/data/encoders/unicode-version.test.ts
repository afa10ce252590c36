import { expect, it } from "vitest";
import { unicodeNote, unicodeVersion } from "./unicode-version.ts";

it("tells the Unicode version that the runtime names, where it is one of those known", () => {
  const named = process.versions.unicode!;
  const known = ["17.0", "16.0", "15.1", "15.0", "14.0", "13.0", "12.1"].includes(named);
  expect(unicodeVersion()).toBe(known ? named : "17.0");
});

it("has something to say only of another version", () => {
  expect(unicodeNote(unicodeVersion())).toBeUndefined();
  expect(unicodeNote("9.0")).toContain("made with Unicode 9.0, and this runtime has");
});
