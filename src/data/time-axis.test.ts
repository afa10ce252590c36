import { describe, expect, it } from "vitest";
import { formatTime, parseTime, TimeAxis } from "./time-axis.ts";

describe("times", () => {
  it("are read as they stand and written again the same", () => {
    for (const text of ["1999-12", "2000-02-29", "1969-12-31T23:59:30", "1900-01-01T00:00:00"]) {
      expect(formatTime(parseTime(text)!)).toBe(text);
    }
    expect(parseTime("1970-01-02 00:00")).toEqual({ unit: "second", value: 86_400 });
    expect(parseTime(" 1749.5 ")).toEqual({ unit: "number", value: 1749.5 });
  });

  it("are those of UTC where an offset stands behind them", () => {
    expect(parseTime("1970-01-01T01:00:00+01:00")!.value).toBe(0);
    expect(parseTime("1969-12-31T19:00:00-0500")!.value).toBe(0);
    expect(parseTime("1970-01-01T00:00:00Z")!.value).toBe(0);
  });

  it("are not dates that do not exist, nor other text", () => {
    for (const text of ["1999-02-29", "1999-13", "1999-00-10", "1999-01-32", "1999-01-01T24:00", "5.3.79", "", "NaN"]) {
      expect(parseTime(text), text).toBeUndefined();
    }
  });
});

describe("TimeAxis", () => {
  it("goes on into the future, over the ends of months and years", () => {
    const axis = new TimeAxis("day", parseTime("1999-12-30")!.value, 1);
    expect([0, 1, 2, 3].map((i) => axis.format(i))).toEqual(["1999-12-30", "1999-12-31", "2000-01-01", "2000-01-02"]);
    const months = new TimeAxis("month", parseTime("1999-11")!.value, 3);
    expect([0, 1, 2].map((i) => months.format(i))).toEqual(["1999-11", "2000-02", "2000-05"]);
    expect(months.date(1)).toEqual({ year: 2000, month: 2, day: 1 });
    expect(months.from(1).format(0)).toBe("2000-02");
  });

  it("has no dates where times are plain numbers", () => {
    expect(new TimeAxis("number", 1749, 1).date(3)).toBeUndefined();
  });
});
