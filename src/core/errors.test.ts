import { expect, test } from "vitest";
import { RecurraError, shown, shownJson, withPlace } from "./errors.ts";

const parts = { where: "Recurrent.run(x)", expected: "[B, Tx, 128]", got: "[32, 50, 64]" };

test("the message reads `where: expected E, got G.` where there is no hint", () => {
  expect(new RecurraError("shape", parts).message).toMatchInlineSnapshot(
    `"Recurrent.run(x): expected [B, Tx, 128], got [32, 50, 64]."`,
  );
});

test("a hint follows as sentences of its own", () => {
  const hint = "Axis 2 is 64 but inputSize is 128: did the encoder change?";
  expect(new RecurraError("shape", { ...parts, hint }).message).toMatchInlineSnapshot(
    `"Recurrent.run(x): expected [B, Tx, 128], got [32, 50, 64]. Axis 2 is 64 but inputSize is 128: did the encoder change?"`,
  );
});

test("an internal error says that it is a bug and how to report it, after the hint", () => {
  const error = new RecurraError("internal", { ...parts, hint: "Affine u." });
  expect(error.message).toMatchInlineSnapshot(
    `"Recurrent.run(x): expected [B, Tx, 128], got [32, 50, 64]. Affine u. This is a bug of Recurra: report it with the command and the data that led here."`,
  );
});

test("code, parts and name are kept beside the message", () => {
  const error = new RecurraError("option", parts);
  expect(error).toBeInstanceOf(Error);
  expect({ name: error.name, code: error.code, parts: error.parts }).toEqual({
    name: "RecurraError",
    code: "option",
    parts,
  });
});

test("the cause is kept, and no cause leaves no field behind", () => {
  const cause = new RangeError("underneath");
  expect(new RecurraError("data", { ...parts, cause }).cause).toBe(cause);
  expect("cause" in new RecurraError("data", parts)).toBe(false);
});

test("an error that names another place keeps its code, its parts and what it was made of", () => {
  const inner = new RecurraError("data", parts);
  const outer = withPlace(inner, (where) => `file.txt, ${where}`) as RecurraError;
  expect([outer.code, outer.cause]).toEqual(["data", inner]);
  expect(outer.parts).toEqual({ ...parts, where: `file.txt, ${parts.where}`, cause: inner });
  const foreign = new TypeError("not ours");
  expect(withPlace(foreign, () => "file.txt")).toBe(foreign);
});

test("values are shown as they would be written", () => {
  expect(shown("PRE")).toBe('"PRE"');
  expect(shown([32, 50, 64])).toBe("[32, 50, 64]");
  expect(shown(new Int32Array([1, 2]))).toBe("[1, 2]");
  expect(shown(Number.NaN)).toBe("NaN");
  expect(shown(undefined)).toBe("undefined");
  expect(shown(null)).toBe("null");
  expect(shown(Object.create(null))).toBe("an object");
});

test("a value of 80 characters is shown whole, one of 81 is cut to 80 with an ellipsis", () => {
  const whole = shown("x".repeat(78));
  expect(whole).toBe(`"${"x".repeat(78)}"`);
  const cut = shown("x".repeat(79));
  expect(cut).toHaveLength(80);
  expect(cut).toBe(`"${"x".repeat(78)}…`);
});

test("a value of JSON is shown as JSON writes it, cut, and as none where it is left out", () => {
  expect(shownJson({ kept: [1, "a"] })).toBe('{"kept":[1,"a"]}');
  expect(shownJson("a")).toBe('"a"');
  expect(shownJson(JSON.parse("1e999"))).toBe("Infinity");
  expect(shownJson(undefined)).toBe("none");
  expect(shownJson(new Array(100).fill(1))).toHaveLength(80);
});
