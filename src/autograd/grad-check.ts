/** The numerical check of a whole model's gradients. */
import { Random } from "../core/random.ts";
import type { Engine } from "../engine/engine.ts";
import { ReferenceEngine } from "../engine/reference/reference-engine.ts";
import type { Parameter } from "../tensor/parameter.ts";
import { step } from "../tensor/tape.ts";
import type { Tensor } from "../tensor/tensor.ts";
import { differentiate } from "./differentiate.ts";

/** How one parameter's gradient compares with finite differences. */
export interface GradientReport {
  readonly name: string;
  /** ‖g - ĝ‖ / (‖g‖ + ‖ĝ‖): below 1e-7 is right, above 1e-3 is wrong (Ng's rule). */
  readonly error: number;
  /** Elements that were compared; those that nothing trains are passed over. */
  readonly checked: number;
}

export interface GradientCheckOptions {
  /** Half the distance of the two points of a difference; default 1e-5, which float64 serves best. */
  readonly epsilon?: number;
  /** Elements of each parameter that are compared, drawn by lot; default all. */
  readonly samples?: number;
}

/**
 * Compares the gradients of a model's loss with central differences, in float64.
 *
 * The model's parameters move to a float64 reference engine for the check and come back afterwards with their own
 * numbers; the loss is computed on the engine that `loss` is given.
 *
 *     ĝ = (L(p + ε) - L(p - ε)) / 2ε
 *
 * @param parameters what to differentiate by.
 * @param loss computes the loss from the parameters, [1, 1]; called many times, so it must be the same each time.
 * @returns a report for each parameter.
 * Source: the course, "Gradient checking".
 * @example
 * ```ts
 * import { gradCheck, sum, Tensor } from "recurra";
 * const reports = gradCheck(dense.parameters, (engine) => {
 *   const y = dense.run(Tensor.from(engine, 1, 2, [0.5, -1]));
 *   return sum(y);
 * });
 * ```
 */
export function gradCheck(
  parameters: readonly Parameter[],
  loss: (engine: Engine) => Tensor,
  options: GradientCheckOptions = {},
): GradientReport[] {
  const epsilon = options.epsilon ?? 1e-5;
  const engine = new ReferenceEngine();
  const homes = parameters.map((p) => ({ engine: p.engine, values: p.toArray() }));
  for (const p of parameters) p.moveTo(engine);
  try {
    step(engine, () => differentiate(engine, () => loss(engine)));
    const value = (): number => step(engine, () => loss(engine).item());
    return parameters.map((p) => {
      const analytic = p.gradient();
      const values = Float64Array.from(p.toArray());
      const isTrained = (index: number): boolean =>
        p.fixedColumns.every(
          ({ column, columns }) => index % p.columns < column || index % p.columns >= column + columns,
        );
      const all = new Random(1, `gradCheck ${p.name}`).permutation(p.size).filter(isTrained);
      const chosen = all.subarray(0, options.samples ?? p.size);
      let difference = 0;
      let ours = 0;
      let theirs = 0;
      for (const index of chosen) {
        const at = (shift: number): number => {
          const moved = values.slice();
          moved[index]! += shift;
          p.assign(moved);
          return value();
        };
        const numerical = (at(epsilon) - at(-epsilon)) / (2 * epsilon);
        const g = analytic[index]!;
        difference += (g - numerical) * (g - numerical);
        ours += g * g;
        theirs += numerical * numerical;
      }
      p.assign(values);
      const scale = Math.sqrt(ours) + Math.sqrt(theirs);
      return { name: p.name, error: scale === 0 ? 0 : Math.sqrt(difference) / scale, checked: chosen.length };
    });
  } finally {
    parameters.forEach((p, i) => {
      const home = homes[i]!;
      p.moveTo(home.engine);
      p.assign(home.values);
    });
  }
}
