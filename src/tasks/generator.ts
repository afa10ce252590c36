/** A trained generator: it makes sequences from a condition, and goes on from a beginning. */

import { RecurraError, withPlace } from "../core/errors.ts";
import { partsOf } from "../core/parts-of.ts";
import { nextTurn } from "../core/platform.ts";
import { Random } from "../core/random.ts";
import { requireSome } from "../core/require-some.ts";
import { type DataFaults, faultless } from "../data/data-faults.ts";
import { type Condition, ConditionEncoder } from "../data/encoders/condition-encoder.ts";
import { notesToRoll, rollToNotes } from "../data/encoders/piano-roll.ts";
import { unpackSequences } from "../data/pack-sequences.ts";
import { drawIndex } from "../decode/draw-index.ts";
import { sampleKeys } from "../decode/sample-keys.ts";
import { requireSampling, requireText } from "../decode/sample-options.ts";
import { defaultEngine } from "../engine/default-engine.ts";
import type { Engine } from "../engine/engine.ts";
import { midiToNotes, notesToMidi, readMidi, writeMidi } from "../interop/index.ts";
import type { Flop } from "../layers/flop.ts";
import { step as inStep } from "../tensor/tape.ts";
import { type GeneratorSequence, generatorBatch } from "./generator-batch.ts";
import { type GeneratorConfig, readGeneratorConfig } from "./generator-config.ts";
import { type GeneratorData, type GeneratorExample, isPiece, type Sequence } from "./generator-data.ts";
import { formFromJSON, type GeneratorForm, type Steps } from "./generator-form.ts";
import { GeneratorNetwork, type GeneratorNetworkOptions } from "./generator-network.ts";
import { GeneratorSession, type GeneratorSessionJson } from "./generator-session.ts";
import { loadedCell } from "./loaded-cell.ts";
import { flopOfParts } from "./parts-flop.ts";
import { savedArchitecture } from "./saved-architecture.ts";
import { filesOf } from "./saved-model.ts";
import type {
  JsonObject,
  Metrics,
  ModelFiles,
  OptionValues,
  Precision,
  PredictingModel,
  SampleOptions,
  SamplingModel,
} from "./task.ts";
import { parameterCountOf, weightsToParts } from "./weight-files.ts";

/** How a sequence is made. */
export interface GenerateOptions extends Omit<SampleOptions, "prompt" | "condition"> {
  readonly condition?: Condition | undefined;
  /** What the sequence begins with; it stands at the beginning of the result. Default: nothing. */
  readonly beginning?: Sequence;
}

const EVALUATION_BATCH = 32;
const SAMPLES_A_TURN = 32;
/** Steps at most where none is asked for: four bars or more of a roll, any name. */
const LENGTHS = { char: 200, word: 100, roll: 64, events: 600 } as const;

/**
 * What `trainGenerator` gives, and `Generator.fromFiles` reads again.
 *
 * @example
 * ```ts
 * const name = model.generate({ condition: "female", seed: 7 });
 * ```
 */
export class Generator implements SamplingModel, PredictingModel {
  readonly task = "generator";
  readonly inputs = "line";
  readonly config: GeneratorConfig;
  readonly form: GeneratorForm;
  readonly conditions: ConditionEncoder;
  readonly network: GeneratorNetwork;

  constructor(config: GeneratorConfig, form: GeneratorForm, conditions: ConditionEncoder, network: GeneratorNetwork) {
    this.config = config;
    this.form = form;
    this.conditions = conditions;
    this.network = network;
  }

  /** Numbers that training changes. */
  get parameterCount(): number {
    return parameterCountOf(this.network.parts);
  }

  get reading(): OptionValues {
    const { kind } = this.conditions;
    return { unit: this.config.unit, stepQuarters: this.config.stepQuarters, conditionKind: kind };
  }

  get flopPerToken(): Flop {
    return flopOfParts({ rnn: this.network.recurrent, dense: this.network.dense });
  }

  /** @throws data when a condition or a token is unknown; it names the example's line. */
  encode({ condition, sequence, where, conditionWhere }: GeneratorExample): GeneratorSequence {
    const named = <Result>(read: () => Result, placed: (inner: string) => string): Result => {
      try {
        return read();
      } catch (cause) {
        throw where === undefined ? cause : withPlace(cause, placed);
      }
    };
    const inWhere = (inner: string): string => `${where}, ${inner}`;
    const steps = named(() => this.form.encode(sequence), inWhere);
    const whole = steps instanceof Int32Array ? Int32Array.of(...steps, this.form.endId) : steps;
    const vector = named(
      () => this.conditions.encode(condition),
      (inner) => conditionWhere ?? inWhere(inner),
    );
    return { condition: vector, steps: whole };
  }

  /** The sequences that `evaluate` scores, without those that have an unknown condition or token. */
  scorable({ unit, examples, test = examples }: GeneratorData, faults: DataFaults): GeneratorData {
    return { unit, examples: faultless(test, (example) => this.encode(example), faults) };
  }

