/** A trained classifier: it says what a sequence is. */
import { step } from "../autograd/tape.ts";
import { RecurraError, shown } from "../core/errors.ts";
import { exactExp } from "../core/exact-math.ts";
import { splitPieces } from "../data/encoders/text-pieces.ts";
import { TokenVocabulary } from "../data/encoders/token-vocabulary.ts";
import { splitWords } from "../data/encoders/word-splitting.ts";
import type { LabelledText } from "../data/sources/labelled-texts.ts";
import { defaultEngine } from "../engine/default-engine.ts";
import type { Engine } from "../engine/engine.ts";
import type { Flop } from "../layers/flop.ts";
import { Stacked } from "../layers/index.ts";
import { ConfusionMatrix, likeliest } from "../metrics/index.ts";
import { type ClassifierConfig, readClassifierConfig } from "./classifier-config.ts";
import { ClassifierNetwork } from "./classifier-network.ts";
import { ClassifierSession, type ClassifierSessionJson } from "./classifier-session.ts";
import { loadedCell } from "./network-options.ts";
import { flopOfParts } from "./parts-flop.ts";
import type {
  Confusions,
  JsonObject,
  Metrics,
  ModelFiles,
  OptionValues,
  Precision,
  PredictingModel,
  PredictionStream,
} from "./task.ts";
import { parameterCountOf, partsToWeights, weightsToParts } from "./weight-files.ts";

/** What a sequence is. */
export interface Classification {
  /** The likeliest label; of equally likely ones the first. */
  readonly output: string;
  /** p(label | sequence) by label, in the order of `model.labels`; together 1. */
  readonly scores: Readonly<Record<string, number>>;
}

/** Sequences that are read side by side. */
const AT_ONCE = 128;

/**
 * The tokens of a text: characters or words, or with a window of w > 1 every w that stand side by side, joined; a shorter
 * text is one token.
 */
export function classifierTokens(text: string, { unit, window }: Pick<ClassifierConfig, "unit" | "window">): string[] {
  const pieces = unit === "char" ? splitPieces(text, unit) : splitWords(text);
  if (window === 1 || pieces.length === 0) return pieces;
  const joint = unit === "char" ? "" : " ";
  const count = Math.max(1, pieces.length - window + 1);
  return Array.from({ length: count }, (_, t) => pieces.slice(t, t + window).join(joint));
}

/**
 * What `trainClassifier` gives, and `Classifier.fromFiles` reads again.
 *
 * @example
 * ```ts
 * const { output, scores } = model.predict("a joy from end to end");
 * output; // "positive"
 * scores.positive; // 0.98
 * ```
 */
export class Classifier implements PredictingModel {
  readonly task = "classifier";
  readonly inputs = "line";
  readonly config: ClassifierConfig;
  readonly vocabulary: TokenVocabulary;
  /** The labels, in code-point order. */
  readonly labels: readonly string[];
  readonly network: ClassifierNetwork;

  constructor(
    config: ClassifierConfig,
    vocabulary: TokenVocabulary,
    labels: readonly string[],
    network: ClassifierNetwork,
  ) {
    this.config = config;
    this.vocabulary = vocabulary;
    this.labels = labels;
    this.network = network;
  }

  get parameterCount(): number {
    return parameterCountOf(this.network.parts);
  }

  /** Of one token; the last layer is counted as if each token had one. */
  get flopPerToken(): Flop {
    const { encoder, output } = this.network;
    return flopOfParts({ encoder, output });
  }

  get reading(): OptionValues {
    const { textColumn, labelColumn } = this.config;
    return { textColumn, labelColumn };
  }

  /** The tokens of a text, known or not. */
  split(text: string): string[] {
    return classifierTokens(text, this.config);
  }

  /** @throws data when the text has no token. */
  predict(text: string): Classification {
    return this.predictMany([text])[0]!;
  }

  /** Classifies texts side by side; each answer is the same, bit for bit, as it would be alone. */
  predictMany(texts: readonly string[]): Classification[] {
    return this.scores(texts).map((scores) => this.classificationOf(scores));
  }

  /** The scores of each text before the soft-max, each [K]. */
  scores(texts: readonly string[]): Float64Array[] {
    const sequences = texts.map((text, i) => {
      const ids = this.vocabulary.encode(this.split(text));
      requireTokens(ids.length, this.config.steps, texts.length === 1 ? "predict" : `predictMany, text ${i + 1}`);
      return ids;
    });
    const { engine } = this.network;
    const K = this.labels.length;
    const all: Float64Array[] = [];
    for (let start = 0; start < sequences.length; start += AT_ONCE) {
      const batch = sequences.slice(start, start + AT_ONCE);
      const rows = step(engine, () => Float64Array.from(this.network.scores(batch).toArray()));
      for (let b = 0; b < batch.length; b++) all.push(rows.slice(b * K, (b + 1) * K));
    }
    return all;
  }

  /** What scores say: ŷ = softmax(z). */
  classificationOf(scores: Float64Array): Classification {
    const best = likeliest(scores);
    const powers = scores.map((score) => exactExp(score - scores[best]!));
    const total = powers.reduce((sum, power) => sum + power, 0);
    return {
      output: this.labels[best]!,
      scores: Object.fromEntries(this.labels.map((label, y) => [label, powers[y]! / total])),
    };
  }

