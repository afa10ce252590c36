/** A trained transcriber: it writes down what is said in a clip. */
import { RecurraError, shown } from "../core/errors.ts";
import { joined } from "../core/joined.ts";
import { partsOf } from "../core/parts-of.ts";
import { requireSome } from "../core/require-some.ts";
import { unpackSequences } from "../data/pack-sequences.ts";
import type { TranscribedClip } from "../data/sources/transcribed-clips.ts";
import { readWav, type Waveform } from "../data/sources/wav.ts";
import { ctcBeam, type PrefixScorer } from "../decode/ctc-beam.ts";
import { ctcGreedy } from "../decode/ctc-greedy.ts";
import { defaultEngine } from "../engine/default-engine.ts";
import type { Engine } from "../engine/engine.ts";
import type { Flop } from "../layers/flop.ts";
import { Stacked } from "../layers/index.ts";
import type { StreamStatesJson } from "../layers/stream-states.ts";
import { characterErrorRate, wordErrorRate } from "../metrics/index.ts";
import { step } from "../tensor/tape.ts";
import { ChunkedScores, type ChunkedScoresJson, type Chunks } from "./chunked-scores.ts";
import { LanguageModel } from "./language-model.ts";
import { languagePrefixes } from "./language-prefixes.ts";
import { loadedCell } from "./loaded-cell.ts";
import { flopOfParts } from "./parts-flop.ts";
import { requireList } from "./require-list.ts";
import { savedArchitecture } from "./saved-architecture.ts";
import { filesOf } from "./saved-model.ts";
import { StreamedScores } from "./streamed-scores.ts";
import type {
  JsonObject,
  Metrics,
  ModelFiles,
  OptionValues,
  Precision,
  PredictingModel,
  PredictValues,
} from "./task.ts";
import { readTranscriberConfig, readTranscriberEncoder, type TranscriberConfig } from "./transcriber-config.ts";
import { TranscriberFeatureStream } from "./transcriber-feature-stream.ts";
import { TranscriberFeatures } from "./transcriber-features.ts";
import { TranscriberNetwork } from "./transcriber-network.ts";
import { TranscriberSession, type TranscriberSessionJson } from "./transcriber-session.ts";
import { TranscriberStream } from "./transcriber-stream.ts";
import { parameterCountOf, weightsToParts } from "./weight-files.ts";

/** How one call reads and searches. */
export interface TranscribeOptions {
  /** Prefixes kept after each step; 1 takes the best path. Default: as the model was trained. */
  readonly beamSize?: number;
  /** A language model of characters, or likely texts of your own, a character's label at a time; see `ctcBeam`. */
  readonly languageModel?: LanguageModel | PrefixScorer<unknown>;
  /** What the language model's logarithm counts against the sound's; default 0.5. */
  readonly languageModelWeight?: number;
  /** Added for each character where there is a language model; default 0. */
  readonly labelBonus?: number;
  /**
   * Reads the clip in chunks of so many steps, each with `lookAhead` steps before and behind it, so that a bidirectional
   * model need not hear the end first; default: the whole clip at once.
   */
  readonly chunk?: number;
  /** Steps that are read around a chunk; default 20. */
  readonly lookAhead?: number;
}

/** What is said in a clip. */
export interface Transcript {
  readonly output: string;
  /** log p(output | clip), nats; absent where the best path was taken. */
  readonly logProbability?: number;
}

/** Clips that are read side by side. */
const CLIPS_AT_ONCE = 32;

/**
 * What `trainTranscriber` gives, and `Transcriber.fromFiles` reads again.
 *
 * @example
 * ```ts
 * import { readWav } from "recurra/data";
 * model.predict(readWav(bytes, "seven.wav")).output; // "seven"
 * ```
 */
export class Transcriber implements PredictingModel {
  readonly task = "transcriber";
  readonly inputs = "file";
  readonly config: TranscriberConfig;
  readonly features: TranscriberFeatures;
  /** The characters of classes 1, 2, …; class 0 is the blank. */
  readonly characters: readonly string[];
  readonly network: TranscriberNetwork;

  constructor(
    config: TranscriberConfig,
    features: TranscriberFeatures,
    characters: readonly string[],
    network: TranscriberNetwork,
  ) {
    this.config = config;
    this.features = features;
    this.characters = characters;
    this.network = network;
  }

  get parameterCount(): number {
    return parameterCountOf(this.network.parts);
  }

  /** Of one step: `stride` frames of 10 ms. */
  get flopPerToken(): Flop {
    return flopOfParts(this.network.parts);
  }

