/**
 * The gradient of layer normalisation.
 *
 * dx = r (dx̂ - mean(dx̂) - x̂ mean(dx̂ ⊙ x̂)), sums in the order of `normalize`.
 */
import { I32, type ModuleBuilder, V128 } from "./assembler.ts";
import { emitColumns, emitLoad, emitStore } from "./columns-loop.ts";
import { emitMean } from "./normalize.ts";

const FLOAT_BYTES = 4;

/** `normalize_gradient` (rows, n, x̂, ldx in bytes, r, dx̂, ldg in bytes, dx, lddx in bytes) */
export function emitNormalizeGradient(module: ModuleBuilder): void {
  module.function(
    "normalize_gradient",
    [I32, I32, I32, I32, I32, I32, I32, I32, I32],
    [],
    (f, [rows, n, xHat, ldx, r, g, ldg, dx, lddx]) => {
      const left = f.local(I32);
      const [pX, pG, pD] = [f.local(I32), f.local(I32), f.local(I32)];
      const [count, meanG, meanGX] = [f.local(V128), f.local(V128), f.local(V128)];
      f.get(n).op("f32.convert_i32_u", "f32x4.splat").set(count);
      f.while(
        () => f.get(rows),
        () => {
          f.f32x4(0).set(meanG);
          f.f32x4(0).set(meanGX);
          emitColumns(
            f,
            n,
            left,
            [
              [xHat, pX],
              [g, pG],
            ],
            (lanes) => {
              f.get(meanG);
              emitLoad(f, pG, lanes);
              f.op("f32x4.add").set(meanG);
              f.get(meanGX);
              emitLoad(f, pG, lanes);
              emitLoad(f, pX, lanes);
              f.op("f32x4.mul", "f32x4.add").set(meanGX);
            },
          );
          emitMean(f, meanG, count);
          emitMean(f, meanGX, count);
          emitColumns(
            f,
            n,
            left,
            [
              [xHat, pX],
              [g, pG],
              [dx, pD],
            ],
            (lanes) => {
              f.get(pD);
              emitLoad(f, pG, lanes);
              f.get(meanG).op("f32x4.sub");
              emitLoad(f, pX, lanes);
              f.get(meanGX).op("f32x4.mul", "f32x4.sub").get(r).loadSplat().op("f32x4.mul");
              emitStore(f, lanes);
            },
          );
          f.get(xHat, ldx).op("i32.add").set(xHat);
          f.get(g, ldg).op("i32.add").set(g);
          f.get(dx, lddx).op("i32.add").set(dx);
          f.advance(r, FLOAT_BYTES);
          f.advance(rows, -1);
        },
      );
    },
  );
}
