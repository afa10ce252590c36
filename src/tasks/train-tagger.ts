/** The task tagger: tagged sequences -> words, letters, shapes -> deep recurrent layer -> tags. */
import { RecurraError, shown } from "../core/errors.ts";
import { Random } from "../core/random.ts";
import { requireSome } from "../core/require-some.ts";
import { BucketedEpochs } from "../data/bucketed-epochs.ts";
import { tagSchemeOf } from "../data/encoders/tag-scheme.ts";
import { packedIds } from "../data/pack-sequences.ts";
import type { TaggedSentence } from "../data/sources/tagged-sentence.ts";
import { splitSequences } from "../data/split-sequences.ts";
import { makingOf, savedCell } from "./network-options.ts";
import { requireList } from "./require-list.ts";
import { requireScorable } from "./require-scorable.ts";
import { resolveOptions } from "./resolve-options.ts";
import { runTraining } from "./run-training.ts";
import { Tagger } from "./tagger.ts";
import { dropFeatures, dropWords, taggerBatch } from "./tagger-batch.ts";
import { requireEntityTags, TaggerEncoder, tagsOf } from "./tagger-encoder.ts";
import { taggerBaselines } from "./tagger-metrics.ts";
import { TaggerNetwork } from "./tagger-network.ts";
import { type ResolvedTagger, type TaggerOptions, taggerOptions } from "./tagger-options.ts";
import type { TrainingControl, TrainingRun } from "./task.ts";
import { recurrentLayersOf } from "./weight-files.ts";

/** What training needs of a sequence; the lines are for messages. */
export type TrainingSentence = Pick<TaggedSentence, "tokens" | "tags"> & Partial<TaggedSentence>;

/**
 * Trains a tagger on sequences of tokens with a tag each.
 *
 * A share of the sequences is kept back to validate on. Vocabularies are those of the training part; the tags are those
 * of all the data given.
 *
 * @param options see `taggerOptions`; the same options, seed and sequences give the same weights, bit for bit.
 * @returns a run: iterate it for reports, or await `model` alone.
 * @throws data when a sequence is empty or has another number of tags than tokens, or validation data has a tag that
 *     training data has not; option for a value out of range.
 * @example
 * ```ts
 * const sentences = [{ tokens: ["Harry", "sang"], tags: ["B-PER", "O"] }, { tokens: ["we", "sang"], tags: ["O", "O"] }];
 * const model = await trainTagger(sentences, { epochs: 50, validFraction: 0.5 }).model;
 * model.predict("Harry sang").tags;
 * ```
 */
export function trainTagger(
  sentences: readonly TrainingSentence[],
  options: TaggerOptions = {},
  control: TrainingControl<readonly TrainingSentence[]> = {},
): TrainingRun<Tagger> {
  // options
  const o = resolveOptions(taggerOptions, options, "trainTagger") as unknown as ResolvedTagger;

  // data
  requireList("trainTagger", sentences);
  const all = requireSentences(sentences, "sentences");
  const parts =
    control.valid === undefined
      ? splitSequences(all, o.validFraction, o.seed)
      : { train: all, valid: requireSentences(control.valid, "valid") };
  const { train } = parts;
  const tags = tagsOf(all);
  const { unit, output, embeddingSize, letterSize, shapes, features, hiddenSize, layers, bidirectional } = o;
  const { fitOutsideBias, dropout, seed } = o;
  const { tagScheme: scheme, minCount = unit === "word" ? 2 : 1, tokenColumn, tagColumn } = o;
  if (fitOutsideBias) requireEntityTags(tags, "fitOutsideBias", "--fit-outside-bias");
  const reading = { unit, letters: letterSize > 0, shapes, features, scheme, minCount };
  const encoder = TaggerEncoder.fromSentences(train, tags, reading);

  // model
  const sizes = { output, embeddingSize, letterSize, hiddenSize, layers, bidirectional, fitOutsideBias };
  const network = new TaggerNetwork({ ...sizes, ...encoder.sizes, ...makingOf(o) });
  const recurrent = Object.values(network.parts).flatMap((part) => (part === undefined ? [] : recurrentLayersOf(part)));
  const cell = savedCell(o.cell, recurrent, hiddenSize);
  const model = new Tagger({ ...sizes, cell, tokenColumn, tagColumn }, encoder, network);
  const valid = requireScorable<readonly TaggedSentence[]>(model, parts.valid, control.faults);
  requireSome("trainTagger, validation data", valid.length > 0, "a sentence, its tags all of the training data");

  // training
  const encoded = train.map(({ tokens }) => encoder.encode(tokens));
  const targets = train.map((sentence) => encoder.encodeTags(sentence.tags));
  const lengths = train.map(({ tokens }) => tokens.length);
  const batches = new BucketedEpochs(lengths, { batchSize: o.batchSize, seed });
  const wordDropout = unit === "word" ? o.wordDropout : 0;
  const [random, lots] = [new Random(seed, "dropout"), new Random(seed, "dropped words")];
  const featureLots = new Random(seed, "dropped features");
  return runTraining({
    options: o,
    control: control as TrainingControl,
    model,
    stepsPerEpoch: batches.batchesPerEpoch,
    forward(step) {
      const chosen = Array.from(batches.batch(step));
      const batch = taggerBatch(chosen.map((i) => encoded[i]!));
      const words = dropWords(batch.words, batch.packing, wordDropout, lots, step);
      const bags = dropFeatures(batch, dropout, featureLots, step);
      const labels = packedIds(
        chosen.map((i) => targets[i]!),
        batch.packing,
      );
      return {
        loss: network.loss({ ...batch, words, features: bags }, labels, { random, step, layer: 0 }),
        tokens: labels.length,
      };
    },
    calibrate: () => model.fitOutsideBias(valid),
    evaluate: () => model.evaluate(valid),
    // entities that validation data lacks cannot be counted
    monitor: tagSchemeOf(tagsOf(valid)) === "plain" ? "tokenAccuracy" : "entityF1",
    baselines: () => taggerBaselines(tags, valid, train),
  });
}

function requireSentences(sentences: readonly TrainingSentence[], name: string): TaggedSentence[] {
  return sentences.map((sentence, i) => {
    const { tokens, tags, file = name, lines = tokens.map(() => i + 1), tagPlace } = sentence;
    const where = `trainTagger, ${name}[${i}]`;
    const empty = tokens.indexOf("");
    if (tokens.length === 0 || empty >= 0) {
      throw new RecurraError("data", { where, expected: "tokens, none of them empty", got: shown(tokens) });
    }
    if (tags.length !== tokens.length) {
      const expected = `${tokens.length} tags, one for each token`;
      throw new RecurraError("data", { where, expected, got: String(tags.length) });
    }
    return { file, tokens, tags, lines, tagPlace };
  });
}
