import { RecurraError, shown } from "../../core/errors.ts";

/** A clip of sound: one channel of samples at equal distances in time. */
export interface Waveform {
  /** Full scale is -1 to 1. */
  readonly samples: Float32Array;
  readonly sampleRateHz: number;
}

interface Format {
  readonly tag: number;
  readonly channels: number;
  readonly sampleRateHz: number;
  readonly bits: number;
}

const PCM = 1;
const FLOAT = 3;
const EXTENSIBLE = 0xfffe;
const HEADER_BYTES = 12;
/** What a program that writes into a pipe gives as the size that it cannot know. */
const UNKNOWN_SIZE = 0xffffffff;
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

function fault(where: string, at: number, expected: string, got: string, hint?: string): RecurraError {
  return new RecurraError("data", {
    where: `${where}, byte ${at}`,
    expected,
    got,
    ...(hint === undefined ? {} : { hint }),
  });
}

function nameAt(view: DataView, at: number): string {
  return String.fromCharCode(...[0, 1, 2, 3].map((i) => view.getUint8(at + i)));
}

function readFormat(view: DataView, at: number, size: number, where: string): Format {
  if (size < 16) throw fault(where, at, "a format chunk of 16 bytes or more", `one of ${size}`);
  let tag = view.getUint16(at, true);
  if (tag === EXTENSIBLE) {
    if (size < 40) throw fault(where, at, "an extensible format chunk of 40 bytes", `one of ${size}`);
    if (SUBFORMAT.some((byte, i) => view.getUint8(at + 26 + i) !== byte)) {
      throw fault(where, at + 24, "PCM or float samples", "a sub-format of no wav tag");
    }
    tag = view.getUint16(at + 24, true);
  }
  const channels = view.getUint16(at + 2, true);
  const sampleRateHz = view.getUint32(at + 4, true);
  const blockBytes = view.getUint16(at + 12, true);
  const bits = view.getUint16(at + 14, true);
  const known = tag === PCM ? [8, 16, 24, 32] : tag === FLOAT ? [32, 64] : [];
  if (!known.includes(bits)) {
    const kind = tag === PCM ? "PCM" : tag === FLOAT ? "float" : (TAG_NAMES.get(tag) ?? `format ${tag}`);
    throw fault(
      where,
      at,
      "PCM samples of 8, 16, 24 or 32 bits or float samples of 32 or 64",
      known.length === 0 ? kind : `${kind} samples of ${bits}`,
      "Convert the file to 16-bit PCM.",
    );
  }
  if (channels === 0) throw fault(where, at + 2, "1 channel or more", "0");
  if (sampleRateHz === 0) throw fault(where, at + 4, "a sample rate of 1 Hz or more", "0");
  if (blockBytes !== (channels * bits) / 8) {
    throw fault(where, at + 12, `${(channels * bits) / 8} bytes for ${channels} x ${bits} bits`, String(blockBytes));
  }
  return { tag, channels, sampleRateHz, bits };
}

/** The sample at a byte, full scale -1 to 1. */
function sampleReader(view: DataView, { tag, bits }: Format): (at: number) => number {
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

function readSamples(view: DataView, at: number, size: number, format: Format, where: string): Float32Array {
  const { channels, bits } = format;
  const frameBytes = (channels * bits) / 8;
  if (size % frameBytes !== 0) {
    throw fault(where, at, `a multiple of ${frameBytes} bytes of samples`, `${size} bytes`, "The file was cut short.");
  }
  const samples = new Float32Array(size / frameBytes);
  const sampleAt = sampleReader(view, format);
  for (let i = 0; i < samples.length; i++) {
    let sum = 0;
    for (let c = 0; c < channels; c++) sum += sampleAt(at + i * frameBytes + (c * bits) / 8);
    if (!Number.isFinite(sum)) throw fault(where, at + i * frameBytes, "finite samples", String(sum));
    samples[i] = sum / channels;
  }
  return samples;
}

/**
 * Reads the bytes of a wav file: PCM of 8, 16, 24 or 32 bits or float of 32 or 64, plain or extensible, at any rate.
 *
 * Several channels become one, their mean. A file may hold no sample at all: that is for the caller to judge.
 *
 * @param where the file's name, for messages.
 * @returns full scale as -1 to 1; float samples are taken as they stand and may lie beyond.
 * @throws data when the bytes are no wav, are compressed, are cut short, or hold NaN or infinity; the message names the byte.
 * Source: Microsoft and IBM 1991, "Multimedia Programming Interface and Data Specifications 1.0"; Microsoft 2007, "Multiple
 * channel audio data and WAVE files" for the extensible form.
 * @example
 * ```ts
 * const { samples, sampleRateHz } = readWav(bytes, "seven.wav");
 * ```
 */
export function readWav(bytes: Uint8Array, where: string): Waveform {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const isWav = bytes.length >= HEADER_BYTES && nameAt(view, 0) === "RIFF" && nameAt(view, 8) === "WAVE";
  if (!isWav) {
    const start = shown(String.fromCharCode(...bytes.subarray(0, HEADER_BYTES)));
    throw fault(where, 0, `a wav file, which begins with "RIFF" and "WAVE"`, bytes.length === 0 ? "no bytes" : start);
  }
  let format: Format | undefined;
  let at = HEADER_BYTES;
  while (at + 8 <= bytes.length) {
    const name = nameAt(view, at);
    const said = view.getUint32(at + 4, true);
    const body = at + 8;
    const left = bytes.length - body;
    const size = name === "data" && said === UNKNOWN_SIZE ? left : said;
    if (size > left) {
      throw fault(where, at + 4, `${size} bytes of chunk ${shown(name)}`, String(left), "The file was cut short.");
    }
    if (name === "fmt ") format = readFormat(view, body, size, where);
    if (name === "data") {
      if (format === undefined) throw fault(where, at, "a format chunk before the samples", "none");
      return {
        samples: readSamples(view, body, size, format, where),
        sampleRateHz: format.sampleRateHz,
      };
    }
    at = body + size + (size % 2); // chunks begin at even bytes
  }
  throw fault(where, at, "a chunk of samples", "the end of the file", "The file was cut short.");
}

/**
 * The bytes of a wav file of one channel of 16-bit PCM.
 *
 * Samples are rounded to the nearest of 65,536 steps and cut at full scale.
 *
 * @example
 * ```ts
 * readWav(writeWav({ samples: new Float32Array([0, 0.5]), sampleRateHz: 8000 }), "tone.wav");
 * ```
 */
export function writeWav({ samples, sampleRateHz }: Waveform): Uint8Array {
  const bytes = new Uint8Array(44 + 2 * samples.length);
  const view = new DataView(bytes.buffer);
  const write = (at: number, name: string): void => {
    for (let i = 0; i < name.length; i++) view.setUint8(at + i, name.charCodeAt(i));
  };
  write(0, "RIFF");
  view.setUint32(4, bytes.length - 8, true);
  write(8, "WAVEfmt ");
  view.setUint32(16, 16, true);
  view.setUint16(20, PCM, true);
  view.setUint16(22, 1, true);
  view.setUint32(24, sampleRateHz, true);
  view.setUint32(28, 2 * sampleRateHz, true);
  view.setUint16(32, 2, true);
  view.setUint16(34, 16, true);
  write(36, "data");
  view.setUint32(40, 2 * samples.length, true);
  for (let i = 0; i < samples.length; i++) {
    const step = Math.round(samples[i]! * 32768);
    view.setInt16(44 + 2 * i, Math.max(-32768, Math.min(32767, step)), true);
  }
  return bytes;
}
