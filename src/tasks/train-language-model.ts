/** The task language-model: running text -> characters -> deep recurrent network -> model. */
import { builtInCells } from "../cells/built-in.ts";
import { Packing } from "../core/packing.ts";
import { Random } from "../core/random.ts";
import { CharVocabulary } from "../data/encoders/char-vocabulary.ts";
import { RunningText } from "../data/running-text.ts";
import { splitRunningText } from "../data/split.ts";
import { defaultEngine } from "../engine/default-engine.ts";
import { CarriedStates } from "../layers/index.ts";
import { interpolatedTrigram, kneserNey, type NgramModel, unigram } from "../metrics/index.ts";
import { Adam, AdamW, type Optimizer, RmsProp, Sgd } from "../optimizers/index.ts";
import { cellToJson } from "../recurrence/cell-json.ts";
import type { Cell } from "../recurrence/define-cell.ts";
import type { Parameter } from "../tensor/parameter.ts";
import {
  constantSchedule,
  cosineSchedule,
  DrivenRun,
  type FitReport,
  fit,
  plateauSchedule,
  type Schedule,
  Trainer,
  type TrainingState,
} from "../training/index.ts";
import { createNetwork, LanguageModel, type LanguageModelConfig, metricsOf } from "./language-model.ts";
import { type LanguageModelOptions, languageModelOptions } from "./language-model-options.ts";
import { resolveOptions } from "./resolve-options.ts";
import type { Baseline, TrainingControl, TrainingRun, TrainingSummary } from "./task.ts";

/** Options with the table's defaults filled in. */
type ResolvedOptions = Required<Omit<LanguageModelOptions, "cell" | Optional>> &
  Pick<LanguageModelOptions, Optional> & { readonly cell: string };
type Optional = "steps" | "minutes" | "patience" | "scheduleSteps";

/**
 * Trains a language model on running text.
 *
 * The text's end is kept back to validate on. Training reads the rest in `batchSize` streams side by side, `bptt` steps at
 * a time, and carries the states from window to window.
 *
 * @param text the text; longer texts make better models.
 * @param options see `languageModelOptions`; the same options, seed and text give the same weights, bit for bit.
 * @returns a run: iterate it for reports, or await `model` alone.
 * @throws data when the text is too short for one window; option for a value out of range.
 * @example
 * ```ts
 * const run = trainLanguageModel(text, { cell: "lstm", hiddenSize: 128, steps: 1000 });
 * for await (const report of run) console.log(report.step, report.lossNats, report.etaSeconds);
 * const model = await run.model;
 * ```
 */
