/** A trained translator: it turns one text into another. */
import { RecurraError, shown } from "../core/errors.ts";
import { partsOf } from "../core/parts-of.ts";
import { requireOptionalText, type SavedFields } from "../core/saved-fields.ts";
import { joinPieces, type PieceUnit, splitPieces } from "../data/encoders/text-pieces.ts";
import { TokenVocabulary } from "../data/encoders/token-vocabulary.ts";
import type { TextPair } from "../data/sources/text-pairs.ts";
import type { Hypothesis } from "../decode/beam-search.ts";
import { defaultEngine } from "../engine/default-engine.ts";
import type { Engine } from "../engine/engine.ts";
import type { Flop } from "../layers/flop.ts";
import type { CellJson } from "../recurrence/cell-json.ts";
import { loadedCell } from "./loaded-cell.ts";
import { flopOfParts } from "./parts-flop.ts";
import { requireList } from "./require-list.ts";
import { savedArchitecture } from "./saved-architecture.ts";
import { filesOf, inputPlace } from "./saved-model.ts";
import type { JsonObject, Metrics, ModelFiles, OptionValues, Precision, PredictingModel } from "./task.ts";
import { targetsOfSources, translationMetrics } from "./translator-metrics.ts";
import { TranslatorNetwork, type TranslatorSizes } from "./translator-network.ts";
import { type DecoderState, searchTargets } from "./translator-search.ts";
import { parameterCountOf, weightsToParts } from "./weight-files.ts";

/** The architecture of a translator and how it searches, as config.json holds it. */
export interface TranslatorConfig extends Omit<TranslatorSizes, "sourceSize" | "targetSize"> {
  readonly sourceUnit: PieceUnit;
  readonly targetUnit: PieceUnit;
  /** The name of a built-in cell, or the traced graph of a cell of one's own. */
  readonly cell: string | CellJson;
  /** Tokens of the longest translation, <EOS> counted. */
  readonly maxLength: number;
  readonly beamWidth: number;
  readonly lengthPenalty: number;
  /** How columns were found in training, for reading more data of the same kind. */
  readonly sourceColumn?: string | undefined;
  readonly targetColumn?: string | undefined;
}

/** How one call searches; what is absent is as the model was trained. */
export interface TranslateOptions {
  /** Translations kept at each step; 1 is greedy. */
  readonly beamWidth?: number;
  /** The power of the length that log p is divided by. */
  readonly lengthPenalty?: number;
  /** Tokens of the longest translation. */
  readonly maxLength?: number;
}

/** A translation that the search did not put first. */
export interface Alternative {
  readonly output: string;
  /** log p(output | input), nats. */
  readonly logProbability: number;
}

/** What a text becomes. */
export interface Translation extends Alternative {
  readonly input: string;
  readonly sourceTokens: readonly string[];
  /** The output's tokens; "<EOS>" last, unless it was cut at the longest length. */
  readonly targetTokens: readonly string[];
  /** α⟨t,t'⟩: for each target token its weights over the source tokens, which sum to 1; empty without attention. */
  readonly attention: readonly Float32Array[];
  /** The other translations of the beam, best first. */
  readonly alternatives: readonly Alternative[];
}

const END = "<EOS>";
/** Sources that are searched side by side. */
const SOURCES_AT_ONCE = 128;

/**
 * What `trainTranslator` gives, and `Translator.fromFiles` reads again.
 *
 * @example
 * ```ts
 * const { output, attention } = model.predict("3 May 1979");
 * output; // "1979-05-03"
 * attention[0]; // where it looked for the first character
 * ```
 */
export class Translator implements PredictingModel {
  readonly task = "translator";
  readonly inputs = "line";
  readonly config: TranslatorConfig;
  readonly source: TokenVocabulary;
  readonly target: TokenVocabulary;
  readonly network: TranslatorNetwork;

  constructor(config: TranslatorConfig, source: TokenVocabulary, target: TokenVocabulary, network: TranslatorNetwork) {
    this.config = config;
    this.source = source;
    this.target = target;
    this.network = network;
  }

  get parameterCount(): number {
    return parameterCountOf(this.network.parts);
  }

  /** Of the matrix products of one source token and one target token together; the scores of attention, one for each pair, come on top. */
  get flopPerToken(): Flop {
    const { encoder, decoder, attention, combine, output } = this.network;
    return flopOfParts({ encoder, decoder, key: attention?.key, query: attention?.query, combine, output });
  }

  get reading(): OptionValues {
    const { sourceColumn, targetColumn } = this.config;
    return { sourceColumn, targetColumn };
  }

  /** The id that begins and ends a target: one beyond the vocabulary's. */
  get endId(): number {
    return this.target.size;
  }

  /** The ids of a source; a token that training did not see is <UNK>. */
  encodeSource(text: string): Int32Array {
    return this.source.encode(splitPieces(text, this.config.sourceUnit));
  }

  /** The ids of a target, without <EOS>. */
  encodeTarget(text: string): Int32Array {
    return this.target.encode(splitPieces(text, this.config.targetUnit));
  }

  /**
   * Translates a text.
   *
   * @throws data when it is empty; option for a value out of range.
   */
  predict(text: string, options: TranslateOptions = {}): Translation {
    return this.predictMany([text], options)[0]!;
  }

