/** The task language-model: text -> characters or words -> deep recurrent network -> model. */
import { Packing } from "../core/packing.ts";
import { Random } from "../core/random.ts";
import { LineBatches } from "../data/line-batches.ts";
import { RunningText } from "../data/running-text.ts";
import type { TokenIds } from "../data/token-ids.ts";
import { AdaptiveSoftmax, CarriedStates, Dropout, defaultCutoffs, Stacked } from "../layers/index.ts";
import { interpolatedTrigram, kneserNey, LARGEST_NGRAM_TRAINING, type NgramModel, unigram } from "../metrics/index.ts";
import type { StepLoss } from "../training/index.ts";
import { type EncodedText, encodeText, type Texts } from "./encoded-text.ts";
import { configOf, LanguageModel } from "./language-model.ts";
import {
  type LanguageModelOptions,
  languageModelOptions,
  type ResolvedLanguageModel,
} from "./language-model-options.ts";
import { LanguageNetwork } from "./language-network.ts";
import { languageText, runningIds } from "./language-text.ts";
import { makingOf } from "./network-options.ts";
import { resolveOptions } from "./resolve-options.ts";
import { runTraining } from "./run-training.ts";
import type { Baseline, TrainingControl, TrainingRun } from "./task.ts";

/**
 * Trains a language model on running text, or on lines.
 *
 * Running text: the text's end is kept back to validate on. Training reads the rest in `batchSize` streams side by side,
 * `bptt` steps at a time, and carries the states from window to window. Several texts are joined by <EOS>, or by line ends
 * where a character vocabulary has none.
 *
 * Lines (`lines: true`): each line is a sequence of its own, ended by <EOS>, and lines of like lengths share a batch.
 *
 * @param text the text, or several; longer texts make better models.
 * @param options see `languageModelOptions`; the same options, seed and text give the same weights, bit for bit.
 * @returns a run: iterate it for reports, or await `model` alone.
 * @throws data when the text is too short for one window; option for a value out of range, or what is no text.
 * @example
 * ```ts
 * const run = trainLanguageModel(text, { cell: "lstm", hiddenSize: 128, steps: 1000 });
 * for await (const report of run) console.log(report.step, report.lossNats, report.etaSeconds);
 * const model = await run.model;
 * ```
 */
export function trainLanguageModel(
  text: Texts,
  options: LanguageModelOptions = {},
  control: TrainingControl<Texts> = {},
): TrainingRun<LanguageModel> {
  // options
  const o = resolveOptions(languageModelOptions, options, "trainLanguageModel") as unknown as ResolvedLanguageModel;

  // data
  const { vocabulary, train, valid } = languageText(text, control.valid, o);

  // model
  const { hiddenSize, layers, dropout, tied } = o;
  const embeddingSize = o.embeddingSize ?? (o.unit === "word" ? hiddenSize : 0);
  const vocabularySize = vocabulary.size;
  const cutoffs = o.adaptiveSoftmax ? defaultCutoffs(vocabularySize) : [];
  const sizes = { vocabularySize, hiddenSize, layers, embeddingSize, tied, cutoffs };
  const network = new LanguageNetwork({
    ...makingOf(o),
    ...sizes,
    adaptive: cutoffs.length === 0 ? undefined : (made) => new AdaptiveSoftmax({ ...made, cutoffs }),
    sparseEmbedding: o.sparseEmbedding,
    stack: (made) => new Stacked({ ...made, dropout }),
    dropout: new Dropout({ rate: dropout }),
  });
  const model = new LanguageModel(
    configOf(o.cell, network, { ...sizes, unit: o.unit, lines: o.lines }),
    vocabulary,
    network,
  );

  // training
  return runTraining({
    ...(train.kind === "running" ? runningTraining(train.ids, network, o) : lineTraining(train.sequences, model, o)),
    options: o,
    control,
    model,
    evaluate: () => model.evaluateEncoded(valid),
    monitor: "bitsPerToken",
    baselines: () => countedBaselines(model, valid, train),
  });
}

/** What a training reads at each update. */
interface Reading {
  readonly stepsPerEpoch: number;
  readonly forward: (step: number) => StepLoss;
  readonly carried?: CarriedStates;
}

function runningTraining(ids: TokenIds, network: LanguageNetwork, o: ResolvedLanguageModel): Reading {
  const windows = new RunningText(ids, { batchSize: o.batchSize, length: o.bptt });
  const carried = new CarriedStates(network.recurrent, o.batchSize);
  const packing = Packing.uniform(o.batchSize, o.bptt);
  const random = new Random(o.seed, "dropout");
  return {
    stepsPerEpoch: windows.windowsPerEpoch,
    carried,
    forward(step) {
      const { inputs, targets, restart } = windows.window(step);
      if (restart) carried.reset();
      return {
        loss: network.loss(inputs, targets, packing, carried, { random, step, layer: 0 }),
        tokens: targets.length,
      };
    },
  };
}

function lineTraining(sequences: readonly Int32Array[], model: LanguageModel, o: ResolvedLanguageModel): Reading {
  const { network, vocabulary } = model;
  const batches = new LineBatches(sequences, { batchSize: o.batchSize, seed: o.seed, endId: vocabulary.endId });
  const random = new Random(o.seed, "dropout");
  return {
    stepsPerEpoch: batches.batchesPerEpoch,
    forward(step) {
      const { inputs, targets, packing } = batches.batch(step);
      const dropout = { random, step, layer: 0 };
      return { loss: network.loss(inputs, targets, packing, undefined, dropout), tokens: targets.length };
    },
  };
}

/** What counting alone reaches on a text, counted on what the model was trained on where that is at hand. */
export function languageBaselines(model: LanguageModel, test: Texts, train: Texts | undefined): Baseline[] {
  const { vocabulary, config } = model;
  const encoded = (texts: Texts): EncodedText => encodeText(texts, vocabulary, config.lines);
  if (train !== undefined) return countedBaselines(model, encoded(test), encoded(train));
  // a count of the very text is the stricter baseline
  const all = runningIds(encoded(test));
  const ids = all.first(LARGEST_NGRAM_TRAINING);
  return [{ ...scored(model, unigram(ids, vocabulary.size), ids), name: `unigram of this text${cutNote(all)}` }];
}

/**
 * Unigram and trigram, and for characters Kneser-Ney's 5-gram: counted on the first 5 million tokens and scored on no more,
 * so that they never take longer than the training. Their names say where that is not the whole text.
 */
function countedBaselines(model: LanguageModel, test: EncodedText, train: EncodedText): Baseline[] {
  const { size } = model.vocabulary;
  const [counted, own] = [runningIds(train), runningIds(test)];
  const ids = counted.first(LARGEST_NGRAM_TRAINING);
  const counts = [unigram(ids, size), interpolatedTrigram(ids, size)];
  if (model.config.unit === "char") counts.push(kneserNey(ids, size));
  const note = cutNote(counted, own);
  const read = own.first(LARGEST_NGRAM_TRAINING);
  return counts.map((each) => ({ ...scored(model, each, read), name: each.name + note }));
}

/** What a baseline's name says where texts are read no further than their first 5 million tokens. */
function cutNote(...texts: readonly TokenIds[]): string {
  const isCut = texts.some(({ length }) => length > LARGEST_NGRAM_TRAINING);
  return isCut ? ` (first ${LARGEST_NGRAM_TRAINING / 1e6} million tokens)` : "";
}

function scored(model: LanguageModel, counts: NgramModel, ids: Int32Array): Baseline {
  return { name: counts.name, metrics: model.metricsOf(counts.bitsPerToken(ids) * Math.LN2) };
}
