/** A code point that each version of Unicode was the first to assign, the youngest version first. */
const FIRST_OF_VERSION: readonly (readonly [version: string, codePoint: number])[] = [
  ["17.0", 0x10940],
  ["16.0", 0x10d40],
  ["15.1", 0x2ebf0],
  ["15.0", 0x11f00],
  ["14.0", 0x10570],
  ["13.0", 0x10e80],
  ["12.1", 0x32ff],
  ["12.0", 0x10fe0],
  ["11.0", 0x11800],
];

/** The Unicode version of this runtime's character tables, such as "15.1"; "17.0" for any later one, "10.0" for any earlier than 11.0. */
export function unicodeVersion(): string {
  const found = FIRST_OF_VERSION.find(([, codePoint]) => /\p{Assigned}/u.test(String.fromCodePoint(codePoint)));
  return found?.[0] ?? "10.0";
}

/** What to say of a vocabulary whose text was split under another Unicode version than this runtime's; undefined when they are the same. */
export function unicodeNote(recorded: string): string | undefined {
  const here = unicodeVersion();
  if (recorded === here) return undefined;
  return `The vocabulary was made with Unicode ${recorded}, and this runtime has ${here}: some text may be split otherwise than in training.`;
}
