/** A trained language model that writes text, and no more: the least that a page has to fetch. */
import { nextTurn } from "../core/platform.ts";
import { Random } from "../core/random.ts";
import type { SavedFields } from "../core/saved-fields.ts";
import type { Vocabulary } from "../data/encoders/vocabulary.ts";
import { vocabularyFromJSON } from "../data/encoders/vocabulary-from-json.ts";
import { drawIndex } from "../decode/draw-index.ts";
import { requireSampling, requireText } from "../decode/sample-options.ts";
import { defaultEngine } from "../engine/default-engine.ts";
import type { Engine } from "../engine/engine.ts";
import { StreamStates } from "../layers/stream-states.ts";
import { StreamingRecurrent } from "../layers/streaming-recurrent.ts";
import { StreamingStack } from "../layers/streaming-stack.ts";
import type { CellJson } from "../recurrence/cell-json.ts";
import { LanguageSession } from "./language-session.ts";
import { loadedCell } from "./loaded-cell.ts";
import { type Embed, SamplingNetwork, type SamplingNetworkOptions } from "./sampling-network.ts";
import { savedArchitecture } from "./saved-architecture.ts";
import type { ModelFiles, SampleOptions } from "./task.ts";
import { weightsToParts } from "./weight-files.ts";

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
 * A saved language model that samples and reads token by token. `LanguageModel` is one too, which scores and evaluates
 * texts besides; a page that only writes fetches about a quarter less with this.
 *
 * @example
 * ```ts
 * import { loadModelFiles } from "recurra";
 * import { LanguageSampler } from "recurra/tasks";
 * const model = await LanguageSampler.fromFiles(await loadModelFiles("models/book"), "models/book");
 * for await (const piece of model.sample({ prompt: "Call me", temperature: 0.8, length: 200 })) console.log(piece);
 * ```
 */
export class LanguageSampler<Network extends SamplingNetwork = SamplingNetwork> {
  readonly task = "language-model";
  readonly config: LanguageModelConfig;
  readonly vocabulary: Vocabulary;
  readonly network: Network;

  constructor(config: LanguageModelConfig, vocabulary: Vocabulary, network: Network) {
    this.config = config;
    this.vocabulary = vocabulary;
    this.network = network;
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
    requireSampling("sample", options, { prompt: requireText });
    const { prompt = "", length = SAMPLE_LENGTH, temperature = 1, seed = 1 } = options;
    const { vocabulary } = this;
    const random = new Random(seed, "sample");
    const session = this.session();
    let scores!: Float64Array; // `begin` gives one id or more
    const begun = vocabulary.encode(prompt);
    for (const id of this.begin(begun)) scores = session.step(id);
    let before = begun.at(-1);
    for (let i = 0; i < length; i++) {
      if (vocabulary.unknownId >= 0) scores[vocabulary.unknownId] = Number.NEGATIVE_INFINITY;
      const id = drawIndex(scores, temperature, random.uniform(i), options);
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
  protected begin(prompt: Int32Array): Int32Array | readonly number[] {
    if (prompt.length > 0 && !this.config.lines) return prompt;
    return [this.startId, ...prompt];
  }

  /**
   * Reads a saved model.
   *
   * @param where the directory's name, for messages.
   * @throws file-format when the files do not describe a language model.
   */
  static async fromFiles(files: ModelFiles, where: string, engine: Engine = defaultEngine()): Promise<LanguageSampler> {
    return new LanguageSampler(...(await readLanguageModel(files, where, engine, samplingNetwork)));
  }
}

/** Fetches the code of an embedding where the model has one. */
async function samplingNetwork({ embeddingSize: size, ...options }: SavedNetwork): Promise<SamplingNetwork> {
  const fetched = size === 0 ? undefined : await import("../layers/embedding.ts");
  const embed: Embed | undefined = fetched && ((made) => new fetched.Embedding({ ...made, size }));
  return new SamplingNetwork(
    { ...options, embed },
    (made) => new StreamingStack(made, (layer) => new StreamingRecurrent(layer)),
  );
}

/** What config.json says of a network, with what it is made with. */
type SavedNetwork = SamplingNetworkOptions & { readonly embeddingSize: number };

/**
 * Reads what a saved language model is made of.
 *
 * @param make makes its network, whose weights are then those of the files.
 * @throws file-format when the files do not describe a language model.
 */
export async function readLanguageModel<Network extends SamplingNetwork>(
  files: ModelFiles,
  where: string,
  engine: Engine,
  make: (options: SavedNetwork) => Network | Promise<Network>,
): Promise<[LanguageModelConfig, Vocabulary, Network]> {
  const fields = savedArchitecture(files, "language-model", where);
  const vocabulary = await vocabularyFromJSON(files.encoder, `${where}/encoder.json`);
  const config = readConfig(fields, vocabulary.kind);
  const cell = await loadedCell(config.cell, where);
  const adaptive = config.cutoffs.length === 0 ? undefined : await adaptiveSoftmax(config.cutoffs);
  const network = await make({ ...config, vocabularySize: vocabulary.size, engine, cell, adaptive, seed: "none" });
  await weightsToParts(files.weights, network.parts, `${where}/model.safetensors`);
  return [config, vocabulary, network];
}

/** Fetches what only a model with an adaptive soft-max needs. */
async function adaptiveSoftmax(cutoffs: readonly number[]): Promise<SamplingNetworkOptions["adaptive"]> {
  const { AdaptiveSoftmax } = await import("../layers/adaptive-softmax.ts");
  return (options) => new AdaptiveSoftmax({ ...options, cutoffs });
}

/** @param kind what a token of encoder.json is: files of two models do not go together. */
function readConfig(fields: SavedFields, kind: Vocabulary["kind"]): LanguageModelConfig {
  fields.require("unit", (unit) => unit === kind, `"${kind}", as in encoder.json`);
  fields.integer("hiddenSize");
  fields.integer("layers");
  fields.integer("embeddingSize", 0);
  fields.flag("lines");
  const isTied = fields.flag("tied");
  fields.require("tied", () => !isTied || fields.values.embeddingSize !== 0, "false without an embedding");
  fields.require("cutoffs", (x) => x === undefined || Array.isArray(x), "a list of numbers");
  return { cutoffs: [], ...fields.values } as unknown as LanguageModelConfig;
}
