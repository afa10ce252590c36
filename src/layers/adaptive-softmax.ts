/** A soft-max over a large vocabulary whose rare words cost little. */
import { addRows } from "../autograd/add-rows.ts";
import { crossEntropy } from "../autograd/cross-entropy.ts";
import { linear } from "../autograd/linear.ts";
import { selectRows } from "../autograd/select-rows.ts";
import { drawUniform, type WeightSeed } from "../core/draw-weights.ts";
import { RecurraError, shown } from "../core/errors.ts";
import { isInteger } from "../core/is-integer.ts";
import { requireLayer } from "../core/require-layer.ts";
import type { Engine } from "../engine/engine.ts";
import { Indices } from "../tensor/indices.ts";
import { Parameter } from "../tensor/parameter.ts";
import { Tensor } from "../tensor/tensor.ts";
import { Dense } from "./dense.ts";

export interface AdaptiveSoftmaxOptions {
  readonly engine: Engine;
  readonly name: string;
  readonly inputSize: number;
  /** Words of the vocabulary, the most frequent first. */
  readonly classes: number;
  /**
   * Where one group of words ends and the next begins, ascending, below `classes`: the first group is the head; default
   * a fiftieth and a fifth of the vocabulary.
   */
  readonly cutoffs?: readonly number[];
  readonly seed: WeightSeed;
}

/** Each group of rarer words is told apart by so many times fewer numbers than the one before. */
const NARROWING = 4;

/** A group of rarer words. */
interface Tail {
  /** First word, and the one after the last. */
  readonly first: number;
  readonly end: number;
  /** Narrows the input to what this group is told apart by; no bias. */
  readonly narrow: Parameter;
  readonly dense: Dense;
}

/** Groups for a vocabulary whose owner has no wish. */
export function defaultCutoffs(classes: number): readonly number[] {
  const cutoffs = [Math.ceil(classes / 50), Math.ceil(classes / 5)];
  return cutoffs.filter((cutoff, i) => cutoff > (cutoffs[i - 1] ?? 0) && cutoff < classes);
}

/**
 * Adaptive soft-max: words in groups by frequency. The head knows the frequent words and one class for each group of
 * rarer ones; a group's own soft-max runs only for the rows whose word is in it.
 *
 *     p(w) = p_head(w)                       for a word of the head
 *     p(w) = p_head(group) · p_group(w)      else, with p_group(w) = softmax(P · x · W)[w] and P to fewer numbers
 *
 * The likelihood is exact: perplexities can be compared with those of a plain soft-max.
 *
 * Source: Grave et al. 2017, "Efficient softmax approximation for GPUs", arXiv 1609.04309 v3, section 4.
 */
export class AdaptiveSoftmax {
  readonly classes: number;
  readonly cutoffs: readonly number[];
  readonly head: Dense;
  readonly tails: readonly Tail[];

  /** @throws option when one is unknown, or the cutoffs do not ascend from 1 to below the number of classes. */
  constructor(options: AdaptiveSoftmaxOptions) {
    requireLayer(options, ["inputSize", "classes"], ["cutoffs", "seed"]);
    const { engine, name, inputSize, classes, seed, cutoffs = defaultCutoffs(classes) } = options;
    const bounds = Array.isArray(cutoffs) ? [0, ...cutoffs, classes] : [];
    if (bounds.length === 0 || !bounds.every((bound, i) => isInteger(bound, i === 0 ? 0 : bounds[i - 1]! + 1))) {
      throw new RecurraError("option", {
        where: `${name}, cutoffs`,
        expected: `integers that ascend from 1 to ${classes - 1}`,
        got: shown(cutoffs),
      });
    }
    this.classes = classes;
    this.cutoffs = cutoffs;
    const first = cutoffs[0] ?? classes;
    this.head = new Dense({ engine, name: `${name}.head`, inputSize, outputSize: first + cutoffs.length, seed });
    let narrowing = 1;
    this.tails = cutoffs.map((cutoff, i) => {
      const end = bounds[i + 2]!;
      narrowing *= NARROWING;
      const size = Math.max(1, Math.floor(inputSize / narrowing));
      const part = `${name}.tail.${i}`;
      const values = drawUniform(seed, `${part}.narrow`, inputSize * size, 1 / Math.sqrt(inputSize));
      const narrow = new Parameter(engine, `${part}.narrow`, inputSize, size, values);
      const dense = new Dense({ engine, name: part, inputSize: size, outputSize: end - cutoff, seed });
      return { first: cutoff, end, narrow, dense };
    });
  }

