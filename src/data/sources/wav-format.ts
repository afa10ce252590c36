/** The format chunk of a wav file, and how one sample is read. */
import { byteFault } from "../../core/byte-fault.ts";

/** How the samples of a wav file are written. */
export interface WavFormat {
  readonly tag: number;
  readonly channels: number;
  readonly sampleRateHz: number;
  readonly bits: number;
}

export const PCM = 1;
const FLOAT = 3;
const EXTENSIBLE = 0xfffe;
/** The last 14 bytes of the identifier of a wav sub-format; its first two are the tag. */
const SUBFORMAT = [0x00, 0x00, 0x00, 0x00, 0x10, 0x00, 0x80, 0x00, 0x00, 0xaa, 0x00, 0x38, 0x9b, 0x71];

const TAG_NAMES: ReadonlyMap<number, string> = new Map([
  [2, "Microsoft ADPCM"],
  [6, "A-law"],
  [7, "mu-law"],
  [17, "IMA ADPCM"],
  [49, "GSM 6.10"],
  [85, "MP3"],
]);

/** The name of a chunk. */
export function nameAt(view: DataView, at: number): string {
  return String.fromCharCode(...[0, 1, 2, 3].map((i) => view.getUint8(at + i)));
}

/** Reads the body of a format chunk, which begins at byte `at` of the file. @throws data when its samples cannot be read. */
export function readWavFormat(view: DataView, at: number, size: number, where: string): WavFormat {
  if (size < 16) throw byteFault(where, at, "a format chunk of 16 bytes or more", `one of ${size}`);
  let tag = view.getUint16(0, true);
  if (tag === EXTENSIBLE) {
    if (size < 40) throw byteFault(where, at, "an extensible format chunk of 40 bytes", `one of ${size}`);
    if (SUBFORMAT.some((byte, i) => view.getUint8(26 + i) !== byte)) {
      throw byteFault(where, at + 24, "PCM or float samples", "a sub-format of no wav tag");
    }
    tag = view.getUint16(24, true);
  }
  const channels = view.getUint16(2, true);
  const sampleRateHz = view.getUint32(4, true);
  const blockBytes = view.getUint16(12, true);
  const bits = view.getUint16(14, true);
  const known = tag === PCM ? [8, 16, 24, 32] : tag === FLOAT ? [32, 64] : [];
  if (!known.includes(bits)) {
    const kind = tag === PCM ? "PCM" : tag === FLOAT ? "float" : (TAG_NAMES.get(tag) ?? `format ${tag}`);
    throw byteFault(
      where,
      at,
      "PCM samples of 8, 16, 24 or 32 bits or float samples of 32 or 64",
      known.length === 0 ? kind : `${kind} samples of ${bits}`,
      "Convert the file to 16-bit PCM.",
    );
  }
  if (channels === 0) throw byteFault(where, at + 2, "1 channel or more", "0");
  if (sampleRateHz === 0) throw byteFault(where, at + 4, "a sample rate of 1 Hz or more", "0");
  if (blockBytes !== (channels * bits) / 8) {
    throw byteFault(
      where,
      at + 12,
      `${(channels * bits) / 8} bytes for ${channels} x ${bits} bits`,
      String(blockBytes),
    );
  }
  return { tag, channels, sampleRateHz, bits };
}

/** The sample at a byte, full scale -1 to 1. */
export function sampleReader(view: DataView, { tag, bits }: WavFormat): (at: number) => number {
  if (tag === FLOAT) return bits === 32 ? (at) => view.getFloat32(at, true) : (at) => view.getFloat64(at, true);
  switch (bits) {
    case 8: // the one width without a sign: 128 is silence
      return (at) => (view.getUint8(at) - 128) / 128;
    case 16:
      return (at) => view.getInt16(at, true) / 32768;
    case 24:
      return (at) => ((view.getInt8(at + 2) << 16) | view.getUint16(at, true)) / 8388608;
    default:
      return (at) => view.getInt32(at, true) / 2147483648;
  }
}
