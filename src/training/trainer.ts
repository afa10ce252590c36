/** Where a training run stands: what an update needs, and all that an exact resume needs. */
import { differentiate } from "../autograd/differentiate.ts";
import { RecurraError } from "../core/errors.ts";
import { requireNumbers } from "../core/require-numbers.ts";
import { requireAmount, requireOption } from "../core/require-option.ts";
import { type OptionChecks, requireOptions } from "../core/require-options.ts";
import { clipScale, gradientNorm } from "../optimizers/clip.ts";
import type { Optimizer } from "../optimizers/optimizer.ts";
import { step as inStep } from "../tensor/tape.ts";
import type { Tensor } from "../tensor/tensor.ts";
import { BestWeights } from "./best-weights.ts";
import type { Schedule } from "./schedule.ts";

/** The loss of one update. */
export interface StepLoss {
  /** Mean loss, nats a token, [1, 1]. */
  readonly loss: Tensor;
  /** Tokens that it is the mean of. */
  readonly tokens: number;
}

export interface TrainerOptions {
  readonly optimizer: Optimizer;
  readonly schedule: Schedule;
  /** The loss of update k, counted from 0; called inside a step of the engine, on its tape. */
  readonly forward: (step: number) => StepLoss;
  /** The largest global gradient norm; larger gradients are scaled down to it; Infinity for none. */
  readonly clipNorm: number;
}

const requireObject = (where: string, value: unknown): void =>
  requireOption(where, value, Object(value) === value, "an object");

const CHECKS: OptionChecks<keyof TrainerOptions> = {
  optimizer: requireObject,
  schedule: requireObject,
  forward: requireObject,
  clipNorm: requireAmount,
};

/** A run's state as arrays by name and numbers: everything but the model's architecture and the data. */
export interface TrainingState {
  readonly tensors: ReadonlyMap<string, Float32Array>;
  readonly numbers: Readonly<Record<string, readonly number[]>>;
}

/** What one update came to. */
export interface StepResult {
  readonly lossNats: number;
  readonly tokens: number;
  /** Global gradient norm before clipping. */
  readonly gradientNorm: number;
}

export class Trainer {
  readonly #options: TrainerOptions;
  readonly best: BestWeights;
  #step = 0;
  #tokens = 0;
  #norm = 0;

  /** @throws option when one is unknown or missing. */
  constructor(options: TrainerOptions) {
    requireOptions<TrainerOptions, keyof TrainerOptions>("Trainer", options, {}, CHECKS);
    this.#options = options;
    this.best = new BestWeights(options.optimizer.parameters);
  }

  /** Updates done so far, from the beginning of training. */
  get step(): number {
    return this.#step;
  }

  /** Tokens trained on so far. */
  get tokens(): number {
    return this.#tokens;
  }

  /** Global gradient norm of the last update. */
  get gradientNorm(): number {
    return this.#norm;
  }

  /** α of the next update. */
  get learningRate(): number {
    return this.#options.schedule.rate(this.#step);
  }

  /**
   * One update.
   *
   * @throws numeric when the loss or the gradient is not finite; the message names the step and the last gradient norm.
   */
  update(): StepResult {
    const { optimizer, forward, clipNorm } = this.#options;
    const { parameters } = optimizer;
    const engine = parameters[0]!.engine;
    for (const p of parameters) p.zeroGradient();
    let tokens = 0;
    const loss = inStep(engine, () =>
      differentiate(engine, () => {
        const made = forward(this.#step);
        tokens = made.tokens;
        return made.loss;
      }),
    );
    const norm = gradientNorm(parameters);
    if (!Number.isFinite(loss) || !Number.isFinite(norm)) throw this.#nonFinite(loss, norm);
    optimizer.step(this.learningRate, clipScale(norm, clipNorm));
    this.#norm = norm;
    this.#step++;
    this.#tokens += tokens;
    return { lossNats: loss, tokens, gradientNorm: norm };
  }

  #nonFinite(loss: number, norm: number): RecurraError {
    const [what, got] = Number.isFinite(loss) ? ["gradient norm", norm] : ["loss", loss];
    return new RecurraError("numeric", {
      where: `train step ${this.#step}, ${what}`,
      expected: "a finite number",
      got: String(got),
      hint: `The last gradient norm was ${this.#norm.toPrecision(3)}: try a smaller --clip or a tenth of the learning rate.`,
    });
  }

  /** Hears a validation score on the evaluation grid; smaller is better. */
  hear(score: number): void {
    this.best.hear(score);
    this.#options.schedule.hear(score);
  }

  /** A copy of everything that the next updates depend on. */
  state(): TrainingState {
    const { optimizer, schedule } = this.#options;
    const tensors = new Map<string, Float32Array>();
    for (const p of optimizer.parameters) tensors.set(`weights.${p.name}`, Float32Array.from(p.toArray()));
    for (const [name, values] of optimizer.moments()) tensors.set(`moments.${name}`, values);
    for (const [name, values] of this.best.weights ?? []) tensors.set(`best.${name}`, values);
    const score = this.best.score;
    return {
      tensors,
      numbers: {
        step: [this.#step],
        tokens: [this.#tokens],
        gradientNorm: [this.#norm],
        running: optimizer.running(),
        schedule: schedule.state(),
        best: score === undefined ? [] : [score, this.best.stale],
      },
    };
  }

  /**
   * Goes on from a state: the next update is bit for bit what it would have been.
   *
   * @throws file-format when the state is of another model.
   */
  restore(state: TrainingState): void {
    const { optimizer, schedule } = this.#options;
    const group = (prefix: string): Map<string, Float32Array> => {
      const own = [...state.tensors].filter(([name]) => name.startsWith(prefix));
      return new Map(own.map(([name, values]) => [name.slice(prefix.length), values]));
    };
    const weights = group("weights.");
    for (const p of optimizer.parameters) {
      p.assign(requireNumbers(`training state, weights "${p.name}"`, weights.get(p.name), p.size));
    }
    optimizer.setMoments(group("moments."));
    optimizer.setRunning(state.numbers.running ?? []);
    schedule.restore(state.numbers.schedule ?? []);
    this.#step = state.numbers.step?.[0] ?? 0;
    this.#tokens = state.numbers.tokens?.[0] ?? 0;
    this.#norm = state.numbers.gradientNorm?.[0] ?? 0;
    const [score, stale] = state.numbers.best ?? [];
    if (score !== undefined && stale !== undefined) this.best.restore(score, stale, group("best."));
  }
}