export function trainLanguageModel(
  text: string,
  options: LanguageModelOptions = {},
  control: TrainingControl = {},
): TrainingRun<LanguageModel> {
  // options
  const { cell: given, ...rest } = options;
  const name = typeof given === "object" ? given.name : given;
  const checked = typeof given === "object" || name === undefined ? rest : { ...rest, cell: name };
  const o = resolveOptions(languageModelOptions, checked, "trainLanguageModel") as unknown as ResolvedOptions;
  const cell = typeof given === "object" ? given : builtInCells[o.cell]!();

  // data
  const vocabulary = CharVocabulary.fromText(text + (control.validText ?? ""));
  const ids = vocabulary.encode(text);
  const { train, valid } =
    control.validText === undefined
      ? splitRunningText(ids, o.validFraction)
      : { train: ids, valid: vocabulary.encode(control.validText) };
  const windows = new RunningText(train, { batchSize: o.batchSize, length: o.bptt });

  // model
  const config: LanguageModelConfig = {
    unit: o.unit,
    cell: typeof given === "object" ? cellToJson(given, inputSizes(given, o, vocabulary.size), o.hiddenSize) : o.cell,
    hiddenSize: o.hiddenSize,
    layers: o.layers,
    embeddingSize: o.embeddingSize,
  };
  const network = createNetwork(config, cell, vocabulary.size, o.seed, defaultEngine(), o.dropout);
  const model = new LanguageModel(config, vocabulary, network);
  const carried = new CarriedStates(network.recurrent, o.batchSize);
  const packing = Packing.uniform(o.batchSize, o.bptt);
  const random = new Random(o.seed, "dropout");

  // training
  const totalSteps = o.steps ?? (o.minutes === undefined ? o.epochs * windows.windowsPerEpoch : undefined);
  // a cosine comes down as it was planned at the first start, however long the run goes on
  const horizon = control.resume === undefined ? (o.scheduleSteps ?? totalSteps) : control.resume.numbers.horizon?.[0];
  const trainer = new Trainer({
    optimizer: createOptimizer(o, network.parameters),
    schedule: createSchedule(o, horizon),
    clipNorm: o.clipNorm,
    forward(step) {
      const { inputs, targets, restart } = windows.window(step);
      if (restart) carried.reset();
      const dropout = { random, step, layer: 0 };
      return { loss: network.loss(inputs, targets, packing, carried, dropout), tokens: targets.length };
    },
  });
  if (control.resume !== undefined) {
    trainer.restore(control.resume);
    carried.restore(control.resume.tensors);
  }
  const snapshot = (): TrainingState => {
    const { tensors, numbers } = trainer.state();
    const planned = { ...numbers, horizon: horizon === undefined ? [] : [horizon] };
    return { tensors: new Map([...tensors, ...carried.toMap()]), numbers: planned };
  };
  const { save } = control;
  let last: FitReport | undefined;
  async function* reports(): AsyncGenerator<FitReport, void, void> {
    const run = fit({
      trainer,
      totalSteps,
      limitSeconds: o.minutes === undefined ? undefined : o.minutes * 60,
      signal: control.signal,
      evaluate: () => model.evaluateIds(valid),
      evaluateEvery: o.evaluateEvery,
      monitor: "bitsPerToken",
      patience: o.patience,
      save: save === undefined ? undefined : () => save(snapshot(), model),
    });
    for await (const report of run) {
      last = report;
      yield report;
    }
  }

  // what it came to
  return new DrivenRun(reports(), (stopped) => {
    if (o.patience !== undefined) trainer.best.apply();
    return {
      model,
      summary: (): TrainingSummary => ({
        steps: trainer.step,
        tokens: trainer.tokens,
        seconds: last?.elapsedSeconds ?? 0,
        tokensPerSecond: last?.tokensPerSecond ?? 0,
        parameters: model.parameterCount,
        valid: model.evaluateIds(valid),
        baselines: baselinesOf(train, valid, vocabulary.size),
        stopped: stopped || control.signal?.aborted === true,
      }),
    };
  });
}

function createOptimizer(o: ResolvedOptions, parameters: readonly Parameter[]): Optimizer {
  switch (o.optimizer) {
    case "adam":
      return new Adam(parameters);
    case "adamw":
      return new AdamW(parameters);
    case "sgd":
      return new Sgd(parameters);
    case "rmsprop":
      return new RmsProp(parameters);
  }
}

/** @param horizon updates until the cosine has come down; without it the rate is constant. */
function createSchedule(o: ResolvedOptions, horizon: number | undefined): Schedule {
  const { learningRate } = o;
  if (o.schedule === "cosine" && horizon !== undefined) return cosineSchedule({ learningRate, horizon });
  if (o.schedule === "plateau") return plateauSchedule({ learningRate });
  return constantSchedule(learningRate);
}

/** The sizes of x in each layer. */
function inputSizes(cell: Cell, o: ResolvedOptions, vocabularySize: number): number[] {
  const first = o.embeddingSize === 0 ? vocabularySize : o.embeddingSize;
  const above = cell.graph(first, o.hiddenSize).output.size;
  return [first, ...new Array<number>(o.layers - 1).fill(above)];
}

/** What counting alone reaches on the same validation text. */
function baselinesOf(train: Int32Array, valid: Int32Array, vocabularySize: number): Baseline[] {
  const models: NgramModel[] = [
    unigram(train, vocabularySize),
    interpolatedTrigram(train, vocabularySize),
    kneserNey(train, vocabularySize),
  ];
  return models.map((model) => ({
    name: model.name,
    metrics: metricsOf(model.bitsPerToken(valid) * Math.LN2),
  }));
}
