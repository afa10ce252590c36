/** Dates as people write them in several languages, each with its ISO form. */
import { Random } from "recurra";

/** A date in writing, and the same as ISO 8601 has it. */
export interface DatePair {
  readonly source: string;
  readonly target: string;
}

const FIRST_DAY = Date.UTC(1930, 0, 1);
const DAY_MS = 86_400_000;
/** Days of the years 1930 to 2029: two digits of a year name one of them. */
const DAYS = (Date.UTC(2030, 0, 1) - FIRST_DAY) / DAY_MS;

/** Languages whose short form puts the day before the month. */
export const LANGUAGES = ["en-GB", "de", "fr", "es", "it", "nl", "pt"] as const;
const STYLES = ["full", "long", "medium", "short"] as const;

type Style = (date: Date) => string;

function styleOf(locale: string, options: Intl.DateTimeFormatOptions): Style {
  const format = new Intl.DateTimeFormat(locale, { ...options, timeZone: "UTC" });
  return (date) => format.format(date);
}

function ordinal(day: number): string {
  const ending = day % 10 > 3 || (day > 10 && day < 14) ? "th" : (["th", "st", "nd", "rd"][day % 10] ?? "th");
  return `${day}${ending}`;
}

/** "Saturday, May 5th 1979", as Intl.DateTimeFormat does not write it. */
function american(options: Intl.DateTimeFormatOptions): Style {
  const format = new Intl.DateTimeFormat("en-US", { ...options, day: "numeric", year: "numeric", timeZone: "UTC" });
  return (date) => {
    const parts = new Map(format.formatToParts(date).map(({ type, value }) => [type, value]));
    const weekday = parts.get("weekday");
    const day = `${parts.get("month")} ${ordinal(date.getUTCDate())} ${parts.get("year")}`;
    return weekday === undefined ? day : `${weekday}, ${day}`;
  };
}

/** Every way of writing, in English and the languages given; none puts a month in digits before a day, so that no writing has two meanings. */
function stylesOf(languages: readonly string[]): Style[] {
  const english = [
    ...(["full", "long", "medium"] as const).map((dateStyle) => styleOf("en-US", { dateStyle })),
    american({ month: "long" }),
    american({ month: "long", weekday: "long" }),
    american({ month: "short", weekday: "short" }),
  ];
  return [
    ...english,
    ...languages.flatMap((locale) => STYLES.map((dateStyle) => styleOf(locale, { dateStyle }))),
    ...languages.map((locale) => styleOf(locale, { day: "numeric", month: "numeric", year: "2-digit" })),
    ...languages.map((locale) => styleOf(locale, { day: "numeric", month: "short", year: "2-digit" })),
  ];
}

/**
 * Draws pairs, no writing twice.
 *
 * @param count at most about 700,000.
 * @param seed the same seed gives the same days and styles; the words are those of the runtime's Intl.
 * @param languages beside American English; their short forms put the day first.
 */
export function datePairs(count: number, seed: number, languages: readonly string[] = LANGUAGES): DatePair[] {
  const random = new Random(seed, "date pairs");
  const all = stylesOf(languages);
  const pairs = new Map<string, string>();
  for (let i = 0; pairs.size < count; i++) {
    const date = new Date(FIRST_DAY + DAY_MS * Math.floor(random.uniform(2 * i) * DAYS));
    const target = date.toISOString().slice(0, 10);
    const source = all[Math.floor(random.uniform(2 * i + 1) * all.length)]!(date);
    const known = pairs.get(source);
    if (known !== undefined && known !== target) throw new Error(`${source} is ${known} and ${target}`);
    pairs.set(source, target);
  }
  return Array.from(pairs, ([source, target]) => ({ source, target }));
}
