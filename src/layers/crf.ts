/** A trained chain over the tags of a sequence, in the place of one soft-max a step. */
import { type ChainParameters, crfNegativeLogLikelihood } from "../autograd/crf-negative-log-likelihood.ts";
import { drawUniform, type WeightSeed } from "../core/draw-weights.ts";
import type { Packing } from "../core/packing.ts";
import { requireLayer } from "../core/require-layer.ts";
import type { Engine } from "../engine/engine.ts";
import type { Indices } from "../tensor/indices.ts";
import { Parameter } from "../tensor/parameter.ts";
import type { Tensor } from "../tensor/tensor.ts";

export interface CrfOptions {
  readonly engine: Engine;
  /** Begins the names of the parameters. */
  readonly name: string;
  /** K: how many tags there are. */
  readonly tags: number;
  readonly seed: WeightSeed;
}

/**
 * A linear-chain conditional random field: how well each tag begins, follows another, and ends a sequence.
 *
 *     p(y | x) = e^(s(y⟨1⟩) + Σₜ z⟨t⟩(y⟨t⟩) + Σₜ A(y⟨t-1⟩, y⟨t⟩) + e(y⟨T⟩)) / Z
 *
 * Where a soft-max chooses each tag by itself, this weighs whole sequences of tags. `viterbi` and `chainMarginals` of
 * recurra/decode read the scores. First numbers are uniform on ±0.1 and small beside those of a step.
 *
 * Source: Lafferty, McCallum and Pereira 2001; Lample et al. 2016, arXiv 1603.01360 (above a bidirectional LSTM).
 */
export class Crf implements ChainParameters {
  readonly start: Parameter;
  readonly transitions: Parameter;
  readonly end: Parameter;

  /** @throws option when one is unknown, or the engine, a size or the seed is none. */
  constructor(options: CrfOptions) {
    requireLayer(options, ["tags"], ["seed"]);
    const { engine, name, tags, seed } = options;
    const make = (part: string, rows: number): Parameter => {
      const values = drawUniform(seed, `${name}.${part}`, rows * tags, 0.1);
      return new Parameter(engine, `${name}.${part}`, rows, tags, values, { decays: false });
    };
    this.start = make("start_transitions", 1);
    this.transitions = make("transitions", tags);
    this.end = make("end_transitions", 1);
  }

  get parameters(): readonly Parameter[] {
    return [this.start, this.transitions, this.end];
  }

  /**
   * -log p(y | x) of each sequence, [B, 1], nats.
   *
   * @param scores z before any soft-max, rows of the packing, [rows, K].
   * @param tags y, the right tag of each row.
   * @throws shape when sizes differ.
   */
  loss(scores: Tensor, tags: Indices, packing: Packing): Tensor {
    return crfNegativeLogLikelihood(scores, tags, packing, this);
  }
}
