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
import { Adam } from "../optimizers/adam.ts";
import { cellToJson } from "../recurrence/cell-json.ts";
import type { Cell } from "../recurrence/define-cell.ts";
import { fit } from "../training/fit.ts";
import { DrivenRun } from "../training/training-run.ts";
import { createNetwork, LanguageModel, type LanguageModelConfig, metricsOf } from "./language-model.ts";
import { type LanguageModelOptions, languageModelOptions } from "./language-model-options.ts";
import { resolveOptions } from "./resolve-options.ts";
import type { Baseline, TrainingControl, TrainingRun, TrainingSummary } from "./task.ts";

/** Options with the table's defaults filled in. */
type ResolvedOptions = Required<Omit<LanguageModelOptions, "cell" | "steps" | "minutes">> & {
  readonly cell: string;
  readonly steps?: number;
  readonly minutes?: number;
};

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
  const network = createNetwork(config, cell, vocabulary.size, o.seed, defaultEngine());
  const model = new LanguageModel(config, vocabulary, network);
  const optimizer = new Adam(network.parameters);
  const carried = new CarriedStates(network.recurrent, o.batchSize);
  const packing = Packing.uniform(o.batchSize, o.bptt);
  const random = new Random(o.seed, "dropout");

  // training
  const totalSteps = o.steps ?? (o.minutes === undefined ? o.epochs * windows.windowsPerEpoch : undefined);
  const limitSeconds = o.minutes === undefined ? undefined : o.minutes * 60;
  let last = { step: 0, tokens: 0, elapsedSeconds: 0, tokensPerSecond: 0 };
  async function* reports() {
    const run = fit({
      optimizer,
      learningRate: o.learningRate,
      clipNorm: o.clipNorm,
      totalSteps,
      limitSeconds,
      signal: control.signal,
      evaluate: () => model.evaluateIds(valid),
      evaluateEvery: o.evaluateEvery,
      forward(step) {
        const { inputs, targets, restart } = windows.window(step);
        if (restart) carried.reset();
        const dropout = { random, step, layer: 0 };
        return { loss: network.loss(inputs, targets, packing, carried, dropout), tokens: targets.length };
      },
    });
    for await (const report of run) {
      last = report;
      yield report;
    }
  }

  // what it came to
  return new DrivenRun(reports(), (stopped) => ({
    model,
    summary: (): TrainingSummary => ({
      steps: last.step,
      tokens: last.tokens,
      seconds: last.elapsedSeconds,
      tokensPerSecond: last.tokensPerSecond,
      parameters: model.parameterCount,
      valid: model.evaluateIds(valid),
      baselines: baselinesOf(train, valid, vocabulary.size),
      stopped: stopped || control.signal?.aborted === true,
    }),
  }));
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
