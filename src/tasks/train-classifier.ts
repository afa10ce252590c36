/** The task classifier: labelled sequences -> input -> recurrent layers, pooling -> output -> model. */
import { RecurraError } from "../core/errors.ts";
import { Random } from "../core/random.ts";
import { requireText } from "../core/require-text.ts";
import { BucketedEpochs } from "../data/bucketed-epochs.ts";
import type { Label, LabelledSequence } from "../data/sources/labelled-sequence.ts";
import { type SequenceSplit, splitSequences } from "../data/split-sequences.ts";
import { splitStratified, withoutDuplicates } from "../data/split-stratified.ts";
import { Classifier } from "./classifier.ts";
import { classifierBaselines } from "./classifier-baselines.ts";
import { readingOf } from "./classifier-config.ts";
import { inputOf, outputOf, placeOf } from "./classifier-forms.ts";
import type { EncodedSequence } from "./classifier-input.ts";
import { LabelOutput } from "./classifier-label-output.ts";
import { ClassifierNetwork } from "./classifier-network.ts";
import { type ClassifierOptions, classifierOptions, type ResolvedClassifier } from "./classifier-options.ts";
import type { ClassifierOutput, Target } from "./classifier-output.ts";
import { makingOf, savedCell } from "./network-options.ts";
import { requireList } from "./require-list.ts";
import { requireScorable } from "./require-scorable.ts";
import { resolveOptions } from "./resolve-options.ts";
import { runTraining } from "./run-training.ts";
import type { TrainingControl, TrainingRun } from "./task.ts";
import { recurrentLayersOf } from "./weight-files.ts";

/**
 * Trains a recurrent network to say what a sequence is.
 *
 * A sequence is a text, a list of symbols, numbers or vectors, or a clip of sound; what it is, a label, a list of labels, or a
 * number. Duplicates are dropped, then a share of the examples is kept back to validate on, each label's share of it.
 * Vocabulary and scales are those of the training part; a token that it lacks is <UNK>. A sequence may have a single step.
 *
 * @param options see `classifierOptions`; the same options, seed and examples give the same weights, bit for bit.
 * @returns a run: iterate it for reports, or await `model` alone.
 * @throws data when there are too few examples, only one label, a sequence is empty or of another kind than the first; option for a value out of range.
 * @example
 * ```ts
 * const examples = ["aab", "aba", "baa", "bba", "bab", "abb"].map((sequence, i) => ({ sequence, label: i < 3 ? "a" : "b" }));
 * const model = await trainClassifier(examples, { hiddenSize: 8, epochs: 100 }, { valid: examples }).model;
 * model.predict("aab").output; // "a"
 * ```
 */
export function trainClassifier<L extends Label>(
  examples: readonly LabelledSequence<L>[],
  options: ClassifierOptions = {},
  control: TrainingControl<readonly LabelledSequence[]> = {},
): TrainingRun<Classifier<L>> {
  // options
  const o = resolveOptions(classifierOptions, options, "trainClassifier") as unknown as ResolvedClassifier;
  const { unit, window, embeddingSize, letterSize, hiddenSize, layers, bidirectional, pooling, batchSize, seed } = o;

  // data
  requireExamples(examples);
  const own = o.dropDuplicates ? withoutDuplicates(examples, keyOf) : examples;
  const output = outputOf(own);
  const { train, valid } = control.valid === undefined ? split(own, o) : { train: own, valid: control.valid };
  const input = inputOf(train, { unit, window, minCount: o.minCount });

  // model
  const steps = pooling === "flatten" ? input.encode(train[0]!.sequence, placeOf(train[0]!, 0)).length : undefined;
  const sizes = { embeddingSize, letterSize, hiddenSize, layers, bidirectional, pooling, steps };
  const network = new ClassifierNetwork({
    ...sizes,
    ...makingOf(o),
    input: input.sizes,
    outputSize: output.size,
  });
  const config = { ...sizes, cell: savedCell(o.cell, recurrentLayersOf(network.encoder), hiddenSize), ...readingOf(o) };
  const model = new Classifier<L>(config, input, output, network);
  const { sequences, targets } = model.encode(train);
  // faults of the validation part are said now, not an epoch later
  const known = requireScorable(model, valid, control.faults);
  const validation = model.encode(known);
  const classWeights = o.classWeights === "balanced" ? balancedWeights(output, targets) : undefined;

  // training
  const lengths = sequences.map(({ length }) => length);
  const batches = new BucketedEpochs(lengths, { batchSize, seed });
  const [random, lots] = [new Random(seed, "dropout"), new Random(seed, "word dropout")];
  return runTraining({
    options: o,
    control,
    model,
    stepsPerEpoch: batches.batchesPerEpoch,
    forward(step) {
      const batch = Array.from(batches.batch(step));
      const read = batch.map((i) => withUnknown(sequences[i]!, o.wordDropout, lots, step, i));
      const scores = network.scores(read, { random, step, layer: 0 });
      const loss = output.loss(
        scores,
        batch.map((i) => targets[i]!),
        classWeights,
      );
      return { loss, tokens: read.reduce((total, { length }) => total + length, 0) };
    },
    evaluate: () => model.metricsOf(validation.sequences, validation.targets),
    monitor: output.monitor,
    baselines: () => classifierBaselines(model, known, train),
  });
}

/** @throws option when the examples are no list, or one has no sequence. */
function requireExamples(examples: readonly LabelledSequence[]): void {
  requireList("trainClassifier", examples);
  examples.forEach((example, i) => {
    const { sequence } = example;
    const isText = !Array.isArray(sequence) && !("samples" in Object(sequence));
    if (isText) requireText(`${placeOf(example, i)}, sequence`, sequence);
  });
}

/** What two examples must share to be duplicates: the sequence and the label. */
function keyOf({ sequence, label }: LabelledSequence): string {
  const isClip = typeof sequence === "object" && "samples" in sequence;
  // a character for each byte of a clip
  const text = isClip ? new TextDecoder("windows-1252").decode(sequence.samples) : JSON.stringify(sequence);
  return `${JSON.stringify(label)}\0${text}`;
}

/** What examples are split by: a number has no share of its own. */
function split<L extends Label>(
  examples: readonly LabelledSequence<L>[],
  { stratified, validFraction, seed }: ResolvedClassifier,
): SequenceSplit<LabelledSequence<L>> {
  if (!stratified || typeof examples[0]?.label === "number") return splitSequences(examples, validFraction, seed);
  const nameOf = (label: Label): string => (typeof label === "string" ? label : JSON.stringify(label));
  return splitStratified(examples, ({ label }) => nameOf(label), validFraction, seed);
}

/**
 * w_y = m / (K m_y): each label counts the same in all.
 *
 * @throws option where examples have no single label each.
 */
function balancedWeights(output: ClassifierOutput, targets: readonly Target[]): Float64Array {
  if (output instanceof LabelOutput)
    return output.counts(targets).map((count) => (count === 0 ? 0 : targets.length / (output.size * count)));
  throw new RecurraError("option", {
    where: "trainClassifier, option classWeights",
    expected: "none, unless each example has one label",
    got: "balanced",
  });
}

/** A share of the tokens as <UNK>, drawn anew in each step. */
function withUnknown(
  sequence: EncodedSequence,
  rate: number,
  lots: Random,
  step: number,
  example: number,
): EncodedSequence {
  if (rate === 0) return sequence;
  const bound = rate * 2 ** 32;
  const tokens = sequence.tokens.map((id, t) => (lots.uint32(step, example, t) < bound ? 0 : id));
  return { ...sequence, tokens };
}
