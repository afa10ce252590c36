/** A trained classifier: it says what a sequence is. */
import { RecurraError } from "../core/errors.ts";
import { partsOf } from "../core/parts-of.ts";
import { type DataFaults, faultless } from "../data/data-faults.ts";
import { lettersPerWord } from "../data/encoders/word-letters.ts";
import type { Label, LabelledSequence, SequenceValue } from "../data/sources/labelled-sequence.ts";
import { defaultEngine } from "../engine/default-engine.ts";
import type { Engine } from "../engine/engine.ts";
import type { Flop } from "../layers/flop.ts";
import { Stacked } from "../layers/index.ts";
import { type ConfusionMatrix, likeliest } from "../metrics/index.ts";
import { step } from "../tensor/tape.ts";
import { type ClassifierConfig, readClassifierConfig, readingOf } from "./classifier-config.ts";
import { inputFromJSON, outputFromJSON, placeOf } from "./classifier-forms.ts";
import type { ClassifierInput, EncodedSequence, SequenceStep } from "./classifier-input.ts";
import { LabelOutput } from "./classifier-label-output.ts";
import { ClassifierNetwork } from "./classifier-network.ts";
import type { Classification, ClassifierOutput, Target } from "./classifier-output.ts";
import { ClassifierSession, type ClassifierSessionJson } from "./classifier-session.ts";
import { TokenInput } from "./classifier-token-input.ts";
import { loadedCell } from "./loaded-cell.ts";
import { flopOfParts, flopOfWord } from "./parts-flop.ts";
import { requireList } from "./require-list.ts";
import { savedArchitecture } from "./saved-architecture.ts";
import { filesOf, inputPlace } from "./saved-model.ts";
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
import { textStream } from "./text-stream.ts";
import { parameterCountOf, weightsToParts } from "./weight-files.ts";

/** Sequences that are read side by side. */
const AT_ONCE = 128;

/**
 * What `trainClassifier` gives, and `Classifier.fromFiles` reads again.
 *
 * `L` is the kind of its labels: a text each, a list of texts, or a number.
 *
 * @example
 * ```ts
 * const { output, scores } = model.predict("a joy from end to end");
 * output; // "positive"
 * scores.positive; // 0.98
 * ```
 */
export class Classifier<L extends Label = Label> implements PredictingModel {
  readonly task = "classifier";
  readonly config: ClassifierConfig;
  /** What it reads. */
  readonly input: ClassifierInput;
  /** What it answers. */
  readonly output: ClassifierOutput;
  readonly network: ClassifierNetwork;

  constructor(config: ClassifierConfig, input: ClassifierInput, output: ClassifierOutput, network: ClassifierNetwork) {
    this.config = config;
    this.input = input;
    this.output = output;
    this.network = network;
  }

  get inputs(): "line" | "file" {
    return this.input.kind === "sound" ? "file" : "line";
  }

  /** The labels, in code-point order; none where it answers a number. */
  get labels(): readonly string[] {
    return this.output.labels;
  }

  get parameterCount(): number {
    return parameterCountOf(this.network.parts);
  }

  /** Of one step; the last layer is counted as if each step had one. */
  get flopPerToken(): Flop {
    const { encoder, output, characters } = this.network;
    const { input } = this;
    if (!(input instanceof TokenInput) || characters === undefined) return flopOfParts({ encoder, output });
    return flopOfWord({ encoder, output }, characters.recurrent, lettersPerWord(input.vocabulary));
  }

  get reading(): OptionValues {
    return readingOf(this.config);
  }

  /**
   * The steps of a sequence, as a session takes them: tokens, symbols, numbers, vectors, or the samples of a clip.
   *
   * @throws data when it is no sequence that this model reads.
   */
  steps(sequence: SequenceValue): readonly SequenceStep[] {
    return this.input.steps(sequence, "steps");
  }

  /** @throws data when the sequence has no step, or is of another kind than the training's. */
  predict(sequence: SequenceValue): Classification<L> {
    return this.predictMany([sequence])[0]!;
  }

  /** Classifies sequences side by side; each answer is the same, bit for bit, as it would be alone. */
  predictMany(sequences: readonly SequenceValue[]): Classification<L>[] {
    return this.scores(sequences).map((scores) => this.classificationOf(scores));
  }

  /** The scores z of each sequence, before soft-max, sigmoid or scale. */
  scores(sequences: readonly SequenceValue[]): Float64Array[] {
    const encoded = sequences.map((sequence, i) => this.#encodeOne(sequence, inputPlace(sequences, "sequence", i)));
    return this.scoresOf(encoded);
  }

  #encodeOne(sequence: SequenceValue, where: string): EncodedSequence {
    const encoded = this.input.encode(sequence, where);
    const { steps } = this.config;
    if (steps === undefined || encoded.length === steps) return encoded;
    throw new RecurraError("data", {
      where,
      expected: `${steps} steps, as in training`,
      got: `${encoded.length}`,
      hint: "Sequences of unequal lengths need another pooling than flatten.",
    });
  }

  /** The scores of sequences that are encoded already. */
  scoresOf(encoded: readonly EncodedSequence[]): Float64Array[] {
    const { network, output } = this;
    const all: Float64Array[] = [];
    for (const batch of partsOf(encoded, AT_ONCE)) {
      const rows = step(network.engine, () => Float64Array.from(network.scores(batch).toArray()));
      for (let b = 0; b < batch.length; b++) all.push(rows.slice(b * output.size, (b + 1) * output.size));
    }
    return all;
  }