  /**
   * How well the model predicts sequences.
   *
   * @param data its part to be tested on where it has one, else all of it.
   * @returns `nllPerStep`: the mean over all steps of -log p(step | condition, steps before), nats; for rolls the sum of 88 binary cross-entropies; and `tokens`, the
   * number of steps.
   * @throws data when a condition or a token is unknown.
   */
  evaluate(data: GeneratorData): Metrics {
    return this.evaluateEncoded((data.test ?? data.examples).map((example) => this.encode(example)));
  }

  /** As `evaluate`, for sequences that are encoded already. */
  evaluateEncoded(sequences: readonly GeneratorSequence[]): Metrics {
    requireSome("evaluate", sequences.length > 0, "at least one sequence");
    const { network, form } = this;
    const sorted = [...sequences].sort((a, b) => b.steps.length - a.steps.length);
    let total = 0;
    let tokens = 0;
    for (const part of partsOf(sorted, EVALUATION_BATCH)) {
      const batch = generatorBatch(part, network.units, form.endId);
      total += inStep(network.engine, () => network.loss(batch, false).item());
      tokens += batch.packing.rows;
    }
    return { nllPerStep: total / tokens, tokens };
  }

  /** The scores of each step of sequences given the steps before it, before the soft-max or sigmoid, each [T, units]. */
  scoresOf(sequences: readonly GeneratorSequence[]): Float32Array[] {
    const { network, form } = this;
    const { units, engine } = network;
    const { packing, conditions, inputs } = generatorBatch(sequences, units, form.endId);
    return inStep(engine, () => {
      const initial = network.initialStates(conditions, packing.batchSize);
      const scores = network.run(inputs, packing, conditions, { initial }).toArray();
      return unpackSequences(scores, packing, units);
    });
  }

  /**
   * A sequence that is made step by step.
   *
   * @param from the condition; or where an earlier session stood, as its `toJSON` gave it.
   * @throws data when the condition is unknown; file-format when the JSON is of another model.
   */
  session(from: { readonly condition?: Condition } | GeneratorSessionJson = {}): GeneratorSession {
    if ("states" in from) return GeneratorSession.fromJSON(this, from);
    return new GeneratorSession(this, this.conditions.encode(from.condition));
  }

