import { byteFault } from "../../core/byte-fault.ts";
import { shown } from "../../core/errors.ts";
import { nameAt, PCM, readWavFormat, sampleReader, type WavFormat } from "./wav-format.ts";

const HEADER_BYTES = 12;
const CHUNK_HEADER_BYTES = 8;
/** What a program that writes into a pipe gives as the size that it cannot know. */
const UNKNOWN_SIZE = 0xffffffff;
const CUT_SHORT = "The file was cut short.";

/** Where the next bytes belong. */
type Part = "header" | "chunk" | "format" | "skipped" | "samples" | "done";

/**
 * The samples of a wav file, or of raw PCM, whose bytes arrive in pieces; less than a chunk of the header or a sample is kept.
 *
 * @example
 * ```ts
 * const wav = new WavStream("standard input");
 * for (const bytes of pieces) session.step(wav.push(bytes));
 * wav.end();
 * ```
 */
export class WavStream {
  readonly #where: string;
  #format: WavFormat | undefined;
  #part: Part = "header";
  #pending: Uint8Array = new Uint8Array(0);
  /** The byte of the file that `#pending` begins at. */
  #at = 0;
  #chunk = { name: "", at: 0, size: 0, left: 0 };

  /**
   * @param where the file's name, for messages.
   * @param rawRateHz the bytes are samples of one channel of 16-bit PCM, little-endian, at this rate, without a header.
   */
  constructor(where: string, rawRateHz?: number) {
    this.#where = where;
    if (rawRateHz === undefined) return;
    this.#format = { tag: PCM, channels: 1, sampleRateHz: rawRateHz, bits: 16 };
    this.#part = "samples";
    this.#chunk = { name: "data", at: 0, size: UNKNOWN_SIZE, left: Number.POSITIVE_INFINITY };
  }

  /** The file's sample rate; undefined until its format chunk has come. */
  get sampleRateHz(): number | undefined {
    return this.#format?.sampleRateHz;
  }

  /**
   * @returns the samples that the bytes complete, full scale as -1 to 1, several channels as their mean.
   * @throws data when the bytes are no wav, are compressed, or hold NaN or infinity; the message names the byte.
   */
  push(bytes: Uint8Array): Float32Array {
    const all = new Uint8Array(this.#pending.length + bytes.length);
    all.set(this.#pending);
    all.set(bytes, this.#pending.length);
    this.#pending = all;
    while (this.#part !== "samples" && this.#readPart());
    const samples = this.#part === "samples" ? this.#readSamples() : new Float32Array(0);
    this.#pending = this.#pending.slice(); // the piece itself is not kept
    return samples;
  }

  /** @throws data when the file ends too soon. */
  end(): void {
    const rest = this.#pending.length;
    const { name, at, size, left } = this.#chunk;
    switch (this.#part) {
      case "done":
        return;
      case "header":
        throw this.#noWav();
      case "chunk":
        throw byteFault(this.#where, this.#at, "a chunk of samples", "the end of the file", CUT_SHORT);
      case "samples":
        if (left === Number.POSITIVE_INFINITY) {
          if (rest === 0) return;
          const whole = `a multiple of ${this.#frameBytes} bytes of samples`;
          throw byteFault(this.#where, at + CHUNK_HEADER_BYTES, whole, `${rest} bytes more`, CUT_SHORT);
        }
        if (left === 0) return;
    }
    throw byteFault(
      this.#where,
      at + 4,
      `${size} bytes of chunk ${shown(name)}`,
      String(size - left + rest),
      CUT_SHORT,
    );
  }

  get #frameBytes(): number {
    const { channels, bits } = this.#format!;
    return (channels * bits) / 8;
  }

  #noWav(): Error {
    const begin = this.#pending.subarray(0, HEADER_BYTES);
    const got = begin.length === 0 ? "no bytes" : shown(String.fromCharCode(...begin));
    return byteFault(this.#where, 0, `a wav file, which begins with "RIFF" and "WAVE"`, got);
  }

  #take(count: number): void {
    this.#pending = this.#pending.subarray(count);
    this.#at += count;
  }

  /** Reads one part of what comes before the samples. @returns whether it was all there. */
  #readPart(): boolean {
    const { byteOffset, length } = this.#pending;
    const view = new DataView(this.#pending.buffer, byteOffset, length);
    switch (this.#part) {
      case "header":
        if (length < HEADER_BYTES) return false;
        if (nameAt(view, 0) !== "RIFF" || nameAt(view, 8) !== "WAVE") throw this.#noWav();
        this.#take(HEADER_BYTES);
        this.#part = "chunk";
        return true;
      case "chunk":
        if (length < CHUNK_HEADER_BYTES) return false;
        this.#beginChunk(nameAt(view, 0), view.getUint32(4, true));
        return true;
      case "format":
        if (length < this.#chunk.size) return false;
        this.#format = readWavFormat(view, this.#at, this.#chunk.size, this.#where);
        return this.#skip();
      case "skipped":
        return this.#skip();
      default:
        return false;
    }
  }

  #beginChunk(name: string, size: number): void {
    this.#chunk = { name, at: this.#at, size, left: size };
    this.#take(CHUNK_HEADER_BYTES);
    if (name === "fmt ") this.#part = "format";
    else if (name !== "data") this.#part = "skipped";
    else if (this.#format === undefined) {
      throw byteFault(this.#where, this.#chunk.at, "a format chunk before the samples", "none");
    } else {
      this.#part = "samples";
      if (size === UNKNOWN_SIZE) this.#chunk.left = Number.POSITIVE_INFINITY;
      else if (size % this.#frameBytes !== 0) {
        const whole = `a multiple of ${this.#frameBytes} bytes of samples`;
        throw byteFault(this.#where, this.#at, whole, `${size} bytes`, CUT_SHORT);
      }
    }
  }

  /** Passes over what is left of a chunk; the next one begins at an even byte. @returns whether it was all there. */
  #skip(): boolean {
    const chunk = this.#chunk;
    const taken = Math.min(chunk.left, this.#pending.length);
    this.#take(taken);
    chunk.left -= taken;
    const padding = chunk.size % 2;
    if (chunk.left > 0 || this.#pending.length < padding) return false;
    this.#take(padding);
    this.#part = "chunk";
    return true;
  }

  #readSamples(): Float32Array {
    const format = this.#format!;
    const { channels, bits } = format;
    const frameBytes = this.#frameBytes;
    const count = Math.floor(Math.min(this.#pending.length, this.#chunk.left) / frameBytes);
    const samples = new Float32Array(count);
    const sampleAt = sampleReader(new DataView(this.#pending.buffer, this.#pending.byteOffset), format);
    for (let i = 0; i < count; i++) {
      let sum = 0;
      for (let c = 0; c < channels; c++) sum += sampleAt(i * frameBytes + (c * bits) / 8);
      if (!Number.isFinite(sum)) throw byteFault(this.#where, this.#at + i * frameBytes, "finite samples", String(sum));
      samples[i] = sum / channels;
    }
    this.#take(count * frameBytes);
    this.#chunk.left -= count * frameBytes;
    if (this.#chunk.left === 0) {
      this.#part = "done";
      this.#pending = new Uint8Array(0);
    }
    return samples;
  }
}
