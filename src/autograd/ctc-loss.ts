/** Connectionist temporal classification: the loss of a label sequence whose places in time are not known. */
import { RecurraError } from "../core/errors.ts";
import { exactExp } from "../core/exact-math.ts";
import { isInteger } from "../core/is-integer.ts";
import { logAdd, logSoftmax } from "../core/log-space.ts";
import type { Packing } from "../core/packing.ts";
import { requireOption } from "../core/require-option.ts";
import { Tensor } from "../tensor/tensor.ts";
import { addGradient } from "./add-gradient.ts";
import { isRecorded } from "./is-recorded.ts";
import { record } from "./record.ts";

const NEVER = Number.NEGATIVE_INFINITY;

/**
 * The fewest frames that a label sequence needs: one a label, and a blank between two equal ones.
 *
 * @example
 * ```ts
 * ctcFrames([3, 3, 5]); // 4
 * ```
 */
export function ctcFrames(labels: ArrayLike<number>): number {
  let frames = labels.length;
  for (let i = 1; i < labels.length; i++) if (labels[i] === labels[i - 1]) frames++;
  return frames;
}

function checkLabels(scores: Tensor, packing: Packing, labels: readonly ArrayLike<number>[], blank: number): void {
  const { rows, columns } = scores;
  if (rows !== packing.rows || labels.length !== packing.batchSize) {
    throw new RecurraError("shape", {
      where: "ctcLoss",
      expected: `${packing.rows} rows of scores and ${packing.batchSize} label sequences`,
      got: `${rows} and ${labels.length}`,
    });
  }
  const isClass = (k: number): boolean => isInteger(k, 0, columns - 1);
  requireOption("ctcLoss, blank", blank, isClass(blank), `a class from 0 to ${columns - 1}`);
  labels.forEach((sequence, b) => {
    for (let i = 0; i < sequence.length; i++) {
      if (isClass(sequence[i]!) && sequence[i] !== blank) continue;
      throw new RecurraError("data", {
        where: `ctcLoss, labels[${b}][${i}]`,
        expected: `a class from 0 to ${columns - 1} other than the blank, ${blank}`,
        got: String(sequence[i]),
      });
    }
    const needed = ctcFrames(sequence);
    if (packing.lengths[b]! >= needed) return;
    throw new RecurraError("data", {
      where: `ctcLoss, sequence ${b}`,
      expected: `${needed} frames or more for ${sequence.length} labels, equal neighbours counting twice`,
      got: String(packing.lengths[b]),
      hint: "Stack or stride fewer frames, or leave the sequence out.",
    });
  });
}

/**
 * The arrays that the recursion over one sequence works in, reused by all of a batch.
 *
 * States s = 0 … 2L stand for the labels with a blank before, between and after them: ℓ'[s] is the blank for even s and label
 * (s - 1) / 2 for odd s.
 */
class Lattice {
  /** log αₜ(s), `[T, S]`. */
  readonly #alpha: Float64Array;
  /** log βₜ(s) of the frame at hand and of the one after it, `[S]`. */
  #beta: Float64Array;
  #next: Float64Array;
  readonly #states: Int32Array;

  constructor(steps: number, states: number) {
    this.#alpha = new Float64Array(steps * states);
    this.#beta = new Float64Array(states);
    this.#next = new Float64Array(states);
    this.#states = new Int32Array(states);
  }

