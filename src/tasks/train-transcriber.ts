/** The task transcriber: clips -> log-mel frames -> recurrent layers, CTC -> model. */
import { ctcFrames } from "../autograd/ctc-loss.ts";
import { commonestOf } from "../core/counts-of.ts";
import { RecurraError } from "../core/errors.ts";
import { Random } from "../core/random.ts";
import { augmentWaveform } from "../data/augment-waveform.ts";
import { BucketedEpochs } from "../data/bucketed-epochs.ts";
import { codePointOrder } from "../data/code-point-order.ts";
import { DataFaults } from "../data/data-faults.ts";
import { FrameScaler } from "../data/encoders/frame-scaler.ts";
import { maskFrames } from "../data/mask-frames.ts";
import type { TranscribedClip } from "../data/sources/transcribed-clips.ts";
import { splitSequences } from "../data/split-sequences.ts";
import { dynamicTimeWarping } from "../metrics/dynamic-time-warping.ts";
import { makingOf, savedCell } from "./network-options.ts";
import { requireList } from "./require-list.ts";
import { resolveOptions } from "./resolve-options.ts";
import { runTraining } from "./run-training.ts";
import type { Baseline, TrainingControl, TrainingRun } from "./task.ts";
import { Transcriber, transcriptMetrics } from "./transcriber.ts";
import { TranscriberFeatures } from "./transcriber-features.ts";
import { TranscriberNetwork } from "./transcriber-network.ts";
import { type ResolvedTranscriber, type TranscriberOptions, transcriberOptions } from "./transcriber-options.ts";
import { recurrentLayersOf } from "./weight-files.ts";

/** Multiplications beyond which the nearest neighbour is left out: about a minute's work. */
const MOST_WARPING = 4e10;

/**
 * Trains a recurrent network with CTC on clips and their transcripts.
 *
 * Each epoch hears every clip in another version: speed, gain, shift, noise and hidden stripes are drawn anew, as pure
 * functions of the seed, the epoch and the clip. Clips of other rates are brought to that of the first one.
 *
 * @returns a run: iterate it for reports, or await `model` alone.
 * @throws data when a clip is too short for its transcript; option for a value out of range.
 */
export function trainTranscriber(
  clips: readonly TranscribedClip[],
  options: TranscriberOptions = {},
  control: TrainingControl<readonly TranscribedClip[]> = {},
): TrainingRun<Transcriber> {
  // options
  const o = resolveOptions(transcriberOptions, options, "trainTranscriber") as unknown as ResolvedTranscriber;
  const { bands, scale, stack, stride, seed, batchSize, hiddenSize, layers, bidirectional, beamSize, labelFrom } = o;

  // data
  requireList("trainTranscriber", clips);
  const parts =
    control.valid === undefined ? splitSequences(clips, o.validFraction, seed) : { train: clips, valid: control.valid };
  const { valid } = parts;
  const sampleRateHz = parts.train[0]?.sampleRateHz ?? 0;
  if (sampleRateHz === 0 || valid.length === 0) {
    const got = sampleRateHz === 0 ? "none to train on" : "none to validate on";
    throw new RecurraError("data", { where: "trainTranscriber", expected: "one clip or more", got });
  }
  const plain = new TranscriberFeatures({ sampleRateHz, bands, scale, stack, stride });
  const stepsOf = (length: number): number => plain.stacking.count(plain.logMel.count(length));
  const heard = parts.train.map((clip) => ({ clip, samples: plain.samples(clip) }));
  const usable = longEnough(heard, (length) => stepsOf(Math.floor(length / (1 + o.speed + 0.025))), control.faults);
  const train = usable.map(({ clip }) => clip);
  const samples = usable.map((own) => own.samples);
  const features =
    o.normalize === "utterance"
      ? plain
      : new TranscriberFeatures({
          ...plain.json,
          scaler: FrameScaler.of(
            samples.map((own) => plain.logMel.frames(own)),
            bands,
          ).toJSON(),
        });
  const characters = [...new Set(train.flatMap(({ transcript }) => [...transcript]))].sort(codePointOrder);
  const classOf = new Map(characters.map((character, i) => [character, i + 1]));
  const labels = train.map(({ transcript }) => Int32Array.from([...transcript], (char) => classOf.get(char)!));

  // model
  const sizes = { hiddenSize, layers, bidirectional };
  const network = new TranscriberNetwork({
    ...sizes,
    ...makingOf(o),
    inputSize: features.stacking.size,
    classes: characters.length + 1,
  });
  const config = {
    cell: savedCell(o.cell, recurrentLayersOf(network.encoder), hiddenSize),
    ...sizes,
    beamSize,
    labelFrom,
  };
  const model = new Transcriber(config, features, characters, network);

  // training
  const lengths = samples.map(({ length }) => stepsOf(length));
  const batches = new BucketedEpochs(lengths, { batchSize, seed, chunkBatches: 4 });
  const random = new Random(seed, "dropout");
  return runTraining({
    options: o,
    control,
    model,
    stepsPerEpoch: batches.batchesPerEpoch,
    forward(step) {
      const batch = batches.batch(step);
      const inputs = Array.from(batch, (i) => {
        const draw = batches.epochOf(step) * train.length + i;
        const version = augmentWaveform(samples[i]!, sampleRateHz, o, seed, draw);
        return features.stacking.apply(maskFrames(features.frames(version), bands, o, seed, draw));
      });
      const targets = Array.from(batch, (i) => labels[i]!);
      const tokens = inputs.reduce((total, { length }) => total + length / network.inputSize, 0);
      return { loss: network.loss(inputs, targets, { random, step, layer: 0 }), tokens };
    },
    evaluate: () => model.evaluate(valid),
    monitor: "wordErrorRate",
    baselines: () => transcriberBaselines(model, valid, train),
  });
}

