/** A SHA-256 inside the safetensors file that it is of, so that a flipped bit anywhere is noticed. */
import { createHash } from "node:crypto";
import { RecurraError } from "../core/errors.ts";

/** The key in `__metadata__`; inside another text its quotes would be escaped, so these bytes stand in one place. */
const ENTRY = '"sha256":"';
/** What stands in the place of the digest while it is counted, and what a file to be sealed is written with. */
export const UNSEALED: string = "0".repeat(64);

const HEADER_START = 8;

/** Where the digest stands, or -1 where there is none. */
function placeOf(bytes: Uint8Array): number {
  const view = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const headerEnd = HEADER_START + view.readUInt32LE(0);
  const at = view.subarray(0, headerEnd).indexOf(ENTRY);
  return at < 0 || at + ENTRY.length + UNSEALED.length > headerEnd ? -1 : at + ENTRY.length;
}

/** SHA-256 of the bytes with zeros in the digest's place. */
function digestOf(bytes: Uint8Array, place: number): string {
  return createHash("sha256")
    .update(bytes.subarray(0, place))
    .update(UNSEALED)
    .update(bytes.subarray(place + UNSEALED.length))
    .digest("hex");
}

/** Writes the digest into a file made with `sha256: UNSEALED` in its metadata. */
export function seal(bytes: Uint8Array): void {
  const place = placeOf(bytes);
  new TextEncoder().encodeInto(digestOf(bytes, place), bytes.subarray(place));
}

/**
 * Checks the digest of a file that `readSafetensors` could read.
 *
 * @param where the file's name, for messages.
 * @throws file-format when there is none, or the bytes are not those that were sealed.
 */
export function checkSeal(bytes: Uint8Array, where: string): void {
  const place = placeOf(bytes);
  const expected = place < 0 ? "" : Buffer.from(bytes.subarray(place, place + UNSEALED.length)).toString("latin1");
  const got = place < 0 ? "none" : digestOf(bytes, place);
  if (got === expected) return;
  throw new RecurraError("file-format", {
    where: place < 0 ? `${where}, __metadata__ "sha256"` : where,
    expected: place < 0 ? "a SHA-256 of the file" : `bytes of SHA-256 ${expected}`,
    got,
    hint: "The file was changed after it was written, by the disk or another program: copy it again, or train again.",
  });
}
