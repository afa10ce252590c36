/** The weights of the best validation so far. */
import type { Parameter } from "../tensor/parameter.ts";

/** Watches validation scores (smaller is better), keeps a copy of the best weights and counts those in vain since. */
export class BestWeights {
  readonly #parameters: readonly Parameter[];
  #score: number | undefined;
  #stale = 0;
  #weights: Map<string, Float32Array> | undefined;

  constructor(parameters: readonly Parameter[]) {
    this.#parameters = parameters;
  }

  /** The best score so far; undefined before the first. */
  get score(): number | undefined {
    return this.#score;
  }

  /** Validations since the best one. */
  get stale(): number {
    return this.#stale;
  }

  /** A copy of the best weights by parameter name; undefined before the first score. */
  get weights(): ReadonlyMap<string, Float32Array> | undefined {
    return this.#weights;
  }

  /** Hears a score; a better one than all before takes a copy of the weights. */
  hear(score: number): void {
    if (this.#score !== undefined && !(score < this.#score)) {
      this.#stale++;
      return;
    }
    this.#score = score;
    this.#stale = 0;
    this.#weights = new Map(this.#parameters.map((p) => [p.name, Float32Array.from(p.toArray())]));
  }

  /** Puts the best weights into the parameters. */
  apply(): void {
    if (this.#weights === undefined) return;
    for (const p of this.#parameters) p.assign(this.#weights.get(p.name)!);
  }

  /** Goes on from where a stopped run was. */
  restore(score: number, stale: number, weights: Map<string, Float32Array>): void {
    this.#score = score;
    this.#stale = stale;
    this.#weights = weights;
  }
}