  /**
   * A sequence that is read a token at a time; after its last token the answer is that of `predict` to the bit.
   *
   * @param json where an earlier session stood, as its `toJSON` gave it.
   * @throws unsupported when the model is bidirectional or pools by attention or flattens; file-format when the JSON is of another model.
   */
  session(json?: ClassifierSessionJson): ClassifierSession {
    const { encoder, pooling } = this.network;
    const refuse = (got: string): RecurraError =>
      new RecurraError("unsupported", {
        where: "Classifier.session",
        expected: "a model that answers as its input arrives",
        got,
        hint: "Use predict(text).",
      });
    if (!(encoder instanceof Stacked)) throw refuse("a bidirectional one, which must see the whole sequence first");
    const { kind } = pooling;
    if (kind === "attention" || kind === "flatten") throw refuse(`one that pools the whole sequence by ${kind}`);
    return new ClassifierSession(this, encoder, json);
  }

  /** Answers after each token, or text of several tokens, that arrives. */
  stream(): PredictionStream {
    const session = this.session();
    return {
      push: (piece) => {
        let answer: Classification | undefined;
        const text = typeof piece === "string" ? piece : new TextDecoder().decode(piece);
        for (const token of this.split(text)) answer = session.step(token);
        return answer === undefined ? undefined : { ...answer };
      },
      end: () => undefined,
    };
  }

  /** The answer to one line of the command line. */
  answer(input: string): JsonObject {
    return { ...this.predict(input) };
  }

  /** The label and its probability. */
  show({ output, scores }: JsonObject): string {
    return `${output}\t${(scores as Record<string, number>)[output as string]!.toFixed(4)}`;
  }

  /**
   * How often each label was taken for each, in the order of `labels`.
   *
   * @throws data when an example has a label that training did not see.
   */
  confusion(examples: readonly LabelledText[]): ConfusionMatrix {
    const targets = classesOf(examples, this.labels);
    const answers = this.scores(examples.map(({ text }) => text)).map(likeliest);
    return new ConfusionMatrix(answers, targets, this.labels.length);
  }

  /** As `confusion`, for a table: counts with the names of their rows and columns. */
  confusions(examples: readonly LabelledText[]): Confusions {
    return { labels: this.labels, counts: this.confusion(examples).counts };
  }

  /** @returns `accuracy`, `macroF1` and `examples`. */
  evaluate(examples: readonly LabelledText[]): Metrics {
    const { accuracy, macroF1 } = this.confusion(examples);
    return { accuracy, macroF1, examples: examples.length };
  }

  /** The model as what a model directory holds. */
  toFiles(precision?: Precision): ModelFiles {
    const encoder = { tokens: this.vocabulary.toJSON(), labels: this.labels };
    return {
      config: { task: this.task, architecture: { ...this.config } as unknown as JsonObject },
      encoder: encoder as unknown as JsonObject,
      weights: partsToWeights(this.network.parts, precision),
    };
  }

  /**
   * Reads a saved model.
   *
   * @param where the directory's name, for messages.
   * @throws file-format when the files do not describe a classifier.
   */
  static fromFiles(files: ModelFiles, where: string, engine: Engine = defaultEngine()): Classifier {
    const config = readClassifierConfig(files.config.architecture, `${where}/config.json`);
    const { tokens, labels } = files.encoder as Readonly<Record<string, unknown>>;
    const vocabulary = TokenVocabulary.fromJSON(tokens, `${where}/encoder.json, tokens`);
    const isText = (label: unknown): boolean => typeof label === "string" && label !== "";
    if (!Array.isArray(labels) || labels.length < 2 || !labels.every(isText)) {
      const expected = "a list of two labels or more";
      throw new RecurraError("file-format", {
        where: `${where}/encoder.json, labels`,
        expected,
        got: Array.isArray(labels) ? `a list of ${labels.length}` : typeof labels,
      });
    }
    const cell = loadedCell(config.cell, `${where}/config.json`);
    const sizes = { vocabularySize: vocabulary.size, classes: labels.length };
    const network = new ClassifierNetwork({ ...config, ...sizes, engine, cell, seed: 0 });
    weightsToParts(files.weights, network.parts, `${where}/model.safetensors`);
    return new Classifier(config, vocabulary, labels as string[], network);
  }
}

/**
 * Checks that a sequence can be read.
 *
 * @param steps how many tokens it must have; undefined where any number will do.
 * @throws data when it has none, or another number.
 */
export function requireTokens(count: number, steps: number | undefined, where: string): void {
  if (count === 0) throw new RecurraError("data", { where, expected: "a text", got: "an empty one" });
  if (steps === undefined || count === steps) return;
  const hint = "Sequences of unequal lengths need another pooling than flatten.";
  throw new RecurraError("data", { where, expected: `${steps} tokens, as in training`, got: `${count}`, hint });
}

/**
 * The class of each example, from 0.
 *
 * @throws data when one has a label that is not among them.
 */
export function classesOf(examples: readonly LabelledText[], labels: readonly string[]): Int32Array {
  const classOf = new Map(labels.map((label, y) => [label, y]));
  return Int32Array.from(examples, ({ label }, i) => {
    const y = classOf.get(label);
    if (y !== undefined) return y;
    throw new RecurraError("data", {
      where: `example ${i + 1}, label`,
      expected: `a label that was trained on: ${labels.slice(0, 12).join(", ")}`,
      got: shown(label),
    });
  });
}
