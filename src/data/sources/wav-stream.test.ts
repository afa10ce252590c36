import { describe, expect, it } from "vitest";
import { expectSameBits } from "../../../test/support/expect-same-bits.ts";
import { readWav, writeWav } from "./wav.ts";
import { WavStream } from "./wav-stream.ts";

const samples = Float32Array.from({ length: 50 }, (_, n) => Math.fround(Math.sin(n)));
const plain = writeWav({ samples, sampleRateHz: 8000 });
const [header, format, data] = [plain.subarray(0, 12), plain.subarray(12, 36), plain.subarray(36)];
/** A chunk of 3 bytes, one of padding behind them. */
const junk = Uint8Array.from([0x4a, 0x55, 0x4e, 0x4b, 3, 0, 0, 0, 1, 2, 3, 0]);
const endless = Uint8Array.from(data);
endless.fill(255, 4, 8);

function inPieces(bytes: Uint8Array, size: number, rawRateHz?: number): number[] {
  const wav = new WavStream("a.wav", rawRateHz);
  const parts: number[] = [];
  for (let at = 0; at < bytes.length; at += size) parts.push(...wav.push(bytes.subarray(at, at + size)));
  wav.end();
  return parts;
}

describe("WavStream", () => {
  it.each([
    ["a plain file", [header, format, data]],
    ["other chunks before and behind", [header, junk, format, junk, data, junk]],
    ["samples of a size that a pipe did not know", [header, format, endless]],
  ])("gives the samples of %s, whatever the pieces", (_, parts) => {
    const bytes = Uint8Array.from(parts.flatMap((part) => [...part]));
    for (const size of [1, 2, 7, 45, 1000]) {
      expectSameBits(inPieces(bytes, size), readWav(plain, "a.wav").samples, `pieces of ${size} bytes`);
    }
  });

  it("reads raw PCM of 16 bits at the rate that it is told, and knows a file's only from its header", () => {
    const raw = data.subarray(8);
    for (const size of [1, 9, 1000]) expectSameBits(inPieces(raw, size, 16000), readWav(plain, "").samples, `${size}`);
    expect(new WavStream("raw", 16000).sampleRateHz).toBe(16000);
    const wav = new WavStream("a.wav");
    wav.push(plain.subarray(0, 30));
    expect(wav.sampleRateHz).toBeUndefined();
    wav.push(plain.subarray(30, 40));
    expect(wav.sampleRateHz).toBe(8000);
  });

  it.each([
    ["nothing", new Uint8Array(0), 'byte 0: expected a wav file, which begins with "RIFF" and "WAVE", got no bytes.'],
    ["no wav", new TextEncoder().encode("no wav, but a text"), 'got "no wav, but ".'],
    ["a header", plain.subarray(0, 20), 'byte 16: expected 16 bytes of chunk "fmt ", got 0. The file was cut short.'],
    [
      "half the samples",
      plain.subarray(0, 95),
      'byte 40: expected 100 bytes of chunk "data", got 51. The file was cut',
    ],
    ["no sample", plain.subarray(0, 36), "byte 36: expected a chunk of samples, got the end of the file."],
  ])("refuses %s, whatever the pieces", (_, bytes, message) => {
    for (const size of [1, 1000]) expect(() => inPieces(bytes, size)).toThrow(message);
  });

  it("refuses raw PCM that ends in half a sample", () => {
    expect(() => inPieces(Uint8Array.of(1, 2, 3), 2, 8000)).toThrow("expected a multiple of 2 bytes of samples, got 1");
  });
});
