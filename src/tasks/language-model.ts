/** A trained language model: it samples and scores text. */
import { RecurraError, shown } from "../core/errors.ts";
import { exactExp } from "../core/exact-math.ts";
import { nextTurn } from "../core/platform.ts";
import { Random } from "../core/random.ts";
import { SavedFields } from "../core/saved-fields.ts";
import type { Vocabulary } from "../data/encoders/vocabulary.ts";
import { vocabularyFromJSON } from "../data/encoders/vocabulary-from-json.ts";
import { sampleIndex } from "../decode/sample-index.ts";
import { defaultEngine } from "../engine/default-engine.ts";
import type { Engine } from "../engine/engine.ts";
import type { Flop } from "../layers/flop.ts";
import { StreamStates } from "../layers/stream-states.ts";
import type { CellJson } from "../recurrence/cell-json.ts";
import type { Cell } from "../recurrence/define-cell.ts";
import { type EncodedText, encodeText, type Texts } from "./encoded-text.ts";
import { LanguageNetwork, type LanguageNetworkOptions } from "./language-network.ts";
import { LanguageSession } from "./language-session.ts";
import { loadedCell } from "./loaded-cell.ts";
import { savedCell } from "./network-options.ts";
import { flopOfParts } from "./parts-flop.ts";
import type {
  JsonObject,
  Metrics,
  ModelFiles,
  OptionValues,
  Precision,
  SampleOptions,
  SamplingModel,
  ScoringModel,
  TextScore,
} from "./task.ts";
import { parameterCountOf, partsToWeights, weightsToParts } from "./weight-files.ts";

/** The architecture of a language model, as config.json holds it. */
export interface LanguageModelConfig {
  readonly unit: "char" | "word";
  /** Each line is a sequence of its own, from <EOS> to <EOS>. */
  readonly lines: boolean;
  /** The name of a built-in cell, or the traced graph of a cell of one's own, so that it loads without its code. */
  readonly cell: string | CellJson;
  readonly hiddenSize: number;
  readonly layers: number;
  readonly embeddingSize: number;
  readonly tied: boolean;
  /** Where the groups of an adaptive soft-max begin; none for a plain one. */
  readonly cutoffs: readonly number[];
}

/** Tokens from one turn of the event loop to the next while sampling. */
const SAMPLES_A_TURN = 64;
const SAMPLE_LENGTH = 500;

/**
 * What `trainLanguageModel` gives, and `LanguageModel.fromFiles` reads again.
 *
 * @example
 * ```ts
 * for await (const piece of model.sample({ prompt: "Call me", temperature: 0.8, length: 200 })) console.log(piece);
 * ```
 */
export class LanguageModel implements SamplingModel, ScoringModel {
  readonly task = "language-model";
  readonly config: LanguageModelConfig;
  readonly vocabulary: Vocabulary;
  readonly network: LanguageNetwork;

  constructor(config: LanguageModelConfig, vocabulary: Vocabulary, network: LanguageNetwork) {
    this.config = config;
    this.vocabulary = vocabulary;
    this.network = network;
  }

  /** Numbers that training changes. */
  get parameterCount(): number {
    return parameterCountOf(this.network.parts);
  }

  /** Of the matrix products; rows that are looked up cost none. */
  get flopPerToken(): Flop {
    const { embedding: _, ...parts } = this.network.parts;
    return flopOfParts(parts, this.config.embeddingSize === 0 ? ["rnn"] : []);
  }

  get reading(): OptionValues {
    return { lines: this.config.lines };
  }

  /**
   * A text that is read as it comes.
   *
   * @param json where an earlier session stood, as its `toJSON` gave it; without it, the beginning of a text.
   * @throws file-format when the JSON is of another model.
   */
  session(json?: unknown): LanguageSession {
    const { recurrent } = this.network;
    return new LanguageSession(this, json === undefined ? undefined : StreamStates.fromJSON(recurrent, json));
  }

