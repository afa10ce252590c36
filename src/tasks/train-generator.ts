/** The task generator: sequences with conditions -> deep recurrent network -> model. */
import { exactLog } from "../core/exact-log.ts";
import { Random } from "../core/random.ts";
import { requireSome } from "../core/require-some.ts";
import { BucketedEpochs } from "../data/bucketed-epochs.ts";
import { ConditionEncoder } from "../data/encoders/condition-encoder.ts";
import { joinedIds } from "../data/joined-ids.ts";
import { splitSequences } from "../data/split-sequences.ts";
import { interpolatedTrigram, keyFrequencies, kneserNey, lastStepSmoothed, unigram } from "../metrics/index.ts";
import { Generator, generatorNetwork } from "./generator.ts";
import { type GeneratorSequence, generatorBatch } from "./generator-batch.ts";
import type { GeneratorData, GeneratorExample } from "./generator-data.ts";
import { formOf } from "./generator-form.ts";
import type { GeneratorNetwork } from "./generator-network.ts";
import { type GeneratorOptions, generatorOptions, type ResolvedGenerator } from "./generator-options.ts";
import { makingOf, savedCell } from "./network-options.ts";
import { requireList } from "./require-list.ts";
import { requireScorable } from "./require-scorable.ts";
import { resolveOptions } from "./resolve-options.ts";
import { runTraining } from "./run-training.ts";
import type { Baseline, TrainingControl, TrainingRun } from "./task.ts";

/** Trainings and validations: the parts that the data has, or a share drawn by the seed. */
function partsOf(
  data: GeneratorData,
  valid: GeneratorData | undefined,
  o: ResolvedGenerator,
): { train: readonly GeneratorExample[]; valid: readonly GeneratorExample[] } {
  requireList("trainGenerator", data?.examples);
  const kept = valid?.examples ?? data.valid;
  requireSome("trainGenerator", data.examples.length > 0 && kept?.length !== 0, "at least one sequence");
  return kept === undefined
    ? splitSequences(data.examples, o.validFraction, o.seed)
    : { train: data.examples, valid: kept };
}

/**
 * Trains a generator: one to many.
 *
 * @param data sequences, each with its condition; `readGeneratorData` reads them. Validation is on `control.valid`, on the data's own part, or on a share drawn by the seed.
 * @param options see `generatorOptions`; the same options, seed and data give the same weights, bit for bit.
 * @returns a run: iterate it for reports, or await `model` alone.
 * @throws data when there is too little data, or a validation part has a condition that training lacks; option for a value out of range.
 * @example
 * ```ts
 * const examples = ["Ada", "Grace", "Alan", "Edsger"].map((sequence, i) => ({ condition: i < 2 ? "f" : "m", sequence }));
 * const model = await trainGenerator({ unit: "char", examples }, { steps: 20, validFraction: 0.25 }).model;
 * model.generate({ condition: "f", seed: 3 });
 * ```
 */
export function trainGenerator(
  data: GeneratorData,
  options: GeneratorOptions = {},
  control: TrainingControl<GeneratorData> = {},
): TrainingRun<Generator> {
  // options
  const o = resolveOptions(generatorOptions, options, "trainGenerator") as unknown as ResolvedGenerator;
  const { hiddenSize, layers, seed, conditionInto, embeddingSize, stepQuarters, batchSize } = o;

  // data
  const parts = partsOf(data, control.valid, o);
  const all = [...parts.train, ...parts.valid];
  const form = formOf(
    data.unit,
    (data.unit === "word" ? parts.train : all).map(({ sequence }) => sequence),
  );
  const conditions = ConditionEncoder.of(parts.train.map(({ condition }) => condition));

  // model
  const sizes = { unit: data.unit, stepQuarters, conditionInto, hiddenSize, layers, embeddingSize };
  const network = generatorNetwork(sizes, form, conditions, makingOf(o));
  const config = { ...sizes, cell: savedCell(o.cell, network.recurrent.layers, hiddenSize) };
  const model = new Generator(config, form, conditions, network);
  const train = parts.train.map((example) => model.encode(example));
  const known = requireScorable(model, { unit: data.unit, examples: parts.valid }, control.faults);
  const valid = known.examples.map((example) => model.encode(example));
  if (network.output === "multi-hot") beginAtDensity(network, train);

  // training
  const lengths = train.map(({ steps }) => steps.length);
  const batches = new BucketedEpochs(lengths, { batchSize, seed });
  const random = new Random(seed, "dropout");
  return runTraining({
    options: o,
    control,
    model,
    stepsPerEpoch: batches.batchesPerEpoch,
    forward(step) {
      const sequences = Array.from(batches.batch(step), (i) => train[i]!);
      const batch = generatorBatch(sequences, network.units, form.endId);
      return { loss: network.loss(batch, true, { random, step, layer: 0 }), tokens: batch.packing.rows };
    },
    evaluate: () => model.evaluateEncoded(valid),
    monitor: "nllPerStep",
    baselines: () => countedBaselines(model, valid, train),
  });
}

/** The scores begin at the log-odds of a key of any kind, so that training need not first learn that most are silent. */
function beginAtDensity(network: GeneratorNetwork, train: readonly GeneratorSequence[]): void {
  const { units } = network;
  let on = 0;
  let steps = 0;
  for (const sequence of train) {
    for (const step of sequence.steps as readonly (readonly number[])[]) {
      steps += 1;
      on += step.length;
    }
  }
  const odds = exactLog((on + 0.5) / (steps * units - on + 0.5));
  network.dense.bias.assign(new Float32Array(units).fill(odds));
}

/** What counting alone reaches, counted on what the model was trained on where that is at hand, else on the very data. */
export function generatorBaselines(
  model: Generator,
  test: GeneratorData,
  train: GeneratorData | undefined,
): readonly Baseline[] {
  const encode = (examples: readonly GeneratorExample[]) => examples.map((example) => model.encode(example));
  const tested = encode(test.test ?? test.examples);
  if (train !== undefined) return countedBaselines(model, tested, encode(train.examples));
  const [first] = countedBaselines(model, tested, tested);
  return [{ ...first!, name: `${first!.name} of this data` }];
}

function countedBaselines(
  model: Generator,
  test: readonly GeneratorSequence[],
  train: readonly GeneratorSequence[],
): Baseline[] {
  const { units, output } = model.network;
  if (output === "multi-hot") {
    const rolls = (sequences: readonly GeneratorSequence[]) =>
      sequences.map(({ steps }) => steps as readonly (readonly number[])[]);
    return [keyFrequencies(rolls(train), units), lastStepSmoothed(rolls(train), units)].map((each) => ({
      name: each.name,
      metrics: { nllPerStep: each.nllPerStep(rolls(test)) },
    }));
  }
  const idsOf = (sequences: readonly GeneratorSequence[]): Int32Array =>
    joinedIds(sequences.map(({ steps }) => steps as Int32Array));
  const ids = idsOf(train);
  return [unigram(ids, units), interpolatedTrigram(ids, units), kneserNey(ids, units)].map((each) => ({
    name: each.name,
    metrics: { nllPerStep: each.bitsPerToken(idsOf(test)) * Math.LN2 },
  }));
}
