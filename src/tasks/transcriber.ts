/** A trained transcriber: it writes down what is said in a clip. */
import { step } from "../autograd/tape.ts";
import { RecurraError, shown } from "../core/errors.ts";
import type { TranscribedClip } from "../data/sources/transcribed-clips.ts";
import { readWav, type Waveform } from "../data/sources/wav.ts";
import { ctcBeam, type PrefixScorer } from "../decode/ctc-beam.ts";
import { ctcGreedy } from "../decode/ctc-greedy.ts";
import { defaultEngine } from "../engine/default-engine.ts";
import type { Engine } from "../engine/engine.ts";
import type { Flop } from "../layers/flop.ts";
import { Stacked } from "../layers/index.ts";
import { characterErrorRate, wordErrorRate } from "../metrics/index.ts";
import type { CellJson } from "../recurrence/cell-json.ts";
import { loadedCell } from "./network-options.ts";
import { flopOfParts } from "./parts-flop.ts";
import type { JsonObject, Metrics, ModelFiles, OptionValues, PredictingModel } from "./task.ts";
import { TranscriberFeatures, type TranscriberFeaturesJson } from "./transcriber-features.ts";
import { TranscriberNetwork } from "./transcriber-network.ts";
import { TranscriberSession } from "./transcriber-session.ts";
import { parameterCountOf, partsToWeights, weightsToParts } from "./weight-files.ts";

/** The architecture of a transcriber and how it searches, as config.json holds it. */
export interface TranscriberConfig {
  readonly cell: string | CellJson;
  readonly hiddenSize: number;
  readonly layers: number;
  readonly bidirectional: boolean;
  readonly beamSize: number;
  readonly labelFrom?: string;
}

/** How one call reads and searches. */
export interface TranscribeOptions {
  /** Prefixes kept after each step; 1 takes the best path. Default: as the model was trained. */
  readonly beamSize?: number;
  /** Likely texts, a character's label at a time; see `ctcBeam`. */
  readonly languageModel?: PrefixScorer<unknown>;
  readonly languageModelWeight?: number;
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
const LOOK_AHEAD = 20;

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
    const { beamSize = this.config.beamSize, chunk, lookAhead = LOOK_AHEAD } = options;
    const inputs = clips.map((clip, i) => {
      if (clip.samples.length > 0) return this.features.input(clip);
      const where = `predict, clip ${i + 1}`;
      throw new RecurraError("data", { where, expected: "a clip of one sample or more", got: "none" });
    });
    const { classes } = this.network;
    const scored =
      chunk === undefined ? this.scores(inputs) : inputs.map((input) => this.#inChunks(input, chunk, lookAhead));
    return scored.map((scores) => {
      if (beamSize === 1 && options.languageModel === undefined) {
        return { output: this.textOf(ctcGreedy(scores, classes).labels) };
      }
      const { labels, logProbability } = ctcBeam(scores, classes, { ...options, beamSize })[0]!;
      return { output: this.textOf(labels), logProbability };
    });
  }

  /** The scores of each clip's steps before the soft-max, each [T, classes]. */
  scores(inputs: readonly Float32Array[]): Float32Array[] {
    const { classes, engine } = this.network;
    const all: Float32Array[] = [];
    for (let start = 0; start < inputs.length; start += CLIPS_AT_ONCE) {
      const batch = inputs.slice(start, start + CLIPS_AT_ONCE);
      step(engine, () => {
        const { x, packing } = this.network.pack(batch);
        const rows = this.network.scores(x, packing).toArray();
        const own = batch.map((_, b) => new Float32Array(packing.lengths[b]! * classes));
        packing.order.forEach((b, rank) => {
          for (let t = 0; t < packing.lengths[b]!; t++) {
            const from = packing.rowOf(t, rank) * classes;
            own[b]!.set(rows.subarray(from, from + classes), t * classes);
          }
        });
        all.push(...own);
      });
    }
    return all;
  }

