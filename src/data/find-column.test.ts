import { describe, expect, it } from "vitest";
import { findColumn } from "./find-column.ts";

const LABEL = {
  role: "label",
  flag: "label-column",
  names: [["label", "class"], ["y"]],
};
const find = (header: string[] | undefined, asked?: string, count = header?.length ?? 3) =>
  findColumn(header, count, "a.csv", { ...LABEL, asked });

describe("findColumn", () => {
  it("takes the name or the number that was given", () => {
    expect(find(["id", "label", "kind"], "kind")).toBe(2);
    expect(find(["id", "label", "kind"], "1")).toBe(0);
    expect(find(undefined, "3")).toBe(2);
    expect(find(["2", "1"], "2")).toBe(0);
  });

  it("finds the name that such columns have, in either case, the surer group first", () => {
    expect(find(["y", "Label"])).toBe(1);
    expect(find(["x", "Y"])).toBe(1);
  });

  it("lists the columns where none has such a name, where several have, and where the one asked for is missing", () => {
    expect(() => find(["id", "kind"])).toThrow(
      'a.csv: expected one column for the label, got columns "id", "kind". Name it with --label-column, by its name or its number from 1.',
    );
    expect(() => find(["class", "label"])).toThrow('got several that fit among the columns "class", "label".');
    expect(() => find(["id", "kind"], "knid")).toThrow(
      'a.csv, --label-column knid: expected one of the columns, got columns "id", "kind".',
    );
    expect(() => find(undefined)).toThrow("got columns 1 to 3 without names.");
    expect(() => find(undefined, "4")).toThrow("a.csv, --label-column 4:");
  });
});
