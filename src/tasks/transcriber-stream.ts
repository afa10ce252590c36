/** The bytes of a wav file, or of raw PCM, that arrive in pieces, transcribed as far as they have come. */
import { requireSome } from "../core/require-some.ts";
import { Resampler } from "../data/resampler.ts";
import type { ResamplerStream } from "../data/resampler-stream.ts";
import { WavStream } from "../data/sources/wav-stream.ts";
import type { JsonObject, PredictionStream } from "./task.ts";
import type { TranscriberSession } from "./transcriber-session.ts";

/** Made by `Transcriber.stream`. */
export class TranscriberStream implements PredictionStream {
  readonly continues = true;
  readonly #session: TranscriberSession;
  readonly #sampleRateHz: number;
  readonly #wav: WavStream;
  #resampler: ResamplerStream | undefined;
  #any = false;

  /**
   * @param sampleRateHz the session's.
   * @param rawRateHz that of bytes without a header.
   */
  constructor(session: TranscriberSession, sampleRateHz: number, rawRateHz: number | undefined) {
    this.#session = session;
    this.#sampleRateHz = sampleRateHz;
    this.#wav = new WavStream("text", rawRateHz);
  }

  /** @returns the text that the bytes add. */
  push(piece: string | Uint8Array): JsonObject | undefined {
    const samples = this.#wav.push(typeof piece === "string" ? new TextEncoder().encode(piece) : piece);
    if (samples.length === 0) return undefined;
    this.#any = true;
    this.#resampler ??= new Resampler(this.#wav.sampleRateHz!, this.#sampleRateHz).stream();
    return answerOf(this.#session.step(this.#resampler.push(samples)));
  }

  /** @throws data when the file ended too soon, or had no sample. */
  end(): JsonObject | undefined {
    this.#wav.end();
    requireSome("text, end", this.#any, "a clip of one sample or more");
    const rest = this.#session.step(this.#resampler!.end());
    return answerOf(rest + this.#session.end());
  }
}

const answerOf = (output: string): JsonObject | undefined => (output === "" ? undefined : { output });
