/** A trained language model: it samples and scores text. */

import { step } from "../autograd/tape.ts";
import { builtInCells } from "../cells/built-in.ts";
import { RecurraError, shown } from "../core/errors.ts";
import { exactExp } from "../core/exact-math.ts";
import { Packing } from "../core/packing.ts";
import { nextTurn } from "../core/platform.ts";
import { Random } from "../core/random.ts";
import { CharVocabulary } from "../data/encoders/char-vocabulary.ts";
import { sampleIndex } from "../decode/sample-index.ts";
import { defaultEngine } from "../engine/default-engine.ts";
import type { Engine } from "../engine/engine.ts";
import { CarriedStates } from "../layers/index.ts";
import { type CellJson, cellFromJson } from "../recurrence/cell-json.ts";
import type { Cell } from "../recurrence/define-cell.ts";
import { LanguageNetwork } from "./language-network.ts";
import { networkToWeights, weightsToNetwork } from "./language-network-files.ts";
import type { JsonObject, Metrics, ModelFiles, SampleOptions, SamplingModel } from "./task.ts";

/** The architecture of a language model, as config.json holds it. */
export interface LanguageModelConfig {
  readonly unit: "char";
  /** The name of a built-in cell, or the traced graph of a cell of one's own, so that it loads without its code. */
  readonly cell: string | CellJson;
  readonly hiddenSize: number;
  readonly layers: number;
  readonly embeddingSize: number;
}

/** How likely a text is. */
export interface TextScore {
  readonly text: string;
  /** log p(text), nats. */
  readonly logProbability: number;
  /** How many tokens the text has. */
  readonly tokens: number;
  readonly bitsPerToken: number;
  readonly perplexity: number;
  /** Each token with log p(token | all before it), nats. */
  readonly perToken: readonly { readonly token: string; readonly logProbability: number }[];
}

/** Characters from one turn of the event loop to the next while sampling. */
const SAMPLES_A_TURN = 64;
const SAMPLE_LENGTH = 500;
const ONE_STEP = Packing.uniform(1, 1);

/**
 * What `trainLanguageModel` gives, and `LanguageModel.fromFiles` reads again.
 *
 * @example
 * ```ts
 * for await (const piece of model.sample({ prompt: "Call me", temperature: 0.8, length: 200 })) console.log(piece);
 * ```
 */
export class LanguageModel implements SamplingModel {
  readonly task = "language-model";
  readonly config: LanguageModelConfig;
  readonly vocabulary: CharVocabulary;
  readonly network: LanguageNetwork;

  constructor(config: LanguageModelConfig, vocabulary: CharVocabulary, network: LanguageNetwork) {
    this.config = config;
    this.vocabulary = vocabulary;
    this.network = network;
  }

  /** Numbers that training changes. */
  get parameterCount(): number {
    const { embedding, recurrent, dense } = this.network;
    let count = 0;
    for (const p of [...(embedding?.parameters ?? []), ...dense.parameters]) count += p.size;
    // a gate without a bias keeps zeros in the packed row, which no name points to
    for (const { weights } of recurrent.layers) {
      for (const { parameter, columns } of weights.named) count += parameter.rows * columns;
    }
    return count;
  }

  /**
   * Writes text, character by character, with the state carried one step at a time.
   *
   * @param options.prompt what the text begins with; not repeated. Without one the first character is a newline's or,
   * where there is none, the first of the vocabulary.
   * @param options.length characters to write; default 500.
   * @param options.temperature 1 (default) draws as the model says; below, it is surer of itself; 0 takes the likeliest.
   * @param options.topK only the k likeliest characters may be drawn; default all.
   * @param options.topP only the fewest characters of probability p or more together, after top-k; default 1, all.
   * @param options.seed the same seed gives the same text everywhere; default 1.
   * @throws data when the prompt has a character that the model does not know; option for a value out of range.
   */
  async *sample(options: SampleOptions = {}): AsyncGenerator<string, void, void> {
    const { prompt = "", length = SAMPLE_LENGTH, temperature = 1, seed = 1 } = options;
    requireOption("length", length, Number.isSafeInteger(length) && length >= 0, "an integer of at least 0");
    requireOption("temperature", temperature, temperature >= 0 && temperature < 1e6, "a number of at least 0");
    const { topK, topP } = options;
    const choice = { ...(topK === undefined ? {} : { topK }), ...(topP === undefined ? {} : { topP }) };
    const random = new Random(seed, "sample");
    const start = prompt === "" ? this.#silence() : this.vocabulary.encode(prompt);
    const carried = new CarriedStates(this.network.recurrent, 1);
    let scores: Float64Array = new Float64Array();
    for (const id of start) scores = this.#advance(id, carried);
    for (let i = 0; i < length; i++) {
      const id = sampleIndex(scores, temperature, random.uniform(i), choice);
      yield this.vocabulary.decode([id]);
      if (i + 1 < length) scores = this.#advance(id, carried);
      if (i % SAMPLES_A_TURN === SAMPLES_A_TURN - 1) await nextTurn();
    }
  }

