import { describe, expect, it } from "vitest";
import { DataFaults } from "./data-faults.ts";

const RAGGED = { where: "names.csv, line 7", expected: "2 fields", got: "3" };
const EMPTY = { where: "names.csv, line 9", expected: "a text", got: "nothing", hint: "Fill it in." };

describe("DataFaults", () => {
  it("throws the first fault with the count of all when reading is done, not before", () => {
    const faults = new DataFaults();
    faults.add(RAGGED);
    faults.add(EMPTY);
    expect(faults.count).toBe(2);
    expect(() => faults.finish()).toThrow(
      "names.csv, line 7: expected 2 fields, got 3. 2 records are bad, this is the first; --skip-bad goes on without.",
    );
  });

  it("says of a single fault that it is the only one, after its own hint", () => {
    const faults = new DataFaults();
    faults.add(EMPTY);
    expect(() => faults.finish()).toThrow(
      "got nothing. Fill it in. It is the only bad record; --skip-bad goes on without.",
    );
  });

  it("counts and does not throw in skip mode, and has nothing to throw without faults", () => {
    const faults = new DataFaults({ skip: true });
    for (let i = 0; i < 50; i++) faults.add({ ...RAGGED, where: `names.csv, line ${i}` });
    expect(faults.finish()).toBe(50);
    expect(faults.first.map((parts) => parts.where)).toEqual(
      Array.from({ length: 20 }, (_, i) => `names.csv, line ${i}`),
    );
    expect(new DataFaults().finish()).toBe(0);
  });
});
