import { nextTurn } from "../core/platform.ts";
import type { ByteRanges } from "./byte-ranges.ts";
import { hasUtf16Mark, textFault } from "./sources/text-fault.ts";
import { utf8Length } from "./sources/utf8-sequence.ts";

/** Where the characters of a text file lie. */
export interface TextIndex {
  /** Code points of the text. */
  readonly length: number;
  /** Its UTF-16 units: the length of the string that it would be. */
  readonly units: number;
  /** Code points of a block; the last may be shorter. */
  readonly blockLength: number;
  /** The byte at which each block begins, and the end of the file. */
  readonly byteStarts: readonly number[];
  /** The UTF-16 unit at which each block begins, and that of the end. */
  readonly unitStarts: readonly number[];
  /** How often each code point stands in the text. */
  readonly counts: ReadonlyMap<number, number>;
}

const PIECE = 2 ** 22;
const BASIC_PLANE = 0x10000;

/** What is known of a text after the bytes read so far. */
class TextScan {
  readonly #where: string;
  readonly #blockLength: number;
  readonly #basic: Float64Array = new Float64Array(BASIC_PLANE);
  readonly #counts: Map<number, number> = new Map();
  readonly byteStarts: number[] = [];
  readonly unitStarts: number[] = [];
  length = 0;
  units = 0;

  constructor(where: string, blockLength: number) {
    this.#where = where;
    this.#blockLength = blockLength;
  }

  get counts(): ReadonlyMap<number, number> {
    this.#basic.forEach((count, codePoint) => {
      if (count > 0) this.#counts.set(codePoint, count);
    });
    return this.#counts;
  }

  /**
   * Reads on.
   *
   * @param offset of the first byte in the file.
   * @param isEnd whether the file ends with these bytes.
   * @returns the bytes taken: all, but for a character that goes on in the next piece.
   */
  take(bytes: Uint8Array, offset: number, isEnd: boolean): number {
    const basic = this.#basic;
    const end = bytes.length;
    let border = this.byteStarts.length * this.#blockLength;
    let { length, units } = this;
    let i = 0;
    while (i < end) {
      const lead = bytes[i]!;
      const size = lead < 0x80 ? 1 : utf8Length(bytes, i, end);
      if (size < 0 && !isEnd) break;
      if (lead === 0 || size <= 0) throw textFault(this.#where, offset + i, lead);
      if (length === border) {
        this.byteStarts.push(offset + i);
        this.unitStarts.push(units);
        border += this.#blockLength;
      }
      if (size === 1) basic[lead]! += 1;
      else if (size === 2) basic[((lead & 31) << 6) | (bytes[i + 1]! & 63)]! += 1;
      else if (size === 3) basic[((lead & 15) << 12) | ((bytes[i + 1]! & 63) << 6) | (bytes[i + 2]! & 63)]! += 1;
      else {
        const high = ((lead & 7) << 18) | ((bytes[i + 1]! & 63) << 12);
        const codePoint = high | ((bytes[i + 2]! & 63) << 6) | (bytes[i + 3]! & 63);
        this.#counts.set(codePoint, (this.#counts.get(codePoint) ?? 0) + 1);
        units += 1;
      }
      units += 1;
      length += 1;
      i += size;
    }
    this.length = length;
    this.units = units;
    return i;
  }
}

/**
 * Reads a text file once, a piece at a time: counts its characters, and keeps where every `blockLength`-th lies.
 *
 * A byte order mark is no part of the text. Eight bytes a block and list are kept: 1 MB for a text of 1 GB and blocks of 16,384.
 *
 * @param where the file's name, for messages.
 * @throws data as `decodeText`, for the first byte at fault.
 */
export async function indexText(ranges: ByteRanges, where: string, blockLength: number): Promise<TextIndex> {
  const { size } = ranges;
  const scan = new TextScan(where, blockLength);
  const piece = new Uint8Array(Math.min(PIECE, size));
  let offset = 0;
  if (size >= 2) {
    const head = new Uint8Array(Math.min(3, size));
    ranges.read(0, head);
    if (hasUtf16Mark(head)) throw textFault(where, 0, undefined);
    if (head[0] === 0xef && head[1] === 0xbb && head[2] === 0xbf) offset = 3;
  }
  while (offset < size) {
    const bytes = piece.subarray(0, Math.min(PIECE, size - offset));
    ranges.read(offset, bytes);
    offset += scan.take(bytes, offset, offset + bytes.length === size);
    await nextTurn();
  }
  const { length, units, counts } = scan;
  const byteStarts = [...scan.byteStarts, size];
  return { length, units, blockLength, byteStarts, unitStarts: [...scan.unitStarts, units], counts };
}