interface HeardClip {
  readonly clip: TranscribedClip;
  /** At the model's rate. */
  readonly samples: Float32Array;
}

/**
 * The clips that have a step for each character of their transcript, and one more between two equal ones.
 *
 * @param fewest steps of so many samples at the greatest speed.
 * @param faults takes the others; without it they are an error.
 */
function longEnough(
  heard: readonly HeardClip[],
  fewest: (length: number) => number,
  faults: DataFaults = new DataFaults(),
): HeardClip[] {
  const usable = heard.filter(({ clip, samples }) => {
    const characters = Int32Array.from([...clip.transcript], (character) => character.codePointAt(0)!);
    const needed = Math.max(1, ctcFrames(characters));
    const had = fewest(samples.length);
    if (had < needed) {
      faults.add({
        where: clip.where,
        expected: `${needed} steps or more for its transcript, at its greatest speed`,
        got: String(had),
        hint: "Use a smaller --stride or --speed, or leave the clip out.",
      });
    }
    return had >= needed;
  });
  faults.finish();
  if (usable.length > 0) return usable;
  const got = `${heard.length} that are all too short for their transcripts`;
  throw new RecurraError("data", { where: "trainTranscriber", expected: "one clip or more", got });
}

/**
 * What needs no training: the most frequent transcript, and that of the clip which is nearest by dynamic time warping over
 * the model's own frames; the latter is left out where the clips are too many or too long for it.
 */
export function transcriberBaselines(
  model: Transcriber,
  test: readonly TranscribedClip[],
  train: readonly TranscribedClip[] | undefined,
): Baseline[] {
  if (train === undefined || train.length === 0) return [];
  const frequent = commonestOf(train.map(({ transcript }) => transcript))!;
  const baselines: Baseline[] = [
    {
      name: "most frequent transcript",
      metrics: transcriptMetrics(
        test.map(() => frequent),
        test,
      ),
    },
  ];
  const { features } = model;
  const { bands } = features.json;
  const framesOf = (clips: readonly TranscribedClip[]) => clips.map((clip) => features.frames(features.samples(clip)));
  const [known, asked] = [framesOf(train), framesOf(test)];
  const total = (all: readonly Float32Array[]) => all.reduce((sum, { length }) => sum + length / bands, 0);
  if (total(known) * total(asked) * bands > MOST_WARPING) return baselines;
  const answers = asked.map((frames) => {
    let nearest = 0;
    let least = Number.POSITIVE_INFINITY;
    known.forEach((other, i) => {
      const distance = dynamicTimeWarping(frames, other, bands, least);
      if (distance < least) [nearest, least] = [i, distance];
    });
    return train[nearest]!.transcript;
  });
  return [...baselines, { name: "nearest clip by time warping", metrics: transcriptMetrics(answers, test) }];
}
