import type { ByteRanges } from "../../src/data/byte-ranges.ts";

/** Bytes at hand as a file that is read in ranges; `reads` is how often it was. */
export function heldRanges(content: string | Uint8Array): ByteRanges & { readonly reads: number } {
  const bytes = typeof content === "string" ? new TextEncoder().encode(content) : content;
  let reads = 0;
  return {
    size: bytes.length,
    read(offset, into) {
      into.set(bytes.subarray(offset, offset + into.length));
      reads += 1;
    },
    get reads() {
      return reads;
    },
  };
}
