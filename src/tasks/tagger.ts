/** A trained tagger: it gives each token of a sequence a tag. */
import type { ChainScores } from "../autograd/forward-backward.ts";
import { RecurraError, shown } from "../core/errors.ts";
import { partsOf } from "../core/parts-of.ts";
import { requireOptionalText, type SavedFields } from "../core/saved-fields.ts";
import type { DataFaults } from "../data/data-faults.ts";
import { unpackSequences } from "../data/pack-sequences.ts";
import { tokensOf } from "../data/sources/tagged-json.ts";
import type { TaggedSentence } from "../data/sources/tagged-sentence.ts";
import { viterbi } from "../decode/viterbi.ts";
import { defaultEngine } from "../engine/default-engine.ts";
import type { Engine } from "../engine/engine.ts";
import type { Flop } from "../layers/flop.ts";
import type { Stacked } from "../layers/index.ts";
import { StreamStates } from "../layers/stream-states.ts";
import { entitiesOf, entityF1 } from "../metrics/index.ts";
import type { CellJson } from "../recurrence/cell-json.ts";
import { step } from "../tensor/tape.ts";
import { loadedCell } from "./loaded-cell.ts";
import { bestOutsideBias, withOutsideBias } from "./outside-bias.ts";
import { flopOfParts, flopOfWord } from "./parts-flop.ts";
import { requireList } from "./require-list.ts";
import { requireScorable } from "./require-scorable.ts";
import { savedArchitecture } from "./saved-architecture.ts";
import { filesOf, inputPlace } from "./saved-model.ts";
import { taggerBatch } from "./tagger-batch.ts";
import { type DecodedLabels, decodeChain, decodeSoftmax, lawfulChain } from "./tagger-decode.ts";
import { TaggerEncoder } from "./tagger-encoder.ts";
import { taggingMetrics } from "./tagger-metrics.ts";
import { TaggerNetwork, type TaggerSizes } from "./tagger-network.ts";
import { TaggerSession } from "./tagger-session.ts";
import type {
  JsonObject,
  Metrics,
  ModelFiles,
  OptionValues,
  Precision,
  PredictingModel,
  PredictionStream,
} from "./task.ts";
import { textStream } from "./text-stream.ts";
import { parameterCountOf, weightsToParts } from "./weight-files.ts";

/** The architecture of a tagger, as config.json holds it. */
export interface TaggerConfig extends TaggerSizes {
  /** The name of a built-in cell, or the traced graph of a cell of one's own. */
  readonly cell: string | CellJson;
  /** How columns were found in training, for reading more data of the same kind. */
  readonly tokenColumn?: string | undefined;
  readonly tagColumn?: string | undefined;
}

/** An entity that was found. */
export interface FoundEntity {
  readonly type: string;
  /** Its tokens, joined by spaces; characters stand side by side. */
  readonly text: string;
  /** Its first token, t counted from 1. */
  readonly start: number;
  /** Its last token, t counted from 1. */
  readonly end: number;
}

/** A sequence with its tags. */
export interface Tagging {
  /** ŷ⟨1⟩ … ŷ⟨Ty⟩ joined by spaces. */
  readonly output: string;
  readonly tokens: readonly string[];
  /** ŷ, one for each token: Ty = Tx. */
  readonly tags: readonly string[];
  /** p(ŷ⟨t⟩ | x): of the soft-max, or the CRF's marginal; with the bias of O where one was fitted. */
  readonly confidence: readonly number[];
  /** Empty where the tags mark none. */
  readonly entities: readonly FoundEntity[];
}

/** Sequences that are read side by side. */
const SEQUENCES_AT_ONCE = 64;

/**
 * What `trainTagger` gives, and `Tagger.fromFiles` reads again.
 *
 * @example
 * ```ts
 * model.predict("Harry Potter sang").tags; // B-PER, I-PER, O
 * ```
 */
export class Tagger implements PredictingModel {
  readonly task = "tagger";
  readonly inputs = "line";
  readonly config: TaggerConfig;
  readonly encoder: TaggerEncoder;
  readonly network: TaggerNetwork;

  constructor(config: TaggerConfig, encoder: TaggerEncoder, network: TaggerNetwork) {
    this.config = config;
    this.encoder = encoder;
    this.network = network;
  }

