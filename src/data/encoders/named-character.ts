import { shown } from "../../core/errors.ts";

/** A character as messages show it, with its code points. */
export function namedCharacter(character: string): string {
  const codes = Array.from(character, (char) => {
    return `U+${char.codePointAt(0)!.toString(16).toUpperCase().padStart(4, "0")}`;
  });
  return `${shown(character)} (${codes.slice(0, 4).join(" ")}${codes.length > 4 ? " …" : ""})`;
}
