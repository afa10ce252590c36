import type { OwnKernel, Truth } from "./engine.ts";
import { emitNormalizeGradient } from "./wasm/normalize-gradient.ts";

/** The way back of `Normalize`; places are offsets in elements, and rows are `ld…` elements apart. */
export type NormalizeGradient = [
  rows: number,
  n: number,
  /** x̂ and r, as `Normalize` left them. */
  xHat: number,
  ldx: number,
  r: number,
  /** The gradient of x̂. */
  dxHat: number,
  ldg: number,
  /** The gradient of x, elsewhere or over the place of x̂ or of its gradient. */
  dx: number,
  lddx: number,
];

/** dx = r (dx̂ - mean(dx̂) - x̂ mean(dx̂ ⊙ x̂)). */
export const normalizeGradient: OwnKernel<NormalizeGradient> = (
  kernels,
  rows,
  n,
  xHat,
  ldx,
  r,
  dxHat,
  ldg,
  dx,
  lddx,
) => {
  const kernel = kernels.of(emitNormalizeGradient).normalize_gradient!;
  kernels.split(rows, 1, rows * n * 4, (first, count) => {
    const [px, pr, pg, pd] = [xHat + first * ldx, r + first, dxHat + first * ldg, dx + first * lddx];
    kernel(count, n, px << 2, ldx << 2, pr << 2, pg << 2, ldg << 2, pd << 2, lddx << 2);
  });
};

/** The same in plain loops over the numbers of the reference engine. */
export const normalizeGradientTruth: Truth<NormalizeGradient> = (
  values,
  rows,
  n,
  xHat,
  ldx,
  r,
  dxHat,
  ldg,
  dx,
  lddx,
) => {
  for (let i = 0; i < rows; i++) {
    const [x, g, to] = [xHat + i * ldx, dxHat + i * ldg, dx + i * lddx];
    let total = 0;
    for (let j = 0; j < n; j++) total += values[g + j]!;
    const meanG = total / n;
    let meanGX = 0;
    for (let j = 0; j < n; j++) meanGX += (values[g + j]! * values[x + j]!) / n;
    for (let j = 0; j < n; j++) values[to + j] = values[r + i]! * (values[g + j]! - meanG - values[x + j]! * meanGX);
  }
};