  get reading(): OptionValues {
    return { labelFrom: this.config.labelFrom };
  }

  /** The text of labels. */
  textOf(labels: readonly number[]): string {
    return labels.map((label) => this.characters[label - 1]!).join("");
  }

  /** @throws data when the clip has no sample. */
  predict(clip: Waveform, options: TranscribeOptions = {}): Transcript {
    return this.predictMany([clip], options)[0]!;
  }

  /** Transcribes clips side by side; each becomes the same, bit for bit, as it would alone. */
  predictMany(clips: readonly Waveform[], options: TranscribeOptions = {}): Transcript[] {
    const { beamSize = this.config.beamSize, chunk, lookAhead, languageModel: model, ...weights } = options;
    requirePartners(options);
    const languageModel = model === undefined ? undefined : prefixScorerOf(model, this.characters);
    const inputs = clips.map((clip, i) => {
      requireSome(`predict, clip ${i + 1}`, clip.samples.length > 0, "a clip of one sample or more");
      return this.features.input(clip);
    });
    const { classes } = this.network;
    const scored =
      chunk === undefined ? this.scores(inputs) : inputs.map((input) => this.#inChunks(input, { chunk, lookAhead }));
    return scored.map((scores) => {
      if (beamSize === 1 && languageModel === undefined) {
        return { output: this.textOf(ctcGreedy(scores, classes).labels) };
      }
      const { labels, logProbability } = ctcBeam(scores, classes, { ...weights, languageModel, beamSize })[0]!;
      return { output: this.textOf(labels), logProbability };
    });
  }

  /** The scores of each clip's steps before the soft-max, each [T, classes]. */
  scores(inputs: readonly Float32Array[]): Float32Array[] {
    const { classes, engine } = this.network;
    const all: Float32Array[] = [];
    for (const batch of partsOf(inputs, CLIPS_AT_ONCE)) {
      step(engine, () => {
        const { x, packing } = this.network.pack(batch);
        const rows = this.network.scores(x, packing).toArray();
        all.push(...unpackSequences(rows, packing, classes));
      });
    }
    return all;
  }

  /**
   * Transcribes a sound as it arrives, in constant memory.
   *
   * @param json where an earlier session stood, as its `toJSON` gave it.
   * @throws unsupported when the model reads both ways, or scales each clip by its own mean: both need the whole clip first;
   * file-format when the JSON is of another model.
   */
  session(json?: TranscriberSessionJson): TranscriberSession {
    const { network } = this;
    const { encoder } = network;
    if (!(encoder instanceof Stacked)) {
      throw new RecurraError("unsupported", {
        where: "Transcriber.session",
        expected: "a model that reads one way",
        got: "a bidirectional one, which must hear the whole clip first",
        hint: "Use predict(clip), or chunkedSession({ chunk, lookAhead }); on the command line --chunk.",
      });
    }
    const features = this.#featureStream("session", json);
    const scores = new StreamedScores(network, encoder, json?.scores as StreamStatesJson | undefined);
    return new TranscriberSession(this, (own) => this.session(own), features, scores, json?.last);
  }

  /**
   * Transcribes a sound as it arrives, a chunk at a time, each with some steps on both sides of it: for a model that reads both
   * ways. It gives the text that `predict(clip, { chunk, lookAhead, beamSize: 1 })` gives.
   *
   * @throws unsupported when the model scales each clip by its own mean; option when a number of steps is none.
   */
  chunkedSession(chunks: Chunks, json?: TranscriberSessionJson): TranscriberSession {
    const features = this.#featureStream("chunkedSession", json);
    const scores = this.#chunked(chunks, json?.scores as ChunkedScoresJson | undefined);
    return new TranscriberSession(this, (own) => this.chunkedSession(chunks, own), features, scores, json?.last);
  }

  /** The scores of one clip, no step of it having seen more than its chunk and what lies around it. */
  #inChunks(input: Float32Array, chunks: Chunks): Float32Array {
    const chunked = this.#chunked(chunks);
    return joined([chunked.push(input), chunked.end()]);
  }

