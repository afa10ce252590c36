import { describe, expect, it } from "vitest";
import { requireFlag, requireSize } from "./require-option.ts";
import { requireNames, requireOptions } from "./require-options.ts";

const KNOWN = ["peepholes", "coupled"];

describe("requireNames", () => {
  it("names the option that a misspelt one stands for, and the known ones", () => {
    expect(() => requireNames("lstm", { peephole: true }, KNOWN)).toThrowErrorMatchingInlineSnapshot(
      `[RecurraError: lstm: expected options of peepholes, coupled, got "peephole". Did you mean peepholes?]`,
    );
    expect(() => requireNames("lstm", { units: 8 }, KNOWN)).toThrowErrorMatchingInlineSnapshot(
      `[RecurraError: lstm: expected options of peepholes, coupled, got "units".]`,
    );
  });

  it("takes known names, and any that is undefined", () => {
    expect(() => requireNames("lstm", { coupled: 3, units: undefined }, KNOWN)).not.toThrow();
  });

  it.each([
    [undefined, "undefined"],
    [null, "null"],
    [64, "64"],
    ["tanh", '"tanh"'],
    [true, "true"],
  ])("asks for an object in place of %o", (given, got) => {
    expect(() => requireNames("lstm", given as unknown as object, KNOWN)).toThrow(
      `lstm: expected an object of options, got ${got}.`,
    );
  });
});

describe("requireOptions", () => {
  const check = (options: object) => () =>
    requireOptions("make", options as { size: number; fast?: boolean }, { fast: requireFlag }, { size: requireSize });

  it("checks what is given, and what must be", () => {
    expect(check({ size: 1 })).not.toThrow();
    expect(check({ size: 1, fast: "yes" })).toThrow('make, option fast: expected true or false, got "yes".');
    expect(check({ fast: true })).toThrow("make, option size: expected an integer of at least 1, got undefined.");
    expect(check({ size: 1, fats: true })).toThrow(
      'make: expected options of size, fast, got "fats". Did you mean fast?',
    );
  });
});
