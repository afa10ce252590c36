/** A layer by which each step of one sequence looks at all steps of another. */
import { additiveScores } from "../autograd/additive-scores.ts";
import { type Attended, attention } from "../autograd/attention.ts";
import { AttentionPairs } from "../autograd/attention-pairs.ts";
import { linear } from "../autograd/linear.ts";
import { multiplicativeScores } from "../autograd/multiplicative-scores.ts";
import { selectRows } from "../autograd/select-rows.ts";
import { drawUniform, type WeightSeed } from "../core/draw-weights.ts";
import { RecurraError, shown } from "../core/errors.ts";
import { isInteger } from "../core/is-integer.ts";
import type { Packing } from "../core/packing.ts";
import { requireLayer } from "../core/require-layer.ts";
import { requireOneOf } from "../core/require-option.ts";
import type { Engine } from "../engine/engine.ts";
import { Indices } from "../tensor/indices.ts";
import { Parameter } from "../tensor/parameter.ts";
import type { Tensor } from "../tensor/tensor.ts";
import { Dense } from "./dense.ts";

/** How well a key answers a query: by a small network, or by their inner product. */
export type AttentionScore = "additive" | "multiplicative";

export interface AttentionOptions {
  readonly engine: Engine;
  /** Begins the names of the parameters: `attention`. */
  readonly name: string;
  readonly score: AttentionScore;
  /** Columns of the queries. */
  readonly querySize: number;
  /** Columns of the sequence that is looked at. */
  readonly memorySize: number;
  /** Hidden units of the additive score; the multiplicative one has none. */
  readonly hiddenSize: number;
  readonly seed: WeightSeed;
}

/** Sequences to be looked at, their keys projected: made once, whatever the number of queries. */
export interface AttentionMemory {
  /** k = U a as [steps, columns], sequence after sequence. */
  readonly keys: Tensor;
  /** a as [steps, memory size], sequence after sequence. */
  readonly values: Tensor;
  /** Tx of each sequence, in the caller's order. */
  readonly lengths: Int32Array;
}

export interface AttentionResult {
  /** c⟨t⟩ of each query, [queries, memory size]. */
  readonly context: Tensor;
  /** α⟨t,·⟩ of each query: a copy of its sequence's Tx weights, which sum to 1. */
  weights(): Float32Array[];
}

/**
 * Attention.
 *
 *     additive:        e⟨t,t'⟩ = vᵀ tanh(W s⟨t⟩ + b + U a⟨t'⟩)
 *     multiplicative:  e⟨t,t'⟩ = s⟨t⟩ᵀ W a⟨t'⟩
 *     α⟨t,t'⟩ = softmax over t' of e⟨t,t'⟩           c⟨t⟩ = Σ_t' α⟨t,t'⟩ a⟨t'⟩
 *
 * The lengths of the sequences are the only mask, and no sequence sees another's steps.
 *
 * Source: Bahdanau, Cho and Bengio 2015, arXiv 1409.0473v7; Luong, Pham and Manning 2015, arXiv 1508.04025v5, score
 * "general".
 * @example
 * ```ts
 * const layer = new Attention({
 *   engine, name: "attention", score: "additive", querySize: 64, memorySize: 128, hiddenSize: 64, seed: 1,
 * });
 * const memory = layer.read(encoded, packing); // rows of the packing, [rows, 128]
 * const { context, weights } = layer.run(states, memory, [0, 0, 1]); // three queries, of sequences 0, 0 and 1
 * ```
 */
export class Attention {
  readonly score: AttentionScore;
  readonly querySize: number;
  readonly memorySize: number;
  /** W and b of the additive score. */
  readonly query: Dense | undefined;
  /** U, or W of the multiplicative score, as [memory size, columns of a key]. */
  readonly key: Parameter;
  /** v of the additive score, [hidden size, 1]. */
  readonly v: Parameter | undefined;

