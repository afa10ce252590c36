/** What the training of every task is made of: optimiser, schedule, loop, saving and resuming, best weights, summary. */
import { requireNames } from "../core/require-options.ts";
import { lossOf } from "../metrics/metric-table.ts";
import { Adam, AdamW, type Optimizer, RmsProp, Sgd } from "../optimizers/index.ts";
import type { Parameter } from "../tensor/parameter.ts";
import {
  constantSchedule,
  cosineSchedule,
  DrivenRun,
  type FitReport,
  fit,
  plateauSchedule,
  type Schedule,
  type StepLoss,
  Trainer,
  type TrainingState,
} from "../training/index.ts";
import type { Baseline, Metrics, TaskModel, TrainingControl, TrainingRun, TrainingSummary } from "./task.ts";
import type { ResolvedTraining } from "./training-options.ts";
import { type Parts, parametersOf } from "./weight-files.ts";

/** A model of a network whose parameters training changes. */
interface TrainedModel extends TaskModel {
  readonly network: { readonly parts: Parts };
}

/** What one task adds to the training that all have. */
export interface TrainingPlan<Model extends TrainedModel> {
  readonly options: ResolvedTraining;
  readonly control: TrainingControl;
  readonly model: Model;
  /** Updates that read all training data once. */
  readonly stepsPerEpoch: number;
  /** The loss of update k, counted from 0: a pure function of the data, the seed and k, but for `carried`. */
  readonly forward: (step: number) => StepLoss;
  /** Numbers beside parameters and optimiser that the next update depends on, such as states carried on. */
  readonly carried?: { toMap(): Map<string, Float32Array>; restore(tensors: ReadonlyMap<string, Float32Array>): void };
  /** Fits to the validation data what is no weight; called before each validation on the grid, and at the end. */
  readonly calibrate?: () => void;
  /** The model's metrics on the validation data. */
  readonly evaluate: () => Metrics;
  /** The metric that decides which weights are best. */
  readonly monitor: string;
  /** What the model is held against on the validation data, the most naive first; called once, at the end. */
  readonly baselines: () => readonly Baseline[];
}

/**
 * Trains as the options say.
 *
 * A run that was saved goes on bit for bit. With `patience` the model ends with its best weights.
 */
export function runTraining<Model extends TrainedModel>(plan: TrainingPlan<Model>): TrainingRun<Model> {
  const { options: o, control, model, stepsPerEpoch, carried, monitor } = plan;
  const parameters = parametersOf(model.network.parts);
  requireNames("training", control, ["save", "signal", "resume", "valid", "faults"]);
  const { save, signal, resume } = control;
  const engine = parameters[0]?.engine;
  if (engine !== undefined && o.threads !== undefined) engine.threads = o.threads;
  const epochSteps = o.epochs === undefined ? undefined : o.epochs * stepsPerEpoch;
  const totalSteps = o.steps ?? (o.minutes === undefined ? epochSteps : undefined);
  // a cosine comes down as it was planned at the first start, however long the run goes on
  const horizon = resume === undefined ? (o.scheduleSteps ?? totalSteps) : resume.numbers.horizon?.[0];
  const trainer = new Trainer({
    optimizer: createOptimizer(o, parameters),
    schedule: createSchedule(o, horizon),
    clipNorm: o.clipNorm,
    forward: plan.forward,
  });
  if (resume !== undefined) {
    trainer.restore(resume);
    carried?.restore(resume.tensors);
  }
  const snapshot = (): TrainingState => {
    const { tensors, numbers } = trainer.state();
    const planned = { ...numbers, horizon: horizon === undefined ? [] : [horizon] };
    return { tensors: new Map([...tensors, ...(carried?.toMap() ?? [])]), numbers: planned };
  };
  /** Calls with the best weights in the parameters, where patience keeps them. */
  const withBest = async (work: () => Promise<void>): Promise<void> => {
    if (o.patience === undefined) return await work();
    const current = parameters.map((p) => p.toArray());
    trainer.best.apply();
    try {
      await work();
    } finally {
      parameters.forEach((p, i) => {
        p.assign(current[i]!);
      });
    }
  };
  let last: FitReport | undefined;
  async function* reports(): AsyncGenerator<FitReport, void, void> {
    const run = fit({
      trainer,
      totalSteps,
      limitSeconds: o.minutes === undefined ? undefined : o.minutes * 60,
      signal,
      evaluate() {
        plan.calibrate?.();
        return plan.evaluate();
      },
      evaluateEvery: o.evaluateEvery ?? stepsPerEpoch,
      monitor: (metrics) => lossOf(monitor, metrics[monitor]!),
      patience: o.patience,
      save:
        save === undefined
          ? undefined
          : async () => {
              const state = snapshot();
              await withBest(() => save(state, model));
            },
    });
    for await (const report of run) {
      last = report;
      yield report;
    }
  }

  return new DrivenRun(reports(), (stopped) => {
    if (o.patience !== undefined) trainer.best.apply();
    plan.calibrate?.();
    return {
      model,
      summary: (): TrainingSummary => ({
        steps: trainer.step,
        tokens: trainer.tokens,
        seconds: last?.elapsedSeconds ?? 0,
        tokensPerSecond: last?.tokensPerSecond ?? 0,
        parameters: model.parameterCount,
        valid: plan.evaluate(),
        baselines: plan.baselines(),
        stopped: stopped || signal?.aborted === true,
      }),
    };
  });
}

function createOptimizer(o: ResolvedTraining, parameters: readonly Parameter[]): Optimizer {
  const { weightDecay } = o;
  switch (o.optimizer) {
    case "adam":
      return new Adam(parameters);
    case "adamw":
      return new AdamW(parameters, { weightDecay });
    case "sgd":
      return new Sgd(parameters, { weightDecay });
    case "rmsprop":
      return new RmsProp(parameters);
  }
}

/** @param horizon updates until the cosine has come down; without it the rate is constant. */
function createSchedule(o: ResolvedTraining, horizon: number | undefined): Schedule {
  const { learningRate, warmupSteps: warmup } = o;
  if (o.schedule === "cosine" && horizon !== undefined) return cosineSchedule({ learningRate, horizon, warmup });
  if (o.schedule === "plateau") return plateauSchedule({ learningRate });
  return constantSchedule(learningRate);
}