  /** The scores of one clip, no step of it having seen more than `lookAhead` steps beyond its chunk. */
  #inChunks(input: Float32Array, chunk: number, lookAhead: number): Float32Array {
    if (!Number.isSafeInteger(chunk) || chunk < 1 || !Number.isSafeInteger(lookAhead) || lookAhead < 0) {
      throw new RecurraError("option", {
        where: "predict, chunk and lookAhead",
        expected: "integers of 1 or more and of 0 or more",
        got: `${chunk} and ${lookAhead}`,
      });
    }
    const { classes, inputSize } = this.network;
    const length = input.length / inputSize;
    const scores = new Float32Array(length * classes);
    for (let start = 0; start < length; start += chunk) {
      const first = Math.max(0, start - lookAhead);
      const end = Math.min(length, start + chunk);
      const own = this.scores([input.subarray(first * inputSize, (end + lookAhead) * inputSize)])[0]!;
      scores.set(own.subarray((start - first) * classes, (end - first) * classes), start * classes);
    }
    return scores;
  }

  /**
   * Transcribes a sound as it arrives, in constant memory.
   *
   * @throws unsupported when the model reads both ways, or scales each clip by its own mean: both need the whole clip first.
   */
  session(): TranscriberSession {
    const { encoder } = this.network;
    if (encoder instanceof Stacked && this.features.scaler !== undefined) {
      return new TranscriberSession(this, encoder, this.features.scaler);
    }
    const both = !(encoder instanceof Stacked);
    throw new RecurraError("unsupported", {
      where: "Transcriber.session",
      expected: "a model that reads one way and scales frames by the training's mean",
      got: both ? "a bidirectional one, which must hear the whole clip first" : "one that scales each clip by its own",
      hint: both ? "Train without --bidirectional, or predict in chunks." : "Train with --normalize global.",
    });
  }

  /** The answer to one wav file of the command line. */
  answer(input: string, bytes?: Uint8Array): JsonObject {
    const clip = readWav(bytes ?? new Uint8Array(0), input);
    if (clip.samples.length === 0) {
      throw new RecurraError("data", { where: input, expected: "a clip of one sample or more", got: "none" });
    }
    return { ...this.predict(clip) };
  }

  /** @returns `wordErrorRate`, `charErrorRate` and `examples`. */
  evaluate(clips: readonly TranscribedClip[]): Metrics {
    const outputs = this.predictMany(clips).map(({ output }) => output);
    return transcriptMetrics(outputs, clips);
  }

  /** The model as what a model directory holds. */
  toFiles(): ModelFiles {
    const encoder = { characters: [...this.characters], features: this.features.json };
    return {
      config: { task: this.task, architecture: { ...this.config } as unknown as JsonObject },
      encoder: encoder as unknown as JsonObject,
      weights: partsToWeights(this.network.parts),
    };
  }

  /**
   * Reads a saved model.
   *
   * @throws file-format when the files do not describe a transcriber.
   */
  static fromFiles(files: ModelFiles, where: string, engine: Engine = defaultEngine()): Transcriber {
    const config = files.config.architecture as unknown as TranscriberConfig;
    const encoder = files.encoder as unknown as { characters: string[]; features: TranscriberFeaturesJson };
    const isWhole = Array.isArray(encoder?.characters) && typeof encoder.features === "object";
    if (!isWhole || !Number.isSafeInteger(config?.hiddenSize) || !Number.isSafeInteger(config.layers)) {
      throw new RecurraError("file-format", {
        where: `${where}/encoder.json`,
        expected: "characters and features of a transcriber",
        got: shown(JSON.stringify(encoder)),
      });
    }
    const features = new TranscriberFeatures(encoder.features);
    const network = new TranscriberNetwork({
      engine,
      cell: loadedCell(config.cell, `${where}/config.json`),
      inputSize: features.stacking.size,
      hiddenSize: config.hiddenSize,
      layers: config.layers,
      bidirectional: config.bidirectional === true,
      classes: encoder.characters.length + 1,
      seed: 0,
    });
    weightsToParts(files.weights, network.parts, `${where}/model.safetensors`);
    return new Transcriber(config, features, encoder.characters, network);
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
