import { describe, expect, it } from "vitest";
import { readWav, writeWav } from "./wav.ts";

interface Made {
  readonly tag?: number;
  readonly channels?: number;
  readonly rate?: number;
  readonly bits?: number;
  readonly data?: readonly number[];
  /** Chunks before the format. */
  readonly before?: readonly number[];
  readonly dataSize?: number;
  readonly extensible?: boolean;
  readonly block?: number;
}

const ascii = (text: string): number[] => [...text].map((char) => char.charCodeAt(0));
const u16 = (value: number): number[] => [value & 255, (value >>> 8) & 255];
const u32 = (value: number): number[] => [...u16(value), ...u16(value >>> 16)];
const float32 = (value: number): number[] => [...new Uint8Array(new Float32Array([value]).buffer)];
const float64 = (value: number): number[] => [...new Uint8Array(new Float64Array([value]).buffer)];
const GUID_TAIL = [0, 0, 0, 0, 0x10, 0, 0x80, 0, 0, 0xaa, 0, 0x38, 0x9b, 0x71];

/** A wav by hand, byte by byte. */
function made(parts: Made): Uint8Array {
  const { tag = 1, channels = 1, rate = 8000, bits = 16, data = [], before = [], extensible = false } = parts;
  const block = parts.block ?? (channels * bits) / 8;
  const plain = [...u16(channels), ...u32(rate), ...u32(rate * block), ...u16(block), ...u16(bits)];
  const format = extensible
    ? [...u16(0xfffe), ...plain, ...u16(22), ...u16(bits), ...u32(0), ...u16(tag), ...GUID_TAIL]
    : [...u16(tag), ...plain];
  const body = [
    ...ascii("WAVE"),
    ...before,
    ...ascii("fmt "),
    ...u32(format.length),
    ...format,
    ...ascii("data"),
    ...u32(parts.dataSize ?? data.length),
    ...data,
  ];
  return Uint8Array.from([...ascii("RIFF"), ...u32(body.length), ...body]);
}

const samplesOf = (parts: Made): number[] => [...readWav(made(parts), "a.wav").samples];