  get parameterCount(): number {
    return parameterCountOf(this.network.parts);
  }

  /** Of the matrix products of one token; of its letters, of a word as long as those of the vocabulary are on average. */
  get flopPerToken(): Flop {
    const { recurrent, dense, characters } = this.network;
    if (characters === undefined) return flopOfParts({ recurrent, dense });
    return flopOfWord({ recurrent, dense }, characters.recurrent, this.encoder.lettersPerWord);
  }

  get reading(): OptionValues {
    const { tokenColumn, tagColumn } = this.config;
    return { unit: this.encoder.unit, tokenColumn, tagColumn };
  }

  /**
   * Tags a sequence.
   *
   * @param input its tokens, or a text: words between white space, or characters.
   * @throws data when it is empty.
   */
  predict(input: string | readonly string[]): Tagging {
    return this.predictMany([input])[0]!;
  }

  /** Tags sequences side by side; each gets the same, bit for bit, as it would alone. */
  predictMany(inputs: readonly (string | readonly string[])[]): Tagging[] {
    const { encoder } = this;
    const sequences = inputs.map((input, i) => {
      const tokens = typeof input === "string" ? tokensOf(input.trim(), encoder.unit) : input;
      if (tokens.length > 0 && tokens.every((token) => token !== "")) return tokens;
      const where = inputPlace(inputs, "sequence", i);
      throw new RecurraError("data", { where, expected: "tokens, none of them empty", got: shown(input) });
    });
    const { labels } = encoder;
    const chain = this.#chain();
    return this.#scores(sequences).map((z, i) => {
      const biased = withOutsideBias(z, labels, this.outsideBias);
      const decoded = chain === undefined ? decodeSoftmax(biased, labels.length) : decodeChain(biased, chain);
      return this.#tagging(sequences[i]!, decoded);
    });
  }

  /** The bias of O, nats; 0 where none was fitted. */
  get outsideBias(): number {
    return this.network.outsideBias?.toArray()[0] ?? 0;
  }

  /** Sets the bias of O to what makes entity F1 best on sentences, where the model has one. */
  fitOutsideBias(sentences: readonly TaggedSentence[]): void {
    const { outsideBias } = this.network;
    if (outsideBias === undefined) return;
    const { encoder } = this;
    const { labels } = encoder;
    const chain = this.#chain();
    const scores = this.#scores(sentences.map(({ tokens }) => tokens));
    const references = sentences.map(({ tags }) => tags);
    const answer = (z: Float32Array, bias: number): string[] => {
      const biased = withOutsideBias(z, labels, bias);
      return encoder.decodeTags(
        chain === undefined ? decodeSoftmax(biased, labels.length).ids : viterbi(biased, chain),
      );
    };
    const f1 = (bias: number): number =>
      entityF1(
        scores.map((z) => answer(z, bias)),
        references,
      ).f1;
    outsideBias.assign([bestOutsideBias(f1)]);
  }

  /** The scores z of each sequence before any bias, [T, K] each. */
  #scores(sequences: readonly (readonly string[])[]): Float32Array[] {
    const { network, encoder } = this;
    const all: Float32Array[] = [];
    for (const part of partsOf(sequences, SEQUENCES_AT_ONCE)) {
      const batch = taggerBatch(part.map((tokens) => encoder.encode(tokens)));
      const scores = step(network.engine, () => Float32Array.from(network.scores(batch).toArray()));
      all.push(...unpackSequences(scores, batch.packing, encoder.labels.length));
    }
    return all;
  }

  /** The CRF as it stands; undefined with a soft-max. */
  #chain(): ChainScores | undefined {
    const { labels, labelScheme } = this.encoder;
    const { crf } = this.network;
    return crf === undefined ? undefined : lawfulChain(crf, labels, labelScheme);
  }

  #tagging(tokens: readonly string[], { ids, confidence }: DecodedLabels): Tagging {
    const { encoder } = this;
    const tags = encoder.decodeTags(ids);
    const between = encoder.unit === "word" ? " " : "";
    const entities = encoder.scheme === "plain" ? [] : entitiesOf(tags);
    return {
      output: tags.join(" "),
      tokens: [...tokens],
      tags,
      confidence: [...confidence],
      entities: entities.map(({ type, start, end }) => ({
        type,
        text: tokens.slice(start, end).join(between),
        start: start + 1,
        end,
      })),
    };
  }

  /**
   * Begins a sequence that is read as it comes.
   *
   * @param json what `toJSON` of a session gave, to go on from there.
   * @throws unsupported when a tag depends on tokens to come: of a bidirectional model, of a CRF, of features, of BIOES inside.
   */
  session(json?: unknown): TaggerSession {
    const { bidirectional, output } = this.config;
    const { features, labelScheme, scheme } = this.encoder;
    const reason = bidirectional
      ? "a bidirectional model, which must see the whole sequence first"
      : output === "crf"
        ? "a CRF, which weighs the tags of the whole sequence together"
        : features
          ? "features of the words that follow"
          : labelScheme !== scheme
            ? `labels in ${labelScheme}, which become ${scheme} only when the whole sequence is known`
            : undefined;
    if (reason !== undefined) {
      throw new RecurraError("unsupported", {
        where: "Tagger.session",
        expected: "a unidirectional model with a soft-max, without features",
        got: reason,
        hint: "Use predict(tokens), or train with bidirectional false and output softmax.",
      });
    }
    if (json === undefined) return new TaggerSession(this);
    return new TaggerSession(this, StreamStates.fromJSON(this.network.recurrent as Stacked, json));
  }

  /**
   * Answers with the tags of the tokens that arrive, as many as a piece has.
   *
   * @throws unsupported as `session`.
   */
  stream(): PredictionStream {
    const session = this.session();
    return textStream((text) => {
      const tagged = tokensOf(text.trim(), this.encoder.unit).map((token) => session.step(token));
      if (tagged.length === 0) return undefined;
      const tags = tagged.map(({ tag }) => tag);
      return {
        output: tags.join(" "),
        tokens: tagged.map(({ token }) => token),
        tags,
        confidence: tagged.map(({ confidence }) => confidence),
      };
    });
  }

  /** The answer to one line of the command line. */
  answer(input: string): JsonObject {
    return { ...this.predict(input) } as unknown as JsonObject;
  }

  /** The sentences whose tags are all the model's. */
  scorable(sentences: readonly TaggedSentence[], faults: DataFaults): readonly TaggedSentence[] {
    return sentences.filter((sentence) => {
      const fault = this.encoder.unknownTag(sentence);
      if (fault !== undefined) faults.add(fault);
      return fault === undefined;
    });
  }

  /**
   * How well it tags.
   *
   * @returns `entityF1` where the tags mark entities, `tokenAccuracy` and `tokens`.
   * @throws data when a tag is none of the model's, with its file and line.
   */
  evaluate(sentences: readonly TaggedSentence[]): Metrics {
    requireList("evaluate", sentences);
    requireScorable<readonly TaggedSentence[]>(this, sentences);
    const answers = this.predictMany(sentences.map(({ tokens }) => tokens));
    return taggingMetrics(
      answers.map(({ tags }) => tags),
      sentences.map(({ tags }) => tags),
    );
  }

  /** The model as what a model directory holds. */
  toFiles(precision?: Precision): ModelFiles {
    return filesOf(this, this.encoder.toJSON(), precision);
  }

  /**
   * Reads a saved model.
   *
   * @param where the directory's name, for messages.
   * @throws file-format when the files do not describe a tagger.
   */
  static async fromFiles(files: ModelFiles, where: string, engine: Engine = defaultEngine()): Promise<Tagger> {
    const config = readConfig(savedArchitecture(files, "tagger", where));
    const encoder = TaggerEncoder.fromJSON(files.encoder, `${where}/encoder.json`);
    const cell = await loadedCell(config.cell, where);
    const network = new TaggerNetwork({ ...config, ...encoder.sizes, engine, cell, seed: "none" });
    await weightsToParts(files.weights, network.parts, `${where}/model.safetensors`);
    return new Tagger(config, encoder, network);
  }
}

function readConfig(fields: SavedFields): TaggerConfig {
  for (const name of ["embeddingSize", "hiddenSize", "layers"]) fields.integer(name);
  fields.integer("letterSize", 0);
  fields.choice("output", ["softmax", "crf"]);
  for (const name of ["bidirectional", "fitOutsideBias"]) fields.flag(name);
  for (const name of ["tokenColumn", "tagColumn"]) requireOptionalText(fields, name);
  return fields.values as unknown as TaggerConfig;
}