  #chunked(chunks: Chunks, json?: ChunkedScoresJson): ChunkedScores {
    return new ChunkedScores((input) => this.scores([input])[0]!, this.network.inputSize, chunks, json);
  }

  #featureStream(method: string, json: TranscriberSessionJson | undefined): TranscriberFeatureStream {
    const { scaler } = this.features;
    if (scaler !== undefined) return new TranscriberFeatureStream(this.features, scaler, json?.features);
    throw new RecurraError("unsupported", {
      where: `Transcriber.${method}`,
      expected: "a model that scales frames by the mean of the training's",
      got: "one that scales each clip by its own, which must be whole first",
      hint: "Train with --normalize global.",
    });
  }

  /** The answer to one file of the command line. @param values of `transcribeOptions`. */
  answer(input: string, bytes: Uint8Array = new Uint8Array(0), values: PredictValues = {}): JsonObject {
    const { rawRateHz, ...options } = values as TranscribeOptions & { readonly rawRateHz?: number };
    const clip = readWav(bytes, input, rawRateHz);
    requireSome(input, clip.samples.length > 0, "a clip of one sample or more");
    return { ...this.predict(clip, options) };
  }

  /**
   * Answers with the text that each piece of a file adds: that of the best path, in chunks where `chunk` is given.
   *
   * @param values of `transcribeOptions`.
   * @throws unsupported as `session` and `chunkedSession`; option for a search, which a stream does not have.
   */
  stream(values: PredictValues = {}): TranscriberStream {
    const { rawRateHz, chunk, lookAhead, ...search } = values as TranscribeOptions & { readonly rawRateHz?: number };
    const [found] = Object.keys(search).filter((name) => name !== "beamSize" || search.beamSize !== 1);
    if (found !== undefined) {
      throw new RecurraError("option", {
        where: "Transcriber.stream",
        expected: "the best path, which is what a stream gives",
        got: `the option ${found}`,
        hint: "A search goes with predict of whole clips.",
      });
    }
    requirePartners(values as TranscribeOptions);
    const session = chunk === undefined ? this.session() : this.chunkedSession({ chunk, lookAhead });
    return new TranscriberStream(session, this.features.json.sampleRateHz, rawRateHz);
  }

  /** @returns `wordErrorRate`, `charErrorRate` and `examples`. */
  evaluate(clips: readonly TranscribedClip[]): Metrics {
    requireList("evaluate", clips);
    const outputs = this.predictMany(clips).map(({ output }) => output);
    return transcriptMetrics(outputs, clips);
  }

  /** The model as what a model directory holds. */
  toFiles(precision?: Precision): ModelFiles {
    return filesOf(this, { characters: [...this.characters], features: this.features.json }, precision);
  }

  /**
   * Reads a saved model.
   *
   * @throws file-format when the files do not describe a transcriber.
   */
  static async fromFiles(files: ModelFiles, where: string, engine: Engine = defaultEngine()): Promise<Transcriber> {
    const config = readTranscriberConfig(savedArchitecture(files, "transcriber", where));
    const encoder = readTranscriberEncoder(files.encoder, `${where}/encoder.json`);
    const features = new TranscriberFeatures(encoder.features);
    const cell = await loadedCell(config.cell, where);
    const sizes = { inputSize: features.stacking.size, classes: encoder.characters.length + 1 };
    const network = new TranscriberNetwork({ ...config, ...sizes, engine, cell, seed: "none" });
    await weightsToParts(files.weights, network.parts, `${where}/model.safetensors`);
    return new Transcriber(config, features, encoder.characters, network);
  }
}

/** Options that say something of another one only. */
const PARTNERS = [
  ["lookAhead", "chunk"],
  ["languageModelWeight", "languageModel"],
  ["labelBonus", "languageModel"],
] as const;

/** @throws option when it is a model of another task, or one of words. */
function prefixScorerOf(
  model: NonNullable<TranscribeOptions["languageModel"]>,
  characters: readonly string[],
): PrefixScorer<unknown> {
  if (model instanceof LanguageModel) return languagePrefixes(model, characters);
  if (typeof (model as Partial<PrefixScorer<unknown>>).extend === "function") return model;
  const { task } = model as unknown as { readonly task?: unknown };
  throw new RecurraError("option", {
    where: "language model",
    expected: "a model of the task language-model, or an object with start, extend and end",
    got: task === undefined ? shown(model) : `one of the task ${String(task)}`,
  });
}

function requirePartners(options: TranscribeOptions): void {
  for (const [name, partner] of PARTNERS) {
    if (options[name] === undefined || options[partner] !== undefined) continue;
    throw new RecurraError("option", {
      where: `predict, option ${name}`,
      expected: `${partner} beside it`,
      got: `${name} alone`,
    });
  }
}

/** The metrics of transcripts. */
export function transcriptMetrics(outputs: readonly string[], clips: readonly TranscribedClip[]): Metrics {
  const references = clips.map(({ transcript }) => transcript);
  return {
    wordErrorRate: wordErrorRate(outputs, references),
    charErrorRate: characterErrorRate(outputs, references),
    examples: clips.length,
  };
}
