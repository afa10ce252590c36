/** A traced function of tensors, element by element, with its gradient: one emitted kernel each way. */
import { RecurraError } from "../core/errors.ts";
import { compileElementwise } from "../expression/elementwise-program.ts";
import type { Expression } from "../expression/expression.ts";
import { Tensor } from "../tensor/tensor.ts";
import { isRecorded } from "./is-recorded.ts";
import { record } from "./record.ts";

/**
 * Makes an operation from a formula: `elementwise((a, b) => mul(sub(a, b), sub(a, b)))`.
 *
 * The formula is run once with symbolic values; its gradient is derived, and both are emitted as fused kernels. Losses
 * and activations of your own are written so. All tensors have the same shape.
 *
 * @returns a function of as many tensors as the formula has parameters.
 * @throws shape, when called, if the shapes differ or the number of tensors is another.
 * @example
 * ```ts
 * import { elementwise, mul, sub } from "recurra";
 * const squaredError = elementwise((yHat, y) => mul(sub(yHat, y), sub(yHat, y)));
 * ```
 */
export function elementwise(formula: (...values: Expression[]) => Expression): (...inputs: Tensor[]) => Tensor {
  const program = compileElementwise(formula, formula.length);
  return (...inputs) => {
    const first = inputs[0];
    const odd = inputs.find((input) => input.rows !== first!.rows || input.columns !== first!.columns);
    if (first === undefined || inputs.length !== program.arity || odd !== undefined) {
      throw new RecurraError("shape", {
        where: `elementwise ${program.text}`,
        expected: `${program.arity} tensors of equal shape`,
        got: inputs.map((input) => `[${input.rows}, ${input.columns}]`).join(", ") || "none",
      });
    }
    const { engine, size } = first;
    const result = Tensor.allocate(engine, first.rows, first.columns, isRecorded(...inputs));
    const offsets = inputs.map((input) => input.offset);
    engine.segment(program.forward)(size, [...offsets, result.offset]);
    record(result, (g) => {
      inputs.forEach((input, index) => {
        if (!input.tracked) return;
        const gradient = program.backward[index]!;
        engine.segment(gradient)(size, [...offsets, g, input.gradientSum()]);
      });
    });
    return result;
  };
}