describe("readWav", () => {
  it.each<[string, Made, number[]]>([
    ["8-bit PCM, whose silence is 128", { bits: 8, data: [128, 0, 255] }, [0, -1, 127 / 128]],
    ["16-bit PCM", { data: [...u16(0x8000), ...u16(0x7fff), ...u16(1)] }, [-1, 32767 / 32768, 1 / 32768]],
    ["24-bit PCM", { bits: 24, data: [0, 0, 0x80, 1, 0, 0, 0, 0, 0x40] }, [-1, 1 / 8388608, 0.5]],
    ["32-bit PCM", { bits: 32, data: [...u32(0x80000000), ...u32(0x40000000)] }, [-1, 0.5]],
    ["32-bit float", { tag: 3, bits: 32, data: [...float32(0.25), ...float32(-1.5)] }, [0.25, -1.5]],
    ["64-bit float", { tag: 3, bits: 64, data: float64(-0.125) }, [-0.125]],
    ["extensible PCM", { extensible: true, data: u16(0x4000) }, [0.5]],
    ["extensible float", { extensible: true, tag: 3, bits: 32, data: float32(0.5) }, [0.5]],
    [
      "two channels as their mean",
      { channels: 2, data: [...u16(0x4000), ...u16(0), ...u16(0x8000), ...u16(0)] },
      [0.25, -0.5],
    ],
    [
      "samples behind a chunk of odd length",
      { before: [...ascii("LIST"), ...u32(3), 1, 2, 3, 0], data: u16(0x4000) },
      [0.5],
    ],
    ["a piped file, whose size is not known", { dataSize: 0xffffffff, data: [...u16(0x4000), ...u16(0)] }, [0.5, 0]],
    ["no samples at all", { data: [] }, []],
  ])("reads %s", (_, parts, expected) => {
    expect(samplesOf(parts)).toEqual(expected.map(Math.fround));
  });

  it("tells the rate, and reads from the middle of a buffer", () => {
    const bytes = made({ rate: 44100, data: u16(0x4000) });
    const shifted = new Uint8Array(bytes.length + 3);
    shifted.set(bytes, 3);
    expect(readWav(shifted.subarray(3), "a.wav")).toEqual({ samples: new Float32Array([0.5]), sampleRateHz: 44100 });
  });

  const cut = made({ data: [...u16(1), ...u16(2)] });
  it.each<[string, Uint8Array, string]>([
    [
      "no bytes",
      new Uint8Array(0),
      `a.wav, byte 0: expected a wav file, which begins with "RIFF" and "WAVE", got no bytes.`,
    ],
    [
      "text",
      Uint8Array.from(ascii("seven,7.wav\n")),
      String.raw`a.wav, byte 0: expected a wav file, which begins with "RIFF" and "WAVE", got "seven,7.wav\n".`,
    ],
    [
      "a file cut in its samples",
      cut.subarray(0, cut.length - 2),
      'a.wav, byte 40: expected 4 bytes of chunk "data", got 2. The file was cut short.',
    ],
    [
      "a file cut before its samples",
      cut.subarray(0, 36),
      "a.wav, byte 36: expected a chunk of samples, got the end of the file. The file was cut short.",
    ],
    [
      "half a sample",
      made({ data: [1, 2, 3] }),
      "a.wav, byte 44: expected a multiple of 2 bytes of samples, got 3 bytes. The file was cut short.",
    ],
    [
      "A-law",
      made({ tag: 6, bits: 8 }),
      "a.wav, byte 20: expected PCM samples of 8, 16, 24 or 32 bits or float samples of 32 or 64, got A-law. Convert the file to 16-bit PCM.",
    ],
    ["PCM of 12 bits", made({ bits: 12, block: 2 }), "got PCM samples of 12. Convert the file to 16-bit PCM."],
    ["no channel", made({ channels: 0, block: 0 }), "a.wav, byte 22: expected 1 channel or more, got 0."],
    ["a rate of 0", made({ rate: 0 }), "a.wav, byte 24: expected a sample rate of 1 Hz or more, got 0."],
    ["a block that is no frame", made({ block: 3 }), "a.wav, byte 32: expected 2 bytes for 1 x 16 bits, got 3."],
    ["NaN", made({ tag: 3, bits: 32, data: float32(Number.NaN) }), "a.wav, byte 44: expected finite samples, got NaN."],
    [
      "samples before their format",
      Uint8Array.from([...ascii("RIFF"), ...u32(12), ...ascii("WAVE"), ...ascii("data"), ...u32(0)]),
      "a.wav, byte 12: expected a format chunk before the samples, got none.",
    ],
  ])("refuses %s in one sentence that names the byte", (_, bytes, message) => {
    expect(() => readWav(bytes, "a.wav")).toThrow(message);
  });

  it("never fails with anything but a data error, whatever byte is damaged", () => {
    const whole = made({ extensible: true, data: [1, 2, 3, 4, 5, 6, 7, 8] });
    for (let at = 0; at < whole.length; at++) {
      for (const value of [0, 1, 0x7f, 0xff]) {
        const damaged = whole.slice();
        damaged[at] = value;
        try {
          readWav(damaged, "a.wav");
        } catch (error) {
          expect(error).toMatchObject({ name: "RecurraError", code: "data" });
        }
      }
      try {
        readWav(whole.subarray(0, at), "a.wav");
      } catch (error) {
        expect(error).toMatchObject({ name: "RecurraError", code: "data" });
      }
    }
  });
});

describe("writeWav", () => {
  it("writes what readWav reads, to a step of 16 bits, and cuts at full scale", () => {
    const samples = new Float32Array([0, 0.5, -1, 1, 2, -3, 0.1]);
    const read = readWav(writeWav({ samples, sampleRateHz: 11025 }), "a.wav");
    expect(read.sampleRateHz).toBe(11025);
    const top = 32767 / 32768;
    [0, 0.5, -1, top, top, -1, 0.1].forEach((value, i) => {
      expect(Math.abs(read.samples[i]! - value)).toBeLessThanOrEqual(1 / 65536);
    });
  });
});
