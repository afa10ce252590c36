import { hasUtf16Mark, textFault } from "./text-fault.ts";
import { utf8Length } from "./utf8-sequence.ts";

/** The offset of the first byte that is not part of well-formed UTF-8, or -1. */
function firstInvalidByte(bytes: Uint8Array): number {
  let i = 0;
  while (i < bytes.length) {
    const length = utf8Length(bytes, i, bytes.length);
    if (length <= 0) return i;
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
  if (hasUtf16Mark(bytes)) throw textFault(where, 0, undefined);
  const zero = bytes.indexOf(0);
  if (zero >= 0) throw textFault(where, zero, 0);
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch (cause) {
    const at = firstInvalidByte(bytes);
    throw textFault(where, at, bytes[at] ?? 0, cause);
  }
}