  /** What scores say. */
  classificationOf(scores: Float64Array): Classification<L> {
    return this.output.answer(scores) as Classification<L>;
  }

  /**
   * A sequence that is read a step at a time; after its last step the answer is that of `predict` to the bit.
   *
   * @param json where an earlier session stood, as its `toJSON` gave it.
   * @throws unsupported when the model is bidirectional, or pools by flatten; file-format when the JSON is of another model.
   */
  session(json?: ClassifierSessionJson): ClassifierSession<L> {
    const { encoder, pooling } = this.network;
    if (!(encoder instanceof Stacked)) {
      throw this.#refusal("session", "a bidirectional one, which must see the whole sequence first");
    }
    if (pooling.kind === "flatten") throw this.#refusal("session", "one that pools the whole sequence by flatten");
    return new ClassifierSession(this, encoder, json);
  }

  #refusal(method: string, got: string): RecurraError {
    return new RecurraError("unsupported", {
      where: `Classifier.${method}`,
      expected: "a model that answers as its input arrives",
      got,
      hint: "Use predict(sequence).",
    });
  }

  /**
   * Answers after each step, or text of several, that arrives.
   *
   * @throws unsupported as `session`, and when the model hears wav files: their samples go to a session.
   */
  stream(): PredictionStream {
    const session = this.session();
    if (this.input.parseSteps === undefined) throw this.#refusal("stream", "one that hears whole wav files");
    return textStream((text) => {
      let answer: Classification<L> | undefined;
      for (const each of this.input.parseSteps?.(text) ?? []) answer = session.step(each);
      return answer === undefined ? undefined : toJson(answer);
    });
  }

  /** The answer to one line, or one wav file, of the command line. */
  answer(line: string, bytes?: Uint8Array): JsonObject {
    return toJson(this.predict(this.input.parse(line, bytes)));
  }

  /** What it is, and how likely. */
  show(answer: JsonObject): string {
    return this.output.show(answer as unknown as Classification);
  }

  /** The examples without those that have an unknown label, or a sequence or label of another kind. */
  scorable(examples: readonly LabelledSequence[], faults: DataFaults): readonly LabelledSequence[] {
    return faultless(examples, (example, i) => this.encode([example], () => placeOf(example, i)), faults);
  }

  /**
   * Sequences and labels as numbers.
   *
   * @param where what messages call an example.
   * @throws data when one has an unknown label, or is of another kind.
   */
  encode(
    examples: readonly LabelledSequence[],
    where: (i: number) => string = (i) => placeOf(examples[i]!, i),
  ): { readonly sequences: EncodedSequence[]; readonly targets: Target[] } {
    const targets = examples.map(({ label }, i) => this.output.encode(label, where(i)));
    return { sequences: examples.map(({ sequence }, i) => this.#encodeOne(sequence, where(i))), targets };
  }

  /**
   * How often each label was taken for each, in the order of `labels`.
   *
   * @throws data when an example has a label that training did not see; unsupported when an example may have several labels, or a number.
   */
  confusion(examples: readonly LabelledSequence[]): ConfusionMatrix {
    const { output } = this;
    if (!(output instanceof LabelOutput)) {
      throw new RecurraError("unsupported", {
        where: "Classifier.confusion",
        expected: "a model of one label for each sequence",
        got: `one of ${output.kind}`,
      });
    }
    const { sequences, targets } = this.encode(examples);
    return output.confusion(this.scoresOf(sequences).map(likeliest), targets);
  }

  /** As `confusion`, for a table: counts with the names of their rows and columns; none where answers are no single labels. */
  confusions(examples: readonly LabelledSequence[]): Confusions | undefined {
    if (!(this.output instanceof LabelOutput)) return undefined;
    return { labels: this.labels, counts: this.confusion(examples).counts };
  }

  /** @returns the metrics of the output, such as `accuracy` and `macroF1`, and `examples`. */
  evaluate(examples: readonly LabelledSequence[]): Metrics {
    requireList("evaluate", examples);
    const { sequences, targets } = this.encode(examples);
    return this.metricsOf(sequences, targets);
  }

  /** As `evaluate`, of examples that are encoded already. */
  metricsOf(sequences: readonly EncodedSequence[], targets: readonly Target[]): Metrics {
    return { ...this.output.metrics(this.scoresOf(sequences), targets), examples: targets.length };
  }

  /** The model as what a model directory holds. */
  toFiles(precision?: Precision): ModelFiles {
    return filesOf(this, { input: this.input.toJSON(), output: this.output.toJSON() }, precision);
  }

  /**
   * Reads a saved model.
   *
   * @param where the directory's name, for messages.
   * @throws file-format when the files do not describe a classifier.
   */
  static async fromFiles(files: ModelFiles, where: string, engine: Engine = defaultEngine()): Promise<Classifier> {
    const config = readClassifierConfig(savedArchitecture(files, "classifier", where));
    const encoder = files.encoder as Readonly<Record<string, unknown>>;
    const input = inputFromJSON(encoder.input, `${where}/encoder.json, input`);
    const output = outputFromJSON(encoder.output, `${where}/encoder.json, output`);
    const cell = await loadedCell(config.cell, where);
    const sizes = { input: input.sizes, outputSize: output.size };
    const network = new ClassifierNetwork({ ...config, ...sizes, engine, cell, seed: "none" });
    await weightsToParts(files.weights, network.parts, `${where}/model.safetensors`);
    return new Classifier(config, input, output, network);
  }
}

function toJson(answer: Classification): JsonObject {
  return { ...answer } as unknown as JsonObject;
}