  /** What stands before the first character of a text without a prompt. */
  #silence(): Int32Array {
    const newline = this.vocabulary.characters.indexOf("\n");
    return Int32Array.of(newline < 0 ? 0 : this.vocabulary.indexOf("\n"));
  }

  /** One step: the scores of the next character after `id`. */
  #advance(id: number, carried: CarriedStates): Float64Array {
    const { engine } = this.network;
    return step(engine, () => {
      const { scores, last } = this.network.run(Int32Array.of(id), ONE_STEP, { initial: carried.initial() });
      carried.keep(last());
      return Float64Array.from(scores.toArray());
    });
  }

  /**
   * How well the model predicts a text.
   *
   * @returns `bitsPerToken`, `bitsPerChar` (the same for characters), `perplexity` and `tokens`, the number predicted:
   * all characters but the first.
   * @throws data when the text is shorter than two characters or has one that the model does not know.
   */
  evaluate(text: string): Metrics {
    return this.evaluateIds(this.vocabulary.encode(text));
  }

  /** As `evaluate`, for a text that is encoded already. */
  evaluateIds(ids: Int32Array): Metrics {
    if (ids.length < 2) {
      throw new RecurraError("data", {
        where: "evaluate",
        expected: "a text of at least two characters",
        got: String(ids.length),
      });
    }
    const nats = this.network.evaluate(ids);
    return { ...metricsOf(nats), tokens: ids.length - 1 };
  }

  /**
   * How likely a text is, a token at a time: where a word is odd, its tokens' log-probabilities are low.
   *
   * @returns the log-probability of every token given all before it, in nats; the first is given what `sample` gives a
   * text without a prompt.
   * @throws data when the text is empty or has a character that the model does not know.
   */
  score(text: string): TextScore {
    const ids = this.vocabulary.encode(text);
    if (ids.length === 0) {
      throw new RecurraError("data", { where: "score", expected: "a text of at least one character", got: "none" });
    }
    const losses = this.network.losses(Int32Array.from([...this.#silence(), ...ids]));
    const perToken = Array.from(losses, (loss, i) => ({
      token: this.vocabulary.decode(ids.subarray(i, i + 1)),
      logProbability: -loss,
    }));
    const total = losses.reduce((sum, loss) => sum + loss, 0);
    const { bitsPerToken, perplexity } = metricsOf(total / ids.length) as { bitsPerToken: number; perplexity: number };
    return { text, logProbability: -total, tokens: ids.length, bitsPerToken, perplexity, perToken };
  }

  /** The model as what a model directory holds. */
  toFiles(): ModelFiles {
    return {
      config: { task: this.task, architecture: { ...this.config } as unknown as JsonObject },
      encoder: this.vocabulary.toJSON() as unknown as JsonObject,
      weights: networkToWeights(this.network),
    };
  }

  /**
   * Reads a saved model.
   *
   * @param where the directory's name, for messages.
   * @throws file-format when the files do not describe a language model.
   */
  static fromFiles(files: ModelFiles, where: string, engine: Engine = defaultEngine()): LanguageModel {
    const config = readConfig(files.config.architecture, `${where}/config.json`);
    const vocabulary = CharVocabulary.fromJSON(files.encoder, `${where}/encoder.json`);
    const at = `${where}/config.json, cell`;
    const cell = typeof config.cell === "string" ? builtInCells[config.cell]!() : cellFromJson(config.cell, at);
    const network = createNetwork(config, cell, vocabulary.size, 0, engine);
    weightsToNetwork(files.weights, network, `${where}/model.safetensors`);
    return new LanguageModel(config, vocabulary, network);
  }
}

/**
 * The network of a config.
 *
 * @param dropout of training; a model in use drops nothing.
 */
export function createNetwork(
  config: LanguageModelConfig,
  cell: Cell,
  vocabularySize: number,
  seed: number,
  engine: Engine,
  dropout = 0,
): LanguageNetwork {
  const { hiddenSize, layers, embeddingSize } = config;
  return new LanguageNetwork({ engine, cell, vocabularySize, hiddenSize, layers, embeddingSize, dropout, seed });
}

/** Bits and perplexity of a mean loss in nats. */
export function metricsOf(nats: number): Metrics {
  const bits = nats / Math.LN2;
  return { bitsPerToken: bits, bitsPerChar: bits, perplexity: exactExp(nats) };
}

function requireOption(name: string, value: number, right: boolean, expected: string): void {
  if (!right) throw new RecurraError("option", { where: `sample, option ${name}`, expected, got: shown(value) });
}

function readConfig(value: unknown, where: string): LanguageModelConfig {
  const object = (typeof value === "object" && value !== null ? value : {}) as Record<string, unknown>;
  const wrong = (name: string, expected: string): RecurraError =>
    new RecurraError("file-format", { where: `${where}, ${name}`, expected, got: shown(object[name]) });
  for (const name of ["hiddenSize", "layers", "embeddingSize"]) {
    const smallest = name === "embeddingSize" ? 0 : 1;
    const found = object[name];
    if (!Number.isSafeInteger(found) || (found as number) < smallest || (found as number) > 65_536) {
      throw wrong(name, `an integer from ${smallest} to 65536`);
    }
  }
  const names = Object.keys(builtInCells);
  if (typeof object.cell !== "object" && !names.includes(object.cell as string)) {
    throw wrong("cell", `one of ${names.join(", ")}, or a traced cell`);
  }
  if (object.unit !== "char") throw wrong("unit", '"char"');
  return object as unknown as LanguageModelConfig;
}
