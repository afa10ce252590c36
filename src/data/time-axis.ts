/** The times of a series: evenly spaced, counted in whole units of its own, so that the future has times too. */
import { type CalendarDate, dateFromDays, daysFromDate, daysInMonth } from "./calendar-date.ts";

/** What a time is counted in: seconds, days or months since 1970-01-01, or plain numbers. */
export type TimeUnit = "second" | "day" | "month" | "number";

/** A moment as it stood in a file. */
export interface ParsedTime {
  readonly unit: TimeUnit;
  readonly value: number;
}

const DATE = /^(\d{4})-(\d{2})(?:-(\d{2})(?:[T ](\d{2}):(\d{2})(?::(\d{2}))?(?:\.0+)?(Z|[+-]\d{2}:?\d{2})?)?)?$/;
const NUMBER = /^[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?$/;
const DAY_SECONDS = 86_400;

/**
 * Reads a time: `1999-12`, `1999-12-31`, `1999-12-31T23:59:30`, with `Z` or `+01:00` behind it or not, or a number.
 *
 * A time is taken as it stands, in no zone; one with an offset becomes that of UTC. The machine's own zone plays no part.
 *
 * @returns undefined where the text is none of these or a date that does not exist.
 * @example
 * ```ts
 * parseTime("1970-01-02T00:00:01Z"); // { unit: "second", value: 86401 }
 * ```
 * Source: ISO 8601, the extended calendar format.
 */
export function parseTime(text: string): ParsedTime | undefined {
  const trimmed = text.trim();
  if (NUMBER.test(trimmed)) return { unit: "number", value: Number(trimmed) };
  const [, years, months, dayOfMonth, hours, minutes, seconds, offset] = DATE.exec(trimmed) ?? [];
  if (years === undefined) return undefined;
  const [year, month] = [Number(years), Number(months)];
  if (month < 1 || month > 12) return undefined;
  if (dayOfMonth === undefined) return { unit: "month", value: (year - 1970) * 12 + month - 1 };
  const day = Number(dayOfMonth);
  if (day < 1 || day > daysInMonth(year, month)) return undefined;
  const days = daysFromDate({ year, month, day });
  if (hours === undefined) return { unit: "day", value: days };
  const [hour, minute, second] = [Number(hours), Number(minutes), Number(seconds ?? 0)];
  if (hour > 23 || minute > 59 || second > 59) return undefined;
  const value = days * DAY_SECONDS + hour * 3600 + minute * 60 + second;
  return { unit: "second", value: value - offsetSeconds(offset) };
}

function offsetSeconds(offset: string | undefined): number {
  if (offset === undefined || offset === "Z") return 0;
  const size = Number(offset.slice(1, 3)) * 3600 + Number(offset.slice(-2)) * 60;
  return offset.startsWith("-") ? -size : size;
}

const padded = (value: number, width = 2): string => String(value).padStart(width, "0");

/** A time as `parseTime` reads it. */
export function formatTime({ unit, value }: ParsedTime): string {
  if (unit === "number") return String(value);
  if (unit === "month") {
    const year = 1970 + Math.floor(value / 12);
    return `${padded(year, 4)}-${padded(value - (year - 1970) * 12 + 1)}`;
  }
  const days = unit === "day" ? value : Math.floor(value / DAY_SECONDS);
  const { year, month, day } = dateFromDays(days);
  const date = `${padded(year, 4)}-${padded(month)}-${padded(day)}`;
  if (unit === "day") return date;
  const rest = value - days * DAY_SECONDS;
  return `${date}T${padded(Math.floor(rest / 3600))}:${padded(Math.floor(rest / 60) % 60)}:${padded(rest % 60)}`;
}

/** `toJSON` of a time axis. */
export interface TimeAxisJson {
  readonly unit: TimeUnit;
  readonly start: number;
  readonly step: number;
}

/**
 * The times of the rows of a series, of those before and of those to come: time(i) = start + i step.
 *
 * @example
 * ```ts
 * const axis = new TimeAxis("day", 0, 7);
 * axis.format(2); // "1970-01-15"
 * ```
 */
export class TimeAxis {
  readonly unit: TimeUnit;
  /** The time of row 0. */
  readonly start: number;
  readonly step: number;

  constructor(unit: TimeUnit, start: number, step: number) {
    this.unit = unit;
    this.start = start;
    this.step = step;
  }

  at(i: number): number {
    return this.start + i * this.step;
  }

  format(i: number): string {
    return formatTime({ unit: this.unit, value: this.at(i) });
  }

  /** The day of row i in days since 1970-01-01; of months their first; undefined where times are plain numbers. */
  days(i: number): number | undefined {
    const time = this.at(i);
    switch (this.unit) {
      case "day":
        return time;
      case "second":
        return Math.floor(time / DAY_SECONDS);
      case "month": {
        const year = 1970 + Math.floor(time / 12);
        return daysFromDate({ year, month: time - (year - 1970) * 12 + 1, day: 1 });
      }
      case "number":
        return undefined;
    }
  }

  /** The date of row i; undefined where times are plain numbers. */
  date(i: number): CalendarDate | undefined {
    const days = this.days(i);
    return days === undefined ? undefined : dateFromDays(days);
  }

  /** Seconds since midnight of row i. */
  secondOfDay(i: number): number {
    return this.unit === "second" ? this.at(i) - Math.floor(this.at(i) / DAY_SECONDS) * DAY_SECONDS : 0;
  }

  /** The axis of the rows from i on. */
  from(i: number): TimeAxis {
    return new TimeAxis(this.unit, this.at(i), this.step);
  }

  toJSON(): TimeAxisJson {
    return { unit: this.unit, start: this.start, step: this.step };
  }
}
