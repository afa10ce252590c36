/** The sum or mean of all elements. */
import { sum as kernel } from "../engine/sum.ts";
import { tapeOf } from "../tensor/tape.ts";
import { Tensor } from "../tensor/tensor.ts";
import { addGradient } from "./add-gradient.ts";

/**
 * scale · Σ x over all elements, as a [1, 1] tensor; added in float64 in a fixed order.
 *
 * @param scale default 1; 1 / x.size gives the mean.
 */
export function sum(x: Tensor, scale = 1): Tensor {
  const { engine } = x;
  const tape = tapeOf(engine);
  const tracked = tape !== undefined && x.tracked;
  const total = Tensor.allocate(engine, 1, 1, tracked);
  engine.fill(total.offset, 1, engine.run(kernel, x.offset, x.size) * scale);
  if (tracked) {
    tape.record(() => {
      if (total.gradientOffset === undefined) return;
      const g = engine.read(total.gradientOffset, 1)[0]! * scale;
      addGradient(x, (to) => engine.fill(to, x.size, g));
    });
  }
  return total;
}
