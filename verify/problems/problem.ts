/** What a test problem is: where its sequences come from, and how right a network's answers are. */
import type { Engine, Indices, Packing, Random, Tensor } from "recurra";

/** Sequences with their targets. */
export interface Batch {
  readonly packing: Packing;
  /** x⟨t⟩ of every row of the packing. */
  input(engine: Engine): Tensor | Indices;
  /** @param scores as [rows, output size] where a problem is answered at every step, else [B, output size]. */
  loss(scores: Tensor): Tensor;
  /** How wrong the scores are, a mean over the sequences; 0 is perfect. */
  error(scores: ArrayLike<number>): number;
}

export interface Problem {
  /** nx. */
  readonly inputSize: number;
  /** ny. */
  readonly outputSize: number;
  /** Answered at every step or after the last one. */
  readonly answered: "every step" | "last step";
  /** What `error` measures, in words. */
  readonly measure: string;
  /** A network has succeeded when its error on the test sequences is at most this. */
  readonly largestError: number;
  /** @param random a generator of its own for each batch. */
  batch(random: Random, sequences: number): Batch;
}