  /** The steps behind the beginning, one by one. */
  *#steps(options: GenerateOptions, beginning: Steps): StepIterator {
    const { temperature = 1, seed = 1, condition } = options;
    const length = options.length ?? LENGTHS[this.config.unit];
    const { form, network } = this;
    const random = new Random(seed, "sample");
    const session = this.session({ condition });
    let scores = session.step();
    for (const step of beginning) scores = session.step(step);
    for (let t = 0; t < length; t++) {
      let step: number | readonly number[];
      if (network.output === "symbol") {
        if (form.unknownId >= 0) scores[form.unknownId] = Number.NEGATIVE_INFINITY;
        step = drawIndex(scores, temperature, random.uniform(t), options);
        if (step === form.endId) return;
      } else {
        step = sampleKeys(scores, temperature, (unit) => random.uniform(t * network.units + unit), options);
      }
      yield step;
      if (t + 1 < length) scores = session.step(step);
    }
  }

  /**
   * Makes a sequence.
   *
   * @param options.condition what it is made from; as the training data has them.
   * @param options.beginning what it begins with.
   * @param options.length steps to make at most; text and events may end earlier. Default 200 characters, 100 words, 64 steps of a roll, 600 events.
   * @param options.temperature 1 (default) draws as the model says; below, it is surer of itself; 0 takes the likeliest.
   * @param options.topK only the k likeliest symbols, or keys of a step, may be drawn; default all.
   * @param options.topP only the fewest of probability p or more together; default 1, all.
   * @param options.seed the same seed gives the same sequence everywhere; default 1.
   * @returns a text, a piano roll, or with events a piece of notes; the beginning included.
   * @throws data when the condition or the beginning is unknown; option for a value out of range.
   */
  generate(options: GenerateOptions = {}): Sequence {
    requireSampling("generate", options, { condition: () => {}, beginning: () => {} });
    const beginning = options.beginning === undefined ? [] : this.form.encode(options.beginning);
    const steps = [...this.#steps(options, beginning)];
    if (this.network.output === "symbol") {
      return this.form.decode(Int32Array.from([...(beginning as Int32Array), ...(steps as number[])]));
    }
    return this.form.decode([...(beginning as readonly (readonly number[])[]), ...(steps as (readonly number[])[])]);
  }

  /**
   * Makes a sequence and writes its text as it goes: characters, the JSON of a roll, or the names of events.
   *
   * @param options.condition a label, or numbers with commas between them.
   * @param options.prompt what the sequence begins with, as text; not repeated, except that a roll or events are written whole.
   * @throws as `generate`.
   */
  async *sample(options: SampleOptions = {}): AsyncGenerator<string, void, void> {
    requireSampling("sample", options, { prompt: requireText, condition: requireText });
    const { prompt = "", condition: given = "", ...rest } = options;
    const { form, conditions } = this;
    const beginning = prompt === "" ? [] : form.encode(form.parse(prompt));
    const condition = conditions.parse(given);
    let before: number | readonly number[] | undefined;
    let index = 0;
    if (this.writesMusic) for (const step of beginning) yield form.textOf(step, undefined, index++);
    else before = beginning.length === 0 ? undefined : beginning[beginning.length - 1];
    for (const step of this.#steps({ ...rest, condition }, beginning)) {
      yield form.textOf(step, before as number | undefined, index++);
      before = step;
      if (index % SAMPLES_A_TURN === 0) await nextTurn();
    }
    const end = form.textEnd(index);
    if (end !== "") yield end;
  }

  /** Music is written whole, its beginning too, so that its text is a roll or a stream of events. */
  get writesMusic(): boolean {
    return this.form.unit === "roll" || this.form.unit === "events";
  }

  /**
   * A sampled text of music as a MIDI file.
   *
   * @param tempo quarter notes a minute.
   * @throws unsupported when the model makes no music.
   */
  toMidi(text: string, tempo: number): Uint8Array {
    const sequence = this.#requireMusic().parse(text);
    if (typeof sequence === "string") throw this.#noMusic();
    const { stepQuarters } = this.config;
    const piece = isPiece(sequence) ? sequence : rollToNotes(sequence, { stepQuarters });
    return writeMidi(notesToMidi(piece, { tempo }));
  }

  /**
   * The text of a MIDI file, as a prompt.
   *
   * @param where the file's name, for messages.
   * @throws data when the bytes are no MIDI file; unsupported when the model makes no music.
   */
  fromMidi(bytes: Uint8Array, where: string): string {
    const form = this.#requireMusic();
    const piece = midiToNotes(readMidi(bytes, where), where);
    const { stepQuarters } = this.config;
    const steps = form.encode(form.unit === "roll" ? notesToRoll(piece, { stepQuarters }) : piece);
    return (
      Array.from(steps as ArrayLike<number>, (step, t) => form.textOf(step, undefined, t)).join("") +
      form.textEnd(steps.length)
    );
  }

  #requireMusic(): GeneratorForm {
    if (this.writesMusic) return this.form;
    throw this.#noMusic();
  }

  #noMusic(): RecurraError {
    const got = `one of unit ${this.form.unit}`;
    return new RecurraError("unsupported", { where: "MIDI", expected: "a generator of unit roll or events", got });
  }

  /** The likeliest sequence of a condition, each step given the steps before: `generate` at temperature 0. */
  predict(condition?: Condition): Sequence {
    return this.generate({ temperature: 0, condition });
  }

  predictMany(conditions: readonly Condition[]): Sequence[] {
    return conditions.map((condition) => this.predict(condition));
  }

  /** The answer to one line of `recurra predict`: a label, or numbers with commas between them. */
  answer(input: string): JsonObject {
    const condition = this.conditions.parse(input);
    const sequence = this.predict(condition);
    return { output: sequence as unknown as JsonObject };
  }

  /** The model as what a model directory holds. */
  toFiles(precision?: Precision): ModelFiles {
    return filesOf(this, { steps: this.form.toJSON(), conditions: this.conditions.toJSON() }, precision);
  }

  /**
   * Reads a saved model.
   *
   * @param where the directory's name, for messages.
   * @throws file-format when the files do not describe a generator.
   */
  static async fromFiles(files: ModelFiles, where: string, engine: Engine = defaultEngine()): Promise<Generator> {
    const config = readGeneratorConfig(savedArchitecture(files, "generator", where));
    const encoder = files.encoder as Record<string, unknown>;
    const form = await formFromJSON(encoder.steps, `${where}/encoder.json, steps`);
    const conditions = ConditionEncoder.fromJSON(encoder.conditions, `${where}/encoder.json, conditions`);
    const cell = await loadedCell(config.cell, where);
    const network = generatorNetwork(config, form, conditions, { engine, cell, seed: "none", dropout: 0 });
    await weightsToParts(files.weights, network.parts, `${where}/model.safetensors`);
    return new Generator(config, form, conditions, network);
  }
}

type StepIterator = Iterable<number | readonly number[]> & Iterator<number | readonly number[], void, void>;

/** The network that a configuration describes. */
export function generatorNetwork(
  config: Omit<GeneratorConfig, "cell">,
  form: GeneratorForm,
  conditions: ConditionEncoder,
  made: Pick<GeneratorNetworkOptions, "engine" | "cell" | "seed" | "dropout">,
): GeneratorNetwork {
  const output = form.unit === "roll" ? "multi-hot" : "symbol";
  return new GeneratorNetwork({ ...config, ...made, output, units: form.units, conditionSize: conditions.size });
}
