import { describe, expect, it } from "vitest";
import { splitStratified, withoutDuplicates } from "./split-stratified.ts";

const examples = Array.from({ length: 100 }, (_, i) => `${i % 10 === 0 ? "rare" : "common"} ${i}`);
const labelOf = (example: string): string => example.split(" ")[0]!;

describe("splitStratified", () => {
  it("gives each label its share on both sides, in the order of reading, and loses none", () => {
    const { train, valid } = splitStratified(examples, labelOf, 0.2, 7);
    expect(valid.filter((example) => labelOf(example) === "rare")).toHaveLength(2);
    expect(valid).toHaveLength(20);
    expect([...train, ...valid].sort()).toEqual([...examples].sort());
    expect(valid).toEqual(examples.filter((example) => valid.includes(example)));
  });

  it("is the same for the same seed and another for another", () => {
    expect(splitStratified(examples, labelOf, 0.2, 7)).toEqual(splitStratified(examples, labelOf, 0.2, 7));
    expect(splitStratified(examples, labelOf, 0.2, 7)).not.toEqual(splitStratified(examples, labelOf, 0.2, 8));
  });

  it("refuses a fraction out of range, and a part that would be empty", () => {
    expect(() => splitStratified(examples, labelOf, 0.6)).toThrow("expected a number from 0 to 0.5, got 0.6");
    expect(() => splitStratified(["a", "b"], (label) => label, 0.1)).toThrow("got 2 examples of 2 labels");
  });
});

describe("withoutDuplicates", () => {
  it("keeps the first of examples that are alike", () => {
    expect(withoutDuplicates(["ab", "AB", "c"], (text) => text.toLowerCase())).toEqual(["ab", "c"]);
  });
});
