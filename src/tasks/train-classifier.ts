/** The task classifier: labelled sequences -> tokens -> recurrent layers, pooling, soft-max -> model. */
import { RecurraError } from "../core/errors.ts";
import { Random } from "../core/random.ts";
import { BucketedEpochs } from "../data/bucketed-epochs.ts";
import { codePointOrder } from "../data/code-point-order.ts";
import { TokenVocabulary } from "../data/encoders/token-vocabulary.ts";
import type { LabelledText } from "../data/sources/labelled-texts.ts";
import { type SequenceSplit, splitSequences } from "../data/split-sequences.ts";
import { splitStratified, withoutDuplicates } from "../data/split-stratified.ts";
import { defaultEngine } from "../engine/default-engine.ts";
import { Classifier, classesOf, classifierTokens, requireTokens } from "./classifier.ts";
import { classifierBaselines } from "./classifier-baselines.ts";
import { ClassifierNetwork } from "./classifier-network.ts";
import { type ClassifierOptions, classifierOptions, type ResolvedClassifier } from "./classifier-options.ts";
import { cellOf, savedCell } from "./network-options.ts";
import { resolveOptions } from "./resolve-options.ts";
import { runTraining } from "./run-training.ts";
import type { TrainingControl, TrainingRun } from "./task.ts";
import { parametersOf, recurrentLayersOf } from "./weight-files.ts";

/**
 * Trains a recurrent network to say what a sequence is: texts by words or characters, DNA, strings of any symbols.
 *
 * Duplicates are dropped, then a share of the examples is kept back to validate on, each label's share of it. Vocabulary and
 * labels are those of the training part; a token that it lacks is <UNK>. A sequence may have a single token.
 *
 * @param options see `classifierOptions`; the same options, seed and examples give the same weights, bit for bit.
 * @returns a run: iterate it for reports, or await `model` alone.
 * @throws data when there are too few examples, only one label, or a text is empty; option for a value out of range.
 * @example
 * ```ts
 * const examples = ["aab", "aba", "baa", "bba", "bab", "abb"].map((text, i) => ({ text, label: i < 3 ? "a" : "b" }));
 * const model = await trainClassifier(examples, { hiddenSize: 8, epochs: 100 }, { valid: examples }).model;
 * model.predict("aab").output; // "a"
 * ```
 */
export function trainClassifier(
  examples: readonly LabelledText[],
  options: ClassifierOptions = {},
  control: TrainingControl<readonly LabelledText[]> = {},
): TrainingRun<Classifier> {
  // options
  const o = resolveOptions(classifierOptions, options, "trainClassifier") as unknown as ResolvedClassifier;
  const { unit, window, embeddingSize, hiddenSize, layers, bidirectional, pooling, batchSize, seed } = o;

  // data
  const own = o.dropDuplicates ? withoutDuplicates(examples, ({ text, label }) => `${label}\0${text}`) : examples;
  const { train, valid } = control.valid === undefined ? split(own, o) : { train: own, valid: control.valid };
  const labels = [...new Set(train.map(({ label }) => label))].sort(codePointOrder);
  if (labels.length < 2) {
    const got = labels.length === 0 ? "none" : `only ${JSON.stringify(labels[0])}`;
    throw new RecurraError("data", { where: "trainClassifier", expected: "two labels or more", got });
  }
  const steps = pooling === "flatten" ? classifierTokens(train[0]!.text, o).length : undefined;
  const tokens = tokensOf(train, o, steps, "training");
  const minCount = o.minCount ?? (unit === "word" ? 2 : 1);
  const vocabulary = TokenVocabulary.fromTokens(tokens.flat(), { minCount });
  const sequences = tokens.map((sequence) => vocabulary.encode(sequence));
  const targets = classesOf(train, labels);
  // faults of the validation part are said now, not an epoch later
  tokensOf(valid, o, steps, "validation");
  classesOf(valid, labels);
  const classWeights = o.classWeights === "balanced" ? balancedWeights(targets, labels.length) : undefined;

  // model
  const sizes = {
    embeddingSize,
    hiddenSize,
    layers,
    bidirectional,
    pooling,
    ...(steps === undefined ? {} : { steps }),
  };
  const network = new ClassifierNetwork({
    ...sizes,
    engine: defaultEngine(),
    cell: cellOf(o.cell),
    vocabularySize: vocabulary.size,
    classes: labels.length,
    dropout: o.dropout,
    seed,
  });
  const inputSizes = recurrentLayersOf(network.encoder).map(({ inputSize }) => inputSize);
  const { textColumn, labelColumn } = o;
  const config = {
    ...sizes,
    cell: savedCell(o.cell, inputSizes, hiddenSize),
    unit,
    window,
    ...(textColumn === undefined ? {} : { textColumn }),
    ...(labelColumn === undefined ? {} : { labelColumn }),
  };
  const model = new Classifier(config, vocabulary, labels, network);

  // training
  const lengths = sequences.map(({ length }) => length);
  const batches = new BucketedEpochs(lengths, { batchSize, seed });
  const [random, lots] = [new Random(seed, "dropout"), new Random(seed, "word dropout")];
  return runTraining({
    options: o,
    control,
    model,
    parameters: parametersOf(network.parts),
    stepsPerEpoch: batches.batchesPerEpoch,
    forward(step) {
      const batch = batches.batch(step);
      const inputs = Array.from(batch, (i) => withUnknown(sequences[i]!, o.wordDropout, lots, step, i));
      const classes = batch.map((i) => targets[i]!);
      const loss = network.loss(inputs, classes, { dropout: { random, step, layer: 0 }, classWeights });
      return { loss, tokens: inputs.reduce((total, { length }) => total + length, 0) };
    },
    evaluate: () => model.evaluate(valid),
    monitor: "accuracy",
    baselines: () => classifierBaselines(model, valid, train),
  });
}

function split(examples: readonly LabelledText[], o: ResolvedClassifier): SequenceSplit<LabelledText> {
  if (!o.stratified) return splitSequences(examples, o.validFraction, o.seed);
  return splitStratified(examples, ({ label }) => label, o.validFraction, o.seed);
}

/**
 * @param steps how many each text must have; undefined where any number will do.
 * @throws data when a text has none, or another number.
 */
function tokensOf(
  examples: readonly LabelledText[],
  o: ResolvedClassifier,
  steps: number | undefined,
  part: string,
): string[][] {
  return examples.map(({ text }, i) => {
    const tokens = classifierTokens(text, o);
    requireTokens(tokens.length, steps, `trainClassifier, example ${i + 1} of the ${part} part`);
    return tokens;
  });
}

/** w_y = m / (K m_y): each label counts the same in all. */
function balancedWeights(targets: Int32Array, classes: number): Float64Array {
  const counts = new Float64Array(classes);
  for (const y of targets) counts[y]! += 1;
  return counts.map((count) => targets.length / (classes * count));
}

/** A share of the tokens as <UNK>, drawn anew in each step. */
function withUnknown(ids: Int32Array, rate: number, lots: Random, step: number, example: number): Int32Array {
  if (rate === 0) return ids;
  const bound = rate * 2 ** 32;
  return ids.map((id, t) => (lots.uint32(step, example, t) < bound ? 0 : id));
}
