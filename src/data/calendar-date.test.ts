import { describe, expect, it } from "vitest";
import { dateFromDays, daysFromDate, daysInMonth, isLeapYear, weekdayOf } from "./calendar-date.ts";

describe("calendar dates", () => {
  it("are those of Date.UTC on each of the 300,000 days from 1600 to 2421, there and back", () => {
    const first = Date.UTC(1600, 0, 1) / 86_400_000;
    let wrong = 0;
    for (let days = first; days < first + 300_000; days++) {
      const known = new Date(days * 86_400_000);
      const date = dateFromDays(days);
      const same =
        date.year === known.getUTCFullYear() &&
        date.month === known.getUTCMonth() + 1 &&
        date.day === known.getUTCDate() &&
        weekdayOf(days) === (known.getUTCDay() + 6) % 7 &&
        daysFromDate(date) === days;
      if (!same) wrong++;
    }
    expect(wrong).toBe(0);
  });

  it("know the leap years of the Gregorian calendar", () => {
    expect([1900, 2000, 2004, 2023].map(isLeapYear)).toEqual([false, true, true, false]);
    expect([daysInMonth(2000, 2), daysInMonth(1900, 2), daysInMonth(2021, 4)]).toEqual([29, 28, 30]);
  });
});
