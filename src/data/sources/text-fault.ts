import { hex } from "../../core/byte-fault.ts";
import { RecurraError } from "../../core/errors.ts";

/** Whether a file begins as UTF-16 does. */
export function hasUtf16Mark(bytes: Uint8Array): boolean {
  return (bytes[0] === 0xff && bytes[1] === 0xfe) || (bytes[0] === 0xfe && bytes[1] === 0xff);
}

/**
 * The error of bytes that are no UTF-8 text.
 *
 * @param where the file's name.
 * @param at the offset of the first byte at fault.
 * @param byte that byte; undefined for a UTF-16 byte order mark.
 */
export function textFault(where: string, at: number, byte: number | undefined, cause?: unknown): RecurraError {
  const isUtf16 = byte === undefined;
  const got = isUtf16
    ? "a UTF-16 byte order mark"
    : byte === 0
      ? "a zero byte"
      : `the byte ${hex(byte)}, which is not UTF-8 here`;
  return new RecurraError("data", {
    where: `${where}, byte ${at}`,
    expected: "UTF-8 text",
    got,
    hint: byte === 0 ? "This looks like a binary file or UTF-16: give a UTF-8 text file." : "Save the file as UTF-8.",
    cause,
  });
}
