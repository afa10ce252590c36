import type { OwnKernel, Truth } from "./engine.ts";
import { emitCrossEntropyGradient } from "./wasm/cross-entropy-gradient.ts";
import { FUNCTION_WORK } from "./wasm/kernels.ts";

/** The way back of `CrossEntropy`; places are offsets in elements. */
export type CrossEntropyGradient = [
  rows: number,
  n: number,
  /** Scores, classes and what was kept, as `CrossEntropy` has them. */
  x: number,
  targets: number,
  kept: number,
  /** The gradient of each row's loss. */
  g: number,
  /** The gradient of the scores, [rows, n]; it may be x. */
  dx: number,
];

/** dx[row, j] = g[row] · (e^(x[row, j] - largest - rest) - [j = targets[row]]) from what was kept; 0 below 1e-30. */
export const crossEntropyGradient: OwnKernel<CrossEntropyGradient> = (kernels, rows, n, x, targets, kept, g, dx) => {
  const kernel = kernels.of(emitCrossEntropyGradient).cross_entropy_gradient!;
  kernels.split(rows, 1, rows * n * FUNCTION_WORK, (first, count) => {
    const [px, pt, pk] = [x + first * n, targets + first, kept + 2 * first];
    kernel(count, n, px << 2, pt << 2, pk << 2, (g + first) << 2, (dx + first * n) << 2);
  });
};

/** The same in plain loops over the numbers of the reference engine. */
export const crossEntropyGradientTruth: Truth<CrossEntropyGradient> = (values, rows, n, x, targets, kept, g, dx) => {
  for (let i = 0; i < rows; i++) {
    const target = values[targets + i]!;
    for (let j = 0; j < n; j++) {
      // exempt: the float64 truth
      const probability = Math.exp(values[x + i * n + j]! - values[kept + 2 * i]! - values[kept + 2 * i + 1]!);
      values[dx + i * n + j] = values[g + i]! * (probability - (j === target ? 1 : 0));
    }
  }
};