  /**
   * Writes text, token by token, with the state carried one step at a time. It ends at <EOS>; <UNK> is never written.
   *
   * @param options.prompt what the text begins with; not repeated. Without one the text begins as a line or text does.
   * @param options.length tokens to write at most; default 500.
   * @param options.temperature 1 (default) draws as the model says; below, it is surer of itself; 0 takes the likeliest.
   * @param options.topK only the k likeliest tokens may be drawn; default all.
   * @param options.topP only the fewest tokens of probability p or more together, after top-k; default 1, all.
   * @param options.seed the same seed gives the same text everywhere; default 1.
   * @throws data when the prompt has a character that the model does not know; option for a value out of range.
   */
  async *sample(options: SampleOptions = {}): AsyncGenerator<string, void, void> {
    const { prompt = "", length = SAMPLE_LENGTH, temperature = 1, seed = 1 } = options;
    requireOption("length", length, Number.isSafeInteger(length) && length >= 0, "an integer of at least 0");
    requireOption("temperature", temperature, temperature >= 0 && temperature < 1e6, "a number of at least 0");
    const { topK, topP } = options;
    const choice = { ...(topK === undefined ? {} : { topK }), ...(topP === undefined ? {} : { topP }) };
    const { vocabulary } = this;
    const random = new Random(seed, "sample");
    const session = this.session();
    let scores: Float64Array = new Float64Array();
    for (const id of this.#begin(vocabulary.encode(prompt))) scores = session.step(id);
    let before = vocabulary.encode(prompt).at(-1);
    for (let i = 0; i < length; i++) {
      if (vocabulary.unknownId >= 0) scores[vocabulary.unknownId] = Number.NEGATIVE_INFINITY;
      const id = sampleIndex(scores, temperature, random.uniform(i), choice);
      if (id === vocabulary.endId) return;
      yield vocabulary.textOf(id, before);
      before = id;
      if (i + 1 < length) scores = session.step(id);
      if (i % SAMPLES_A_TURN === SAMPLES_A_TURN - 1) await nextTurn();
    }
  }

  /**
   * The id of what stands before the first token of a text: <EOS>, or a line end where there is none, or the first character
   * of the vocabulary.
   */
  get startId(): number {
    const { endId, tokens } = this.vocabulary;
    return endId >= 0 ? endId : Math.max(0, tokens.indexOf("\n"));
  }

  /** What is read before the first prediction; only a prompt of running text begins by itself. */
  #begin(prompt: Int32Array): Int32Array {
    if (prompt.length > 0 && !this.config.lines) return prompt;
    return Int32Array.from([this.startId, ...prompt]);
  }

  /**
   * How well the model predicts a text, or several.
   *
   * @returns `bitsPerToken`, `perplexity`, `bitsPerChar` (of characters), and `tokens`, the number predicted: all but the
   * first, and with lines all, <EOS> included.
   * @throws data when the text is shorter than two tokens or has a character that the model does not know.
   */
  evaluate(texts: Texts): Metrics {
    return this.evaluateEncoded(encodeText(texts, this.vocabulary, this.config.lines));
  }

  /** As `evaluate`, for a text that is encoded already. */
  evaluateEncoded(text: EncodedText): Metrics {
    if (text.kind === "lines") {
      const tokens = text.sequences.reduce((sum, sequence) => sum + sequence.length, 0);
      return { ...this.metricsOf(this.network.evaluateLines(text.sequences, this.vocabulary.endId)), tokens };
    }
    const { ids } = text;
    if (ids.length < 2) {
      throw new RecurraError("data", {
        where: "evaluate",
        expected: "a text of at least two tokens",
        got: String(ids.length),
      });
    }
    return { ...this.metricsOf(this.network.evaluate(ids)), tokens: ids.length - 1 };
  }

  /** The metrics of a mean loss in nats a token. */
  metricsOf(nats: number): Metrics {
    const bits = nats / Math.LN2;
    const { unit } = this.config;
    return { bitsPerToken: bits, ...(unit === "char" ? { bitsPerChar: bits } : {}), perplexity: exactExp(nats) };
  }