  /** @throws option when one is unknown, the score has another name, or a size or the seed is none. */
  constructor(options: AttentionOptions) {
    requireLayer(options, ["querySize", "memorySize"], ["score", "hiddenSize", "seed"]);
    const { engine, name, score, querySize, memorySize, hiddenSize, seed } = options;
    requireOneOf("additive", "multiplicative")(`${name}, score`, score);
    const draw = (part: string, rows: number, columns: number): Parameter => {
      const values = drawUniform(seed, `${name}.${part}`, rows * columns, 1 / Math.sqrt(rows));
      return new Parameter(engine, `${name}.${part}`, rows, columns, values);
    };
    const isAdditive = score === "additive";
    this.score = score;
    this.querySize = querySize;
    this.memorySize = memorySize;
    this.query = isAdditive
      ? new Dense({ engine, name: `${name}.query`, inputSize: querySize, outputSize: hiddenSize, seed })
      : undefined;
    this.key = draw("key.weight", memorySize, isAdditive ? hiddenSize : querySize);
    this.v = isAdditive ? draw("v.weight", hiddenSize, 1) : undefined;
  }

  get parameters(): readonly Parameter[] {
    return [...(this.query?.parameters ?? []), this.key, ...(this.v === undefined ? [] : [this.v])];
  }

  /**
   * Projects the keys of the sequences to be looked at.
   *
   * @param rows a of every step, rows of the packing, [rows, memory size].
   */
  read(rows: Tensor, packing: Packing): AttentionMemory {
    const values = selectRows(rows, Indices.from(rows.engine, packing.sequenceRows(), packing.rows));
    return { keys: linear(values, this.key), values, lengths: packing.lengths };
  }

  /**
   * Looks.
   *
   * @param states s of each query, [queries, query size].
   * @param sequences which sequence each query looks at, by the caller's order of the memory.
   * @throws shape when there are not as many queries as sequences named, or one is not there.
   */
  run(states: Tensor, memory: AttentionMemory, sequences: ArrayLike<number>): AttentionResult {
    const { engine } = states;
    const { counts, order, inverse } = bySequence(sequences, memory.lengths.length, states.rows);
    const pairs = new AttentionPairs(counts, memory.lengths);
    const sorted = order === undefined ? states : selectRows(states, Indices.from(engine, order, states.rows));
    const scores =
      this.query === undefined
        ? multiplicativeScores(sorted, memory.keys, pairs)
        : additiveScores(this.query.run(sorted), memory.keys, this.v!, pairs);
    const attended = attention(scores, memory.values, pairs);
    return {
      context:
        inverse === undefined
          ? attended.context
          : selectRows(attended.context, Indices.from(engine, inverse, states.rows)),
      weights: () => weightsOf(attended, pairs, inverse),
    };
  }
}

/** How queries are to be sorted so that those of a sequence stand together; no order where they do already. */
function bySequence(
  sequences: ArrayLike<number>,
  count: number,
  rows: number,
): {
  readonly counts: Int32Array;
  readonly order: Int32Array | undefined;
  readonly inverse: Int32Array | undefined;
} {
  if (sequences.length !== rows) {
    throw new RecurraError("shape", {
      where: "Attention.run",
      expected: `the sequence of each of ${rows} queries`,
      got: `of ${sequences.length}`,
    });
  }
  const counts = new Int32Array(count);
  let isSorted = true;
  for (let row = 0; row < rows; row++) {
    const sequence = sequences[row]!;
    if (!isInteger(sequence, 0, count - 1)) {
      throw new RecurraError("shape", {
        where: `Attention.run, sequences[${row}]`,
        expected: `an integer from 0 to ${count - 1}`,
        got: shown(sequence),
      });
    }
    counts[sequence]!++;
    isSorted &&= row === 0 || sequence >= sequences[row - 1]!;
  }
  if (isSorted) return { counts, order: undefined, inverse: undefined };
  const next = new Int32Array(count);
  for (let i = 1; i < count; i++) next[i] = next[i - 1]! + counts[i - 1]!;
  const order = new Int32Array(rows);
  const inverse = new Int32Array(rows);
  for (let row = 0; row < rows; row++) {
    const place = next[sequences[row]!]!++;
    order[place] = row;
    inverse[row] = place;
  }
  return { counts, order, inverse };
}

/** The weights of each query in the caller's order. */
function weightsOf(attended: Attended, pairs: AttentionPairs, inverse: Int32Array | undefined): Float32Array[] {
  const all = attended.weights.toArray();
  const sorted: Float32Array[] = [];
  for (let i = 0; i < pairs.count; i++) {
    const tx = pairs.keyLengths[i]!;
    for (let t = 0; t < pairs.queryLengths[i]!; t++) {
      const start = pairs.pairOffsets[i]! + t * tx;
      sorted.push(Float32Array.from(all.subarray(start, start + tx)));
    }
  }
  return inverse === undefined ? sorted : Array.from(inverse, (place) => sorted[place]!);
}
