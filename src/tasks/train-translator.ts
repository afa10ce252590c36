/** The task translator: pairs of texts -> tokens -> encoder, attention, decoder -> model. */
import { RecurraError } from "../core/errors.ts";
import { Random } from "../core/random.ts";
import { requireText } from "../core/require-text.ts";
import { BucketedEpochs } from "../data/bucketed-epochs.ts";
import { type PieceUnit, splitPieces } from "../data/encoders/text-pieces.ts";
import { TokenVocabulary } from "../data/encoders/token-vocabulary.ts";
import type { TextPair } from "../data/sources/text-pairs.ts";
import { type SequenceSplit, splitBy, splitSequences } from "../data/split-sequences.ts";
import { NgramNeighbour } from "../metrics/ngram-neighbour.ts";
import { makingOf, savedCell } from "./network-options.ts";
import { requireList } from "./require-list.ts";
import { resolveOptions } from "./resolve-options.ts";
import { runTraining } from "./run-training.ts";
import type { Baseline, TrainingControl, TrainingRun } from "./task.ts";
import { Translator } from "./translator.ts";
import { translatorBatch } from "./translator-batch.ts";
import { targetsOfSources, translationMetrics } from "./translator-metrics.ts";
import { TranslatorNetwork } from "./translator-network.ts";
import { type ResolvedTranslator, type TranslatorOptions, translatorOptions } from "./translator-options.ts";
import { recurrentLayersOf } from "./weight-files.ts";

/** Room for a translation longer than any seen in training. */
const [LENGTH_FACTOR, LENGTH_ROOM] = [1.25, 5];
const LONGEST_NGRAM = 3;

/**
 * Trains an encoder-decoder on pairs of texts.
 *
 * A share of the sources, with all their targets, is kept back to validate on: no source is on both sides. Vocabularies
 * are those of the training part; a token that it lacks is <UNK>, which is read but never written.
 *
 * @param pairs a source may stand with several targets: each is trained on, and each counts as right.
 * @param options see `translatorOptions`; the same options, seed and pairs give the same weights, bit for bit.
 * @returns a run: iterate it for reports, or await `model` alone.
 * @throws data when there are too few pairs or one is empty; option for a value out of range.
 * @example
 * ```ts
 * const pairs = Array.from({ length: 1000 }, (_, i) => ({ source: `${i}`, target: [...`${i}`].reverse().join("") }));
 * const model = await trainTranslator(pairs, { hiddenSize: 32, learningRate: 0.01 }).model;
 * model.predict("123").output; // "321"
 * ```
 */
export function trainTranslator(
  pairs: readonly TextPair[],
  options: TranslatorOptions = {},
  control: TrainingControl<readonly TextPair[]> = {},
): TrainingRun<Translator> {
  // options
  const o = resolveOptions(translatorOptions, options, "trainTranslator") as unknown as ResolvedTranslator;
  const [sourceUnit, targetUnit] = [o.sourceUnit ?? o.unit, o.targetUnit ?? o.unit];

  // data
  requirePairs(pairs);
  const { train, valid } =
    control.valid === undefined ? splitPairs(pairs, o.validFraction, o.seed) : { train: pairs, valid: control.valid };
  const sources = train.map(({ source }) => splitPieces(source, sourceUnit));
  const targets = train.map(({ target }) => splitPieces(target, targetUnit));
  const source = vocabularyOf(sources, sourceUnit, o.minCount);
  const target = vocabularyOf(targets, targetUnit, o.minCount);
  const longest = targets.reduce((most, { length }) => Math.max(most, length), 0);

  // model
  const { embeddingSize, hiddenSize, layers, bidirectional, attention, inputFeeding, seed } = o;
  const sizes = { embeddingSize, hiddenSize, layers, bidirectional, attention, inputFeeding };
  const network = new TranslatorNetwork({
    ...sizes,
    ...makingOf(o),
    sourceSize: source.size,
    targetSize: target.size + 1,
  });
  const recurrent = [network.encoder, network.decoder].flatMap(recurrentLayersOf);
  const { beamWidth, lengthPenalty, sourceColumn, targetColumn } = o;
  const config = {
    ...sizes,
    cell: savedCell(o.cell, recurrent, hiddenSize),
    sourceUnit,
    targetUnit,
    maxLength: Math.ceil(LENGTH_FACTOR * longest) + LENGTH_ROOM,
    beamWidth,
    lengthPenalty,
    sourceColumn,
    targetColumn,
  };
  const model = new Translator(config, source, target, network);

  // training
  const encoded = sources.map((tokens, i) => ({ source: source.encode(tokens), target: target.encode(targets[i]!) }));
  // a step of either side costs much the same
  const lengths = encoded.map((pair) => pair.source.length + pair.target.length);
  const batches = new BucketedEpochs(lengths, { batchSize: o.batchSize, seed });
  const [random, lots] = [new Random(seed, "dropout"), new Random(seed, "scheduled sampling")];
  return runTraining({
    options: o,
    control,
    model,
    stepsPerEpoch: batches.batchesPerEpoch,
    forward(step) {
      const batch = translatorBatch(
        Array.from(batches.batch(step), (i) => encoded[i]!),
        model.endId,
      );
      const rate = o.samplingRate * Math.min(1, step / o.samplingSteps);
      const sampling = rate === 0 ? undefined : { rate, random: lots, step };
      return { loss: network.loss(batch, { random, step, layer: 0 }, sampling), tokens: batch.targetPacking.rows };
    },
    evaluate: () => model.evaluate(valid),
    monitor: targetUnit === "word" ? "bleu" : "charErrorRate",
    baselines: () => translatorBaselines(valid, train),
  });
}

/** Splits pairs so that no source is on both sides; both parts keep the order of the pairs. */
function splitPairs(pairs: readonly TextPair[], validFraction: number, seed: number): SequenceSplit<TextPair> {
  const split = splitSequences([...new Set(pairs.map(({ source }) => source))], validFraction, seed);
  const valid = new Set(split.valid);
  return splitBy(pairs, ({ source }) => valid.has(source));
}

function vocabularyOf(texts: readonly (readonly string[])[], unit: PieceUnit, minCount?: number): TokenVocabulary {
  return TokenVocabulary.fromTokens(texts.flat(), { minCount: minCount ?? (unit === "word" ? 2 : 1) });
}

function requirePairs(pairs: readonly TextPair[]): void {
  requireList("trainTranslator", pairs);
  pairs.forEach((pair, i) => {
    for (const side of ["source", "target"] as const) {
      const where = `trainTranslator, pairs[${i}].${side}`;
      requireText(where, pair[side]);
      if (pair[side].trim() === "") throw new RecurraError("data", { where, expected: "a text", got: "an empty one" });
    }
  });
}

/**
 * What needs no training: the source itself, and the target of the most similar source (n-grams of 1 to 3 characters).
 *
 * @param train without it only the first.
 */
export function translatorBaselines(test: readonly TextPair[], train: readonly TextPair[] | undefined): Baseline[] {
  const targets = targetsOfSources(test);
  const sources = [...targets.keys()];
  const references = [...targets.values()];
  const copy = { name: "copy of the source", metrics: translationMetrics(sources, references) };
  if (train === undefined) return [copy];
  const known = [...targetsOfSources(train)];
  const neighbour = new NgramNeighbour(
    known.map(([source]) => [...source]),
    LONGEST_NGRAM,
  );
  const answers = sources.map((source) => known[neighbour.nearest([...source])]![1][0]!);
  return [copy, { name: "nearest source", metrics: translationMetrics(answers, references) }];
}