  get parameters(): readonly Parameter[] {
    return [...this.head.parameters, ...this.tails.flatMap(({ narrow, dense }) => [narrow, ...dense.parameters])];
  }

  /** Parts by the names they have in a model file. */
  get parts(): Readonly<Record<string, Dense | Parameter>> {
    const tails = this.tails.flatMap(({ narrow, dense }, i) => [
      [`tail.${i}.narrow`, narrow],
      [`tail.${i}`, dense],
    ]);
    return { head: this.head, ...Object.fromEntries(tails) };
  }

  /** Classes of the head: its words and one a group. */
  get #headSize(): number {
    return this.head.bias.columns;
  }

  /**
   * -log p of each row's word.
   *
   * @param x as [rows, input size].
   * @param targets one word a row.
   * @returns [rows, 1], nats.
   */
  losses(x: Tensor, targets: Int32Array): Tensor {
    const { engine } = x;
    const groups = this.tails.map(({ first, end }, i) => {
      const rows: number[] = [];
      for (let row = 0; row < targets.length; row++) {
        if (targets[row]! >= first && targets[row]! < end) rows.push(row);
      }
      return { rows, headClass: this.#headSize - this.tails.length + i };
    });
    const headTargets = Int32Array.from(targets);
    for (const { rows, headClass } of groups) for (const row of rows) headTargets[row] = headClass;
    let losses = crossEntropy(this.head.run(x), Indices.from(engine, headTargets, this.#headSize));
    groups.forEach(({ rows }, i) => {
      if (rows.length === 0) return;
      const { first, end } = this.tails[i]!;
      const chosen = Indices.from(engine, rows, x.rows);
      const words = Indices.from(
        engine,
        rows.map((row) => targets[row]! - first),
        end - first,
      );
      losses = addRows(losses, crossEntropy(this.#tailScores(i, selectRows(x, chosen)), words), chosen);
    });
    return losses;
  }

  /** The scores of a group's words. */
  #tailScores(i: number, x: Tensor): Tensor {
    const { narrow, dense } = this.tails[i]!;
    return dense.run(linear(x, narrow));
  }

  /**
   * log p of every word, to score and to sample with: no gradient flows back through it.
   *
   * @param x as [rows, input size].
   * @returns [rows, classes], nats.
   */
  scores(x: Tensor): Tensor {
    const { rows } = x;
    const result = new Float64Array(rows * this.classes);
    const first = this.cutoffs[0] ?? this.classes;
    const head = logSoftmax(this.head.run(x));
    for (let row = 0; row < rows; row++) {
      const own = head.subarray(row * this.#headSize, row * this.#headSize + first);
      result.set(own, row * this.classes);
    }
    this.tails.forEach((tail, i) => {
      const size = tail.end - tail.first;
      const within = logSoftmax(this.#tailScores(i, x));
      for (let row = 0; row < rows; row++) {
        const group = head[row * this.#headSize + first + i]!;
        for (let j = 0; j < size; j++) result[row * this.classes + tail.first + j] = group + within[row * size + j]!;
      }
    });
    return Tensor.from(x.engine, rows, this.classes, result);
  }
}

/** Scores less their log Σ e^x, row by row. */
function logSoftmax(scores: Tensor): Float64Array {
  const { engine, rows, columns } = scores;
  // the loss of class 0 is log Σ e^x - x[0]
  const losses = crossEntropy(scores, Indices.from(engine, new Int32Array(rows), columns)).toArray();
  const result = Float64Array.from(scores.toArray());
  for (let row = 0; row < rows; row++) {
    const sum = losses[row]! + result[row * columns]!;
    for (let j = 0; j < columns; j++) result[row * columns + j]! -= sum;
  }
  return result;
}
