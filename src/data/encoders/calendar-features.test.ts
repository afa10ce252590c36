import { describe, expect, it } from "vitest";
import { parseTime, TimeAxis } from "../time-axis.ts";
import { CalendarFeatures } from "./calendar-features.ts";

const days = (from: string): TimeAxis => new TimeAxis("day", parseTime(from)!.value, 1);

function rowOf(names: readonly string[], axis: TimeAxis, i = 0): number[] {
  const calendar = new CalendarFeatures(names);
  const out = new Float64Array(calendar.width);
  calendar.write(axis, i, out, 0);
  return [...out];
}

describe("CalendarFeatures", () => {
  it("mark the weekday and the month, Monday and January first", () => {
    expect(rowOf(["weekday", "month"], days("2014-12-25"))).toEqual([
      ...[0, 0, 0, 1, 0, 0, 0],
      ...[0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1],
    ]);
  });

  it("turn the year and the day into circles that close", () => {
    const [sin, cos] = rowOf(["year-day"], days("2001-01-01"));
    expect([sin, cos]).toEqual([0, 1]);
    const [end] = rowOf(["year-day"], days("2001-12-31"));
    expect(end).toBeCloseTo(-Math.sin((2 * Math.PI) / 365), 12);
    const noon = new TimeAxis("second", parseTime("2001-05-05T06:00")!.value, 3600);
    expect(rowOf(["day-time"], noon)[0]).toBe(1);
  });

  it("give each day of the calendar a row of its own, the same in leap years and others", () => {
    const calendar = new CalendarFeatures(["month-day"]);
    const rows = Array.from({ length: 366 }, (_, i) => calendar.index(days("2000-01-01"), i, 0));
    expect(rows).toEqual([...rows.keys()]);
    const christmas = ["1999-12-25", "2000-12-25"].map((day) => calendar.index(days(day), 0, 0));
    expect(christmas[0]).toBe(christmas[1]);
  });

  it("give the fourth Thursday of November one row in every year", () => {
    const calendar = new CalendarFeatures(["month-weekday"]);
    const rows = ["2012-11-22", "2013-11-28", "2014-11-27"].map((day) => calendar.index(days(day), 0, 0));
    expect(new Set(rows).size).toBe(1);
    expect(calendar.index(days("2014-11-20"), 0, 0)).not.toBe(rows[0]);
    expect(calendar.tables).toEqual([{ name: "month-weekday", size: 420 }]);
  });

  it("say which names there are", () => {
    expect(() => new CalendarFeatures(["wekday"])).toThrow(
      'calendar: expected names among weekday, month, year-day, day-time, month-day, month-weekday, got "wekday".',
    );
  });
});
