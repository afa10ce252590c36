import { RecurraError } from "../../core/errors.ts";

/** The offset of the first byte that is not part of well-formed UTF-8, or -1. Source: the Unicode Standard 15.0, table 3-7. */
function firstInvalidByte(bytes: Uint8Array): number {
  const follows = (at: number, low: number, high: number) =>
    at < bytes.length && bytes[at]! >= low && bytes[at]! <= high;
  let i = 0;
  while (i < bytes.length) {
    const lead = bytes[i]!;
    let length = 1;
    let low = 0x80;
    let high = 0xbf;
    if (lead >= 0x80) {
      if (lead >= 0xc2 && lead <= 0xdf) length = 2;
      else if (lead >= 0xe0 && lead <= 0xef) length = 3;
      else if (lead >= 0xf0 && lead <= 0xf4) length = 4;
      else return i;
      if (lead === 0xe0) low = 0xa0;
      if (lead === 0xed) high = 0x9f;
      if (lead === 0xf0) low = 0x90;
      if (lead === 0xf4) high = 0x8f;
      if (!follows(i + 1, low, high)) return i;
      for (let k = 2; k < length; k++) if (!follows(i + k, 0x80, 0xbf)) return i;
    }
    i += length;
  }
  return -1;
}

/**
 * Decodes the bytes of one text file: UTF-8, a byte order mark dropped.
 *
 * @param where the file's name, for messages.
 * @throws data when the bytes hold a NUL (a binary or UTF-16 file) or are not UTF-8; the message names the byte offset.
 */
export function decodeText(bytes: Uint8Array, where: string): string {
  const utf16 = (bytes[0] === 0xff && bytes[1] === 0xfe) || (bytes[0] === 0xfe && bytes[1] === 0xff);
  const nul = bytes.indexOf(0);
  if (utf16 || nul >= 0) {
    throw new RecurraError("data", {
      where: `${where}, byte ${utf16 ? 0 : nul}`,
      expected: "UTF-8 text",
      got: utf16 ? "a UTF-16 byte order mark" : "a zero byte",
      hint: utf16 ? "Save the file as UTF-8." : "This looks like a binary file or UTF-16: give a UTF-8 text file.",
    });
  }
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch (cause) {
    const at = firstInvalidByte(bytes);
    throw new RecurraError("data", {
      where: `${where}, byte ${at}`,
      expected: "UTF-8 text",
      got: `the byte 0x${(bytes[at] ?? 0).toString(16).padStart(2, "0")}, which is not UTF-8 here`,
      hint: "Save the file as UTF-8.",
      cause,
    });
  }
}