  /**
   * -log p(labels | frames) of one sequence; with `gradient`, dL/dx is written over the rows.
   *
   * @param logits log ŷ of all rows, `[rows, classes]`.
   * @param rank the sequence's place in the packing.
   */
  run(
    logits: Float64Array,
    classes: number,
    packing: Packing,
    rank: number,
    T: number,
    labels: ArrayLike<number>,
    blank: number,
    gradient: Float64Array | undefined,
  ): number {
    const S = 2 * labels.length + 1;
    const states = this.#states;
    for (let s = 0; s < S; s++) states[s] = s % 2 === 0 ? blank : labels[(s - 1) / 2]!;
    if (T === 0) return 0; // no frame and no label: certain
    const alpha = this.#alpha;

    // α₁(0) = ŷ₁(blank), α₁(1) = ŷ₁(ℓ₁);  αₜ(s) = ŷₜ(ℓ'[s]) (αₜ₋₁(s) + αₜ₋₁(s-1) + αₜ₋₁(s-2) if ℓ'[s] is no blank and ≠ ℓ'[s-2])
    let row = packing.rowOf(0, rank) * classes;
    alpha.fill(NEVER, 0, S);
    alpha[0] = logits[row + blank]!;
    if (S > 1) alpha[1] = logits[row + states[1]!]!;
    for (let t = 1; t < T; t++) {
      row = packing.rowOf(t, rank) * classes;
      const now = t * S;
      const before = now - S;
      for (let s = 0; s < S; s++) {
        let sum = alpha[before + s]!;
        if (s > 0) sum = logAdd(sum, alpha[before + s - 1]!);
        if (s > 1 && s % 2 === 1 && states[s] !== states[s - 2]) sum = logAdd(sum, alpha[before + s - 2]!);
        alpha[now + s] = sum + logits[row + states[s]!]!;
      }
    }
    const end = (T - 1) * S + S - 1;
    const logP = S > 1 ? logAdd(alpha[end]!, alpha[end - 1]!) : alpha[end]!;
    if (gradient === undefined) return -logP;

    // βₜ(s) leaves frame t out:  β_T(S-1) = β_T(S-2) = 1;  βₜ(s) = Σ over the same successors of βₜ₊₁ ŷₜ₊₁
    // dL/dxₜ[k] = ŷₜ[k] - Σ_{s: ℓ'[s] = k} αₜ(s) βₜ(s) / p
    for (let t = T - 1; t >= 0; t--) {
      const beta = this.#beta;
      const next = this.#next; // βₜ₊₁(s) ŷₜ₊₁(ℓ'[s])
      row = packing.rowOf(t, rank) * classes;
      for (let s = S - 1; s >= 0; s--) {
        if (t === T - 1) beta[s] = s >= S - 2 ? 0 : NEVER;
        else {
          let sum = next[s]!;
          if (s + 1 < S) sum = logAdd(sum, next[s + 1]!);
          if (s + 2 < S && s % 2 === 1 && states[s] !== states[s + 2]) sum = logAdd(sum, next[s + 2]!);
          beta[s] = sum;
        }
      }
      for (let k = 0; k < classes; k++) gradient[row + k] = exactExp(logits[row + k]!);
      for (let s = 0; s < S; s++) {
        const passing = alpha[t * S + s]! + beta[s]!;
        if (passing !== NEVER) gradient[row + states[s]!]! -= exactExp(passing - logP);
        beta[s] = beta[s]! + logits[row + states[s]!]!;
      }
      this.#beta = next;
      this.#next = beta;
    }
    return -logP;
  }
}

/**
 * The CTC loss: L = -log Σ_π Π_t ŷ⟨t⟩[π⟨t⟩], over all alignments π that become the labels when equal neighbours are
 * merged and then blanks are left out.
 *
 * ŷ⟨t⟩ = softmax(x⟨t⟩). The sum is the forward recursion and its gradient comes from the backward one, both in logarithms
 * and float64 on either engine.
 *
 *     dL/dx⟨t⟩[k] = ŷ⟨t⟩[k] - (1 / p) Σ_{s: ℓ'[s] = k} αₜ(s) βₜ(s)
 *
 * @param scores x before the soft-max, rows of the packing, [rows, classes].
 * @param labels the right labels of each sequence, in the caller's order; a sequence may have none.
 * @param blank the class that stands for no label; default 0, PyTorch's.
 * @returns one loss a sequence in the caller's order, [B, 1], nats.
 * @throws shape when rows or sequences differ; data when a label is no class or a sequence has too few frames for its labels.
 * Source: Graves, Fernández, Gomez and Schmidhuber 2006, "Connectionist temporal classification", sections 4.1 and 4.2.
 * @example
 * ```ts
 * const losses = ctcLoss(scores, packing, [[3, 1], [2]]);
 * ```
 */
export function ctcLoss(scores: Tensor, packing: Packing, labels: readonly ArrayLike<number>[], blank = 0): Tensor {
  checkLabels(scores, packing, labels, blank);
  const { engine, columns } = scores;
  const tracked = isRecorded(scores);
  const logits = logSoftmax(engine.view(scores.offset, scores.size), columns);
  const gradient = tracked ? new Float64Array(scores.size) : undefined;
  const longest = labels.reduce((most, sequence) => Math.max(most, sequence.length), 0);
  const lattice = new Lattice(packing.steps, 2 * longest + 1);
  const losses = new Float64Array(packing.batchSize);
  packing.order.forEach((b, rank) => {
    losses[b] = lattice.run(logits, columns, packing, rank, packing.lengths[b]!, labels[b]!, blank, gradient);
  });
  const loss = Tensor.allocate(engine, packing.batchSize, 1, tracked);
  engine.write(loss.offset, losses);
  record(loss, (gAt) => {
    const g = engine.read(gAt, packing.batchSize);
    for (let t = 0, at = 0; t < packing.steps; t++) {
      for (let rank = 0; rank < packing.active[t]!; rank++) {
        const factor = g[packing.order[rank]!]!;
        for (let k = 0; k < columns; k++, at++) gradient![at]! *= factor;
      }
    }
    addGradient(scores, (to) => engine.write(to, gradient!));
  });
  return loss;
}
