/** What a date says: numbers and places in tables that a network reads, known of the future too. */
import { exactCos, exactSin } from "../../core/exact-math.ts";
import { requireOption } from "../../core/require-option.ts";
import { daysFromDate, isLeapYear, weekdayOf } from "../calendar-date.ts";
import type { TimeAxis } from "../time-axis.ts";

/** A feature of a step of time. */
interface Feature {
  /** Numbers that it is. */
  readonly width: number;
  /** Writes them; the place is zeros at first. */
  write(axis: TimeAxis, i: number, out: Float64Array, at: number): void;
}

/** A feature that is a row of a trained table. */
interface IndexedFeature {
  /** Rows of the table. */
  readonly size: number;
  index(axis: TimeAxis, i: number): number;
}

function oneHot(width: number, index: (axis: TimeAxis, i: number) => number): Feature {
  return {
    width,
    write: (axis, i, out, at) => {
      out[at + index(axis, i)] = 1;
    },
  };
}

/** sin and cos of the first harmonics of a phase from 0 to 1. */
function waves(harmonics: number, phase: (axis: TimeAxis, i: number) => number): Feature {
  return {
    width: 2 * harmonics,
    write: (axis, i, out, at) => {
      const angle = 2 * Math.PI * phase(axis, i);
      for (let k = 1; k <= harmonics; k++) {
        out[at + 2 * k - 2] = exactSin(k * angle);
        out[at + 2 * k - 1] = exactCos(k * angle);
      }
    },
  };
}

function yearPhase(axis: TimeAxis, i: number): number {
  const days = axis.days(i)!;
  const { year } = axis.date(i)!;
  return (days - daysFromDate({ year, month: 1, day: 1 })) / (isLeapYear(year) ? 366 : 365);
}

/** The first day of a leap year. */
const LEAP_YEAR = { year: 2000, month: 1, day: 1 };

const FEATURES: Readonly<Record<string, Feature>> = {
  weekday: oneHot(7, (axis, i) => weekdayOf(axis.days(i)!)),
  month: oneHot(12, (axis, i) => axis.date(i)!.month - 1),
  "year-day": waves(2, yearPhase),
  "day-time": waves(2, (axis, i) => axis.secondOfDay(i) / 86_400),
};

const INDEXED: Readonly<Record<string, IndexedFeature>> = {
  // holidays of a fixed date: December 25
  "month-day": {
    size: 366,
    index: (axis, i) => daysFromDate({ ...axis.date(i)!, year: LEAP_YEAR.year }) - daysFromDate(LEAP_YEAR),
  },
  // holidays of the nth weekday of a month: the fourth Thursday of November
  "month-weekday": {
    size: 12 * 7 * 5,
    index: (axis, i) => {
      const { month, day } = axis.date(i)!;
      return ((month - 1) * 7 + weekdayOf(axis.days(i)!)) * 5 + Math.floor((day - 1) / 7);
    },
  },
};

/** The names that calendar features have. */
export const calendarFeatureNames: readonly string[] = [...Object.keys(FEATURES), ...Object.keys(INDEXED)];

/**
 * Features of dates.
 *
 * - `weekday`, `month`: one of 7 or 12 numbers is 1;
 * - `year-day`, `day-time`: sine and cosine of the time of the year and of the day, and of twice as fast;
 * - `month-day`: one of 366 rows of a table, so that December 25 is learnt as a day of its own;
 * - `month-weekday`: one of 420, so that the fourth Thursday of November is.
 *
 * Sines and cosines are the library's own: the same bytes on every machine.
 *
 * @example
 * ```ts
 * import { TimeAxis } from "recurra/data";
 * const calendar = new CalendarFeatures(["weekday"]);
 * const row = new Float64Array(calendar.width);
 * calendar.write(new TimeAxis("day", 0, 1), 0, row, 0); // 1970-01-01: [0, 0, 0, 1, 0, 0, 0], a Thursday
 * ```
 */
export class CalendarFeatures {
  readonly names: readonly string[];
  readonly #dense: readonly Feature[];
  readonly #indexed: readonly IndexedFeature[];

  /** @throws option for a name that none has. */
  constructor(names: readonly string[]) {
    const unknown = names.find((name) => !calendarFeatureNames.includes(name));
    requireOption("calendar", unknown, unknown === undefined, `names among ${calendarFeatureNames.join(", ")}`);
    this.names = names;
    this.#dense = names.flatMap((name) => FEATURES[name] ?? []);
    this.#indexed = names.flatMap((name) => INDEXED[name] ?? []);
  }

  /** Numbers of a step. */
  get width(): number {
    return this.#dense.reduce((sum, { width }) => sum + width, 0);
  }

  /** The tables, in the order of `index`: a name and a number of rows each. */
  get tables(): readonly { readonly name: string; readonly size: number }[] {
    return this.names.flatMap((name) => (INDEXED[name] === undefined ? [] : [{ name, size: INDEXED[name].size }]));
  }

  /** Writes the numbers of step i; the place must hold zeros. */
  write(axis: TimeAxis, i: number, out: Float64Array, at: number): void {
    let place = at;
    for (const feature of this.#dense) {
      feature.write(axis, i, out, place);
      place += feature.width;
    }
  }

  /** The row of table k that step i is. */
  index(axis: TimeAxis, i: number, k: number): number {
    return this.#indexed[k]!.index(axis, i);
  }
}
