/** A trained language model: it samples and scores text. */
import { RecurraError } from "../core/errors.ts";
import { exactExp } from "../core/exact-math.ts";
import { requireText, toTexts } from "../core/require-text.ts";
import { joinedIds } from "../data/joined-ids.ts";
import { defaultEngine } from "../engine/default-engine.ts";
import type { Engine } from "../engine/engine.ts";
import type { Flop } from "../layers/flop.ts";
import type { Cell } from "../recurrence/define-cell.ts";
import { type EncodedText, encodeText, isStreamed, type Texts } from "./encoded-text.ts";
import { LanguageNetwork } from "./language-network.ts";
import { type LanguageModelConfig, LanguageSampler, readLanguageModel } from "./language-sampler.ts";
import { savedCell } from "./network-options.ts";
import { flopOfParts } from "./parts-flop.ts";
import { partsToWeights } from "./parts-to-weights.ts";
import type {
  JsonObject,
  Metrics,
  ModelFiles,
  OptionValues,
  Precision,
  SamplingModel,
  ScoringModel,
  TextScore,
} from "./task.ts";
import { parameterCountOf } from "./weight-files.ts";

/**
 * What `trainLanguageModel` gives, and `LanguageModel.fromFiles` reads again.
 *
 * @example
 * ```ts
 * for await (const piece of model.sample({ prompt: "Call me", temperature: 0.8, length: 200 })) console.log(piece);
 * ```
 */
export class LanguageModel extends LanguageSampler<LanguageNetwork> implements SamplingModel, ScoringModel {
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
   * How well the model predicts a text, or several.
   *
   * @returns `bitsPerToken`, `perplexity`, `bitsPerChar` (of characters), and `tokens`, the number predicted: all but the
   * first, and with lines all, <EOS> included.
   * @throws data when the text is shorter than two tokens or has a character that the model does not know; option when it is none.
   */
  evaluate(texts: Texts): Metrics {
    if (!isStreamed(texts)) toTexts("evaluate", texts);
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
   * @throws data when the text is empty or has a character that the model does not know; option when it is none.
   */
  score(text: string): TextScore {
    requireText("score", text);
    const { endId, tokens: names } = this.vocabulary;
    const encoded = this.vocabulary.encode(text);
    if (encoded.length === 0) {
      throw new RecurraError("data", { where: "score", expected: "a text of at least one token", got: "none" });
    }
    const ids = this.config.lines ? Int32Array.from([...encoded, endId]) : encoded;
    const start = this.begin(new Int32Array());
    const losses = this.network.losses(joinedIds([start, ids]));
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
  static override async fromFiles(
    files: ModelFiles,
    where: string,
    engine: Engine = defaultEngine(),
  ): Promise<LanguageModel> {
    const made = await readLanguageModel(files, where, engine, (options) => new LanguageNetwork(options));
    return new LanguageModel(...made);
  }
}

/** What config.json holds of a network. */
export function configOf(
  cell: string | Cell,
  network: LanguageNetwork,
  sizes: Omit<LanguageModelConfig, "cell">,
): LanguageModelConfig {
  const { unit, lines, hiddenSize, layers, embeddingSize, tied, cutoffs } = sizes;
  return {
    unit,
    lines,
    cell: savedCell(cell, network.recurrent.layers, hiddenSize),
    hiddenSize,
    layers,
    embeddingSize,
    tied,
    cutoffs,
  };
}
