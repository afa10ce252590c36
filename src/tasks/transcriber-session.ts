/** A transcription that goes on as the sound arrives. */
import { RecurraError, shown } from "../core/errors.ts";
import { isInteger } from "../core/is-integer.ts";
import { ctcGreedy } from "../decode/ctc-greedy.ts";
import type { Transcriber } from "./transcriber.ts";
import type { TranscriberFeatureStream, TranscriberFeatureStreamJson } from "./transcriber-feature-stream.ts";

/** The scores before the soft-max of steps that arrive in pieces, `[steps, inputSize]` to `[steps, classes]`. */
export interface StepScores {
  /** The scores that the steps so far make certain. */
  push(input: Float32Array): Float32Array;
  /** Those of the steps that are left. */
  end(): Float32Array;
  toJSON(): unknown;
}

/** `toJSON` of a session. */
export interface TranscriberSessionJson {
  readonly features: TranscriberFeatureStreamJson;
  readonly scores: unknown;
  /** The likeliest class of the last step. */
  readonly last: number;
}

/** Samples that are read at once, so that no piece needs more memory than another. */
const SAMPLES_AT_ONCE = 8192;

/**
 * Reads samples at the model's rate (`model.features.json.sampleRateHz`; `Resampler.stream` brings others to it) in pieces of
 * any length, and gives the text of the best path, the same as `predict` with a beam of 1 gives for the whole clip. Made by
 * `Transcriber.session` and `Transcriber.chunkedSession`.
 *
 * @example
 * ```ts
 * const session = model.session();
 * for (const samples of pieces) process.stdout.write(session.step(samples));
 * process.stdout.write(session.end());
 * ```
 */
export class TranscriberSession {
  readonly #model: Transcriber;
  readonly #open: (json: TranscriberSessionJson) => TranscriberSession;
  readonly #features: TranscriberFeatureStream;
  readonly #scores: StepScores;
  #last: number;

  /**
   * @param open makes a session of the same kind from JSON.
   * @throws file-format when `last` is no class of the model.
   */
  constructor(
    model: Transcriber,
    open: (json: TranscriberSessionJson) => TranscriberSession,
    features: TranscriberFeatureStream,
    scores: StepScores,
    last = 0,
  ) {
    const { classes } = model.network;
    if (!isInteger(last, 0, classes - 1)) {
      const expected = `a class from 0 to ${classes - 1}`;
      throw new RecurraError("file-format", { where: "session, last", expected, got: shown(last) });
    }
    this.#model = model;
    this.#open = open;
    this.#features = features;
    this.#scores = scores;
    this.#last = last;
  }

  /** @returns the text that the samples add. */
  step(samples: Float32Array): string {
    let text = "";
    for (let at = 0; at < samples.length; at += SAMPLES_AT_ONCE) {
      const piece = samples.subarray(at, at + SAMPLES_AT_ONCE);
      text += this.#read(this.#scores.push(this.#features.push(piece)));
    }
    return text;
  }

  /** Ends the sound. @returns the text that its end adds. */
  end(): string {
    return this.#read(this.#scores.push(this.#features.end())) + this.#read(this.#scores.end());
  }

  #read(scores: Float32Array): string {
    const found = ctcGreedy(scores, this.#model.network.classes, { before: this.#last });
    this.#last = found.last;
    return this.#model.textOf(found.labels);
  }

  /** A copy that goes its own way. */
  fork(): TranscriberSession {
    return this.#open(this.toJSON());
  }

  /** Where the sound stands, as plain numbers; `model.session(json)`, or `model.chunkedSession(chunks, json)`, goes on from it. */
  toJSON(): TranscriberSessionJson {
    return { features: this.#features.toJSON(), scores: this.#scores.toJSON(), last: this.#last };
  }
}
