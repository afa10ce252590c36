import { describe, expect, it } from "vitest";
import { DataFaults } from "../data-faults.ts";
import { type NumericSeries, type NumericSeriesOptions, numericSeries, readNumericSeries } from "./numeric-series.ts";

function read(lines: readonly string[], options: NumericSeriesOptions = {}): NumericSeries {
  const faults = new DataFaults();
  const series = readNumericSeries(`${lines.join("\n")}\n`, "a.csv", faults, options);
  faults.finish();
  return series;
}

/** What is said of a table with faults. */
function faultsOf(lines: readonly string[], options: NumericSeriesOptions = {}): string[] {
  const faults = new DataFaults({ skip: true });
  readNumericSeries(`${lines.join("\n")}\n`, "a.csv", faults, options);
  return faults.first.map(({ where, expected, got }) => `${where}: ${expected} / ${got}`);
}

describe("readNumericSeries", () => {
  it("finds the times and the columns of numbers, and knows the times to come", () => {
    const series = read(["day,births,note,deaths", "2000-02-28,1,x,2.5", "2000-02-29,3,y,-4e1"]);
    expect(series.columns).toEqual(["births", "deaths"]);
    expect([...series.values]).toEqual([1, 2.5, 3, -40]);
    expect(series.axis!.format(series.rows)).toBe("2000-03-01");
  });

  it("takes the columns that are asked for, in that order, by name or number", () => {
    const series = read(["a,b,c", "1,2,3", "4,5,6"], { columns: ["c", "1"] });
    expect(series.columns).toEqual(["c", "a"]);
    expect([...series.values]).toEqual([3, 1, 6, 4]);
    expect(series.axis).toBeUndefined();
    expect(() => read(["a,b", "1,2"], { columns: ["d"] })).toThrow(/--column d: expected one of the columns/);
  });

  it("reads numbers alone, without header or commas", () => {
    expect([...read(["1", "2", "3.5"]).values]).toEqual([1, 2, 3.5]);
  });

  it("takes days that are months apart for months", () => {
    const series = read(["t,x", "1999-12-01,1", "2000-01-01,2", "2000-02-01,3", "2000-03-01,4"]);
    expect(series.axis!.format(4)).toBe("2000-04");
  });

  it("names each cell that is no number, with the count of all", () => {
    const lines = ["day,x", "2000-01-01,1", "2000-01-02,NaN", "2000-01-03,", "2000-01-04,0x10", "2000-01-05,2"];
    expect(faultsOf(lines)).toEqual([
      'a.csv, line 3, column "x": a number / "NaN"',
      'a.csv, line 4, column "x": a number / ""',
      'a.csv, line 5, column "x": a number / "0x10"',
    ]);
    expect(() => read(lines)).toThrow(/a\.csv, line 3, column "x": expected a number, got "NaN"\. 3 records are bad/);
  });

  it("names ragged rows, gaps, times that come twice, go back, or are none", () => {
    const good = Array.from({ length: 9 }, (_, i) => `2000-01-0${i + 1},${i}`);
    expect(faultsOf(["day,x", ...good, "2000-01-12,5"])).toEqual([
      'a.csv, line 11, column "day": "2000-01-10" / "2000-01-12", a gap of 2 rows',
    ]);
    expect(faultsOf(["day,x", ...good, "2000-01-09,5"])).toEqual([
      'a.csv, line 11, column "day": "2000-01-10" / "2000-01-09" once more',
    ]);
    expect(faultsOf(["day,x", ...good, "2000-01-04,5"])).toEqual([
      'a.csv, line 11, column "day": "2000-01-10" / "2000-01-04", which is earlier than the row before',
    ]);
    expect(faultsOf(["day,x", ...good, "2000-02-30,5"])[0]).toMatch(/^a\.csv, line 11, column "day": a time such as/);
    expect(faultsOf(["day,x", ...good, "2000-01-10"])).toEqual(["a.csv, line 11, column 2: 2 cells, as in line 1 / 1"]);
  });

  it("fills gaps and values that are missing with those before them when faults are skipped", () => {
    const faults = new DataFaults({ skip: true });
    const text = "day,x\n2000-01-01,\n2000-01-02,2\n2000-01-03,nan\n2000-01-05,5\n2000-01-05,7\n2000-01-06,6\n";
    const series = readNumericSeries(text, "a.csv", faults);
    expect([...series.values]).toEqual([2, 2, 2, 2, 5, 6]);
    expect(faults.finish()).toBe(4);
  });

  it("does not fill centuries because of one misspelt year", () => {
    expect(() => read(["day,x", "2000-01-01,1", "2000-01-02,2", "2999-01-03,3"])).toThrow(
      /expected evenly spaced times, "2000-01-01", "2000-01-02" and so on, got 3 of \d+ times/,
    );
  });

  it("says so when there are no numbers or no rows", () => {
    expect(() => read(["a,b", "x,y"])).toThrow('a.csv: expected a column of numbers, got "x,y"');
    expect(() => read([""])).toThrow("a.csv: expected a column of numbers, got no row");
  });
});

describe("numericSeries", () => {
  it("puts columns side by side, with times from a start and a step", () => {
    const series = numericSeries({ a: [1, 2], b: [3, 4] }, { start: "2000-01-01T22:00", step: 7200 });
    expect([series.rows, ...series.values]).toEqual([2, 1, 3, 2, 4]);
    expect(series.axis?.format(1)).toBe("2000-01-02T00:00:00");
  });

  it("names a column of another length, a value that is not finite, and a start that is no time", () => {
    expect(() => numericSeries({ a: [1, 2], b: [3] })).toThrow('expected 2 values in each column, got 1 in "b"');
    expect(() => numericSeries({ a: [1, Number.NaN] })).toThrow('expected finite numbers, got NaN in "a" at index 1');
    expect(() => numericSeries({ a: [1] }, { start: "soon" })).toThrow(
      'expected a start such as 1999-12-31, got "soon"',
    );
    expect(() => numericSeries({})).toThrow("expected a column with a value or more, got none");
  });
});