  /**
   * How likely a text is, a token at a time: where a word is odd, its log-probability is low.
   *
   * @param text with a model of lines, one line: its <EOS> is scored too.
   * @returns the log-probability of every token given all before it, in nats; the first is given what `sample` gives a
   * text without a prompt.
   * @throws data when the text is empty or has a character that the model does not know.
   */
  score(text: string): TextScore {
    const { endId, tokens: names } = this.vocabulary;
    const encoded = this.vocabulary.encode(text);
    if (encoded.length === 0) {
      throw new RecurraError("data", { where: "score", expected: "a text of at least one token", got: "none" });
    }
    const ids = this.config.lines ? Int32Array.from([...encoded, endId]) : encoded;
    const start = this.#begin(new Int32Array());
    const whole = new Int32Array(start.length + ids.length);
    whole.set(start);
    whole.set(ids, start.length);
    const losses = this.network.losses(whole);
    const perToken = Array.from(losses, (loss, i) => ({ token: names[ids[i]!]!, logProbability: -loss }));
    const total = losses.reduce((sum, loss) => sum + loss, 0);
    const { bitsPerToken, perplexity } = this.metricsOf(total / ids.length) as Record<string, number>;
    return {
      text,
      logProbability: -total,
      tokens: ids.length,
      bitsPerToken: bitsPerToken!,
      perplexity: perplexity!,
      perToken,
    };
  }

  /** The model as what a model directory holds. */
  toFiles(precision?: Precision): ModelFiles {
    return {
      config: { task: this.task, architecture: { ...this.config } as unknown as JsonObject },
      encoder: this.vocabulary.toJSON() as unknown as JsonObject,
      weights: partsToWeights(this.network.parts, precision),
    };
  }

  /**
   * Reads a saved model.
   *
   * @param where the directory's name, for messages.
   * @throws file-format when the files do not describe a language model.
   */
  static async fromFiles(files: ModelFiles, where: string, engine: Engine = defaultEngine()): Promise<LanguageModel> {
    const config = readConfig(files.config.architecture, `${where}/config.json`);
    const vocabulary = await vocabularyFromJSON(files.encoder, `${where}/encoder.json`);
    const cell = await loadedCell(config.cell, `${where}/config.json`);
    const adaptive = config.cutoffs.length === 0 ? undefined : await adaptiveSoftmax(config.cutoffs);
    const sizes = { ...config, vocabularySize: vocabulary.size };
    const network = new LanguageNetwork({ ...sizes, engine, cell, adaptive, seed: 0 });
    await weightsToParts(files.weights, network.parts, `${where}/model.safetensors`);
    return new LanguageModel(config, vocabulary, network);
  }
}

/** Fetches what only a model with an adaptive soft-max needs. */
async function adaptiveSoftmax(cutoffs: readonly number[]): Promise<LanguageNetworkOptions["adaptive"]> {
  const { AdaptiveSoftmax } = await import("../layers/adaptive-softmax.ts");
  return (options) => new AdaptiveSoftmax({ ...options, cutoffs });
}

/** What config.json holds of a network. */
export function configOf(
  cell: string | Cell,
  network: LanguageNetwork,
  sizes: Omit<LanguageModelConfig, "cell">,
): LanguageModelConfig {
  const { unit, lines, hiddenSize, layers, embeddingSize, tied, cutoffs } = sizes;
  const inputSizes = network.recurrent.layers.map(({ inputSize }) => inputSize);
  return {
    unit,
    lines,
    cell: savedCell(cell, inputSizes, hiddenSize),
    hiddenSize,
    layers,
    embeddingSize,
    tied,
    cutoffs,
  };
}

function requireOption(name: string, value: number, right: boolean, expected: string): void {
  if (!right) throw new RecurraError("option", { where: `sample, option ${name}`, expected, got: shown(value) });
}

function readConfig(value: unknown, where: string): LanguageModelConfig {
  const fields = new SavedFields(value, where);
  fields.choice("unit", ["char", "word"]);
  fields.integer("hiddenSize");
  fields.integer("layers");
  fields.integer("embeddingSize", 0);
  fields.flag("lines");
  fields.flag("tied");
  fields.require("cutoffs", (x) => x === undefined || Array.isArray(x), "a list of numbers");
  return { cutoffs: [], ...fields.values } as unknown as LanguageModelConfig;
}
