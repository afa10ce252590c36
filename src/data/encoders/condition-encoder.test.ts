import { describe, expect, it } from "vitest";
import { type Condition, ConditionEncoder } from "./condition-encoder.ts";

describe("ConditionEncoder", () => {
  it("makes labels one-hot, scales numbers, and nothing is nothing; each comes back from JSON", () => {
    const cases: [Condition[], Condition, number[]][] = [
      [["male", "female", "male"], "male", [0, 1]],
      [
        [
          [1, 5],
          [3, 5],
        ],
        [4, 6],
        [2, 1],
      ],
      [[undefined, undefined], undefined, []],
    ];
    for (const [conditions, condition, vector] of cases) {
      const encoder = ConditionEncoder.of(conditions);
      expect([...encoder.encode(condition)]).toEqual(vector);
      const again = ConditionEncoder.fromJSON(JSON.parse(JSON.stringify(encoder)), "encoder.json");
      expect([...again.encode(condition)]).toEqual(vector);
    }
  });

  it("reads a line of text as the condition that it is", () => {
    expect(ConditionEncoder.of(["a, b"]).parse("a, b")).toBe("a, b");
    expect(ConditionEncoder.of([[1, 2]]).parse("3, -4.5")).toEqual([3, -4.5]);
    expect(ConditionEncoder.of([undefined]).parse("")).toBeUndefined();
  });

  it("says what it does not know", () => {
    const labels = ConditionEncoder.of(["b", "a"]);
    expect(() => labels.encode("c")).toThrowErrorMatchingInlineSnapshot(
      `[RecurraError: condition: expected one of "a", "b", got "c".]`,
    );
    expect(() => labels.encode(undefined)).toThrow("got none");
    const numbers = ConditionEncoder.of([[1, 2]]);
    expect(() => numbers.encode(numbers.parse("1,x"))).toThrow("condition: expected 2 numbers, got [1, NaN]");
    expect(() => ConditionEncoder.of([undefined]).encode("a")).toThrow("no condition: this model was trained without");
    expect(() => ConditionEncoder.of(["a", [1]])).toThrow("conditions, sequence 2: expected a label");
    expect(() => ConditionEncoder.fromJSON({ kind: "label", labels: [1] }, "encoder.json")).toThrow("encoder.json");
  });
});