  /** Translates texts side by side; each becomes the same, bit for bit, as it would alone. */
  predictMany(texts: readonly string[], options: TranslateOptions = {}): Translation[] {
    const ids = texts.map((text, i) => {
      const own = this.encodeSource(text);
      if (own.length > 0) return own;
      const where = inputPlace(texts, "text", i);
      throw new RecurraError("data", { where, expected: "a text", got: shown(text) });
    });
    const { beamWidth, lengthPenalty, maxLength } = { ...this.config, ...options };
    const ends = { endId: this.endId, startId: this.endId, unknownId: this.target.unknownId };
    const search = { ...ends, width: beamWidth, lengthPenalty, maxLength };
    const found = partsOf(ids, SOURCES_AT_ONCE).flatMap((part) => searchTargets(this.network, part, search));
    return found.map((hypotheses, i) => this.#translation(texts[i]!, hypotheses));
  }

  #translation(input: string, hypotheses: readonly Hypothesis<DecoderState>[]): Translation {
    const [best, ...others] = hypotheses.map((hypothesis) => ({ ...hypothesis, output: this.#textOf(hypothesis) }));
    const { output, logProbability, tokens, states } = best!;
    return {
      input,
      output,
      logProbability,
      sourceTokens: splitPieces(input, this.config.sourceUnit),
      targetTokens: tokens.map((id) => (id === this.endId ? END : this.target.tokens[id]!)),
      attention: states.flatMap(({ weights }) => (weights === undefined ? [] : [weights])),
      alternatives: others.map((other) => ({ output: other.output, logProbability: other.logProbability })),
    };
  }

  #textOf({ tokens }: Hypothesis<DecoderState>): string {
    const pieces = tokens.filter((id) => id !== this.endId).map((id) => this.target.tokens[id]!);
    return joinPieces(pieces, this.config.targetUnit);
  }

  /** @throws unsupported always: the decoder begins only when the whole source has been read. */
  session(): never {
    throw new RecurraError("unsupported", {
      where: "Translator.session",
      expected: "a model that answers as its input arrives",
      got: "a translator, which must see the whole source first",
      hint: "Use predict(text).",
    });
  }

  /** The answer to one line of the command line. */
  answer(input: string): JsonObject {
    const { output, logProbability, sourceTokens, targetTokens, attention, alternatives } = this.predict(input);
    const looks = attention.map((row) => [...row]);
    const answer = { output, logProbability, alternatives, sourceTokens, targetTokens, attention: looks };
    return answer as unknown as JsonObject;
  }

  /**
   * How well it translates: each source once, with all its targets as right translations.
   *
   * @returns `exactMatch`, `charErrorRate`, `bleu` (first where the targets are words) and `examples`.
   */
  evaluate(pairs: readonly TextPair[]): Metrics {
    requireList("evaluate", pairs);
    const targets = targetsOfSources(pairs);
    const outputs = this.predictMany([...targets.keys()]).map(({ output }) => output);
    const { bleu, ...rest } = translationMetrics(outputs, [...targets.values()]);
    // what leads a report: of words few translations are right to the letter
    return this.config.targetUnit === "word" ? { bleu, ...rest } : { ...rest, bleu };
  }

  /** The model as what a model directory holds. */
  toFiles(precision?: Precision): ModelFiles {
    return filesOf(this, { source: this.source.toJSON(), target: this.target.toJSON() }, precision);
  }

  /**
   * Reads a saved model.
   *
   * @param where the directory's name, for messages.
   * @throws file-format when the files do not describe a translator.
   */
  static async fromFiles(files: ModelFiles, where: string, engine: Engine = defaultEngine()): Promise<Translator> {
    const config = readConfig(savedArchitecture(files, "translator", where));
    const encoder = files.encoder as Readonly<Record<string, unknown>>;
    const source = TokenVocabulary.fromJSON(encoder.source, `${where}/encoder.json, source`);
    const target = TokenVocabulary.fromJSON(encoder.target, `${where}/encoder.json, target`);
    const cell = await loadedCell(config.cell, where);
    const sizes = { sourceSize: source.size, targetSize: target.size + 1 };
    const network = new TranslatorNetwork({ ...config, ...sizes, engine, cell, seed: "none" });
    await weightsToParts(files.weights, network.parts, `${where}/model.safetensors`);
    return new Translator(config, source, target, network);
  }
}

function readConfig(fields: SavedFields): TranslatorConfig {
  for (const name of ["hiddenSize", "layers", "embeddingSize", "maxLength", "beamWidth"]) fields.integer(name);
  for (const name of ["sourceUnit", "targetUnit"]) fields.choice(name, ["char", "word"]);
  fields.choice("attention", ["additive", "multiplicative", "none"]);
  for (const name of ["bidirectional", "inputFeeding"]) fields.flag(name);
  for (const name of ["sourceColumn", "targetColumn"]) requireOptionalText(fields, name);
  fields.require("lengthPenalty", (x) => typeof x === "number" && x >= 0, "a number of at least 0");
  return fields.values as unknown as TranslatorConfig;
}
