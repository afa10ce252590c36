/**
 * The gradient of layer normalisation.
 *
 * dx = r (dx̂ - mean(dx̂) - x̂ mean(dx̂ ⊙ x̂)), sums in the order of `normalize`.
 */
import { I32, type Local, type ModuleBuilder, V128 } from "./assembler.ts";
import { emitColumns, emitLoad, emitStore, type Lanes } from "./columns-loop.ts";
import { emitMean } from "./normalize.ts";

const FLOAT_BYTES = 4;

/** Rows side by side, as in `normalize`: more have more pointers than registers. */
const TOGETHER = 2;

/** Where the rows side by side begin, and where the walk over their columns is. */
interface Matrix {
  readonly ld: Local;
  readonly starts: readonly Local[];
  readonly walking: readonly Local[];
}

/** `normalize_gradient` (rows, n, x̂, ldx in bytes, r, dx̂, ldg in bytes, dx, lddx in bytes) */
export function emitNormalizeGradient(module: ModuleBuilder): void {
  module.function(
    "normalize_gradient",
    [I32, I32, I32, I32, I32, I32, I32, I32, I32],
    [],
    (f, [rows, n, xHat, ldx, r, g, ldg, dx, lddx]) => {
      const left = f.local(I32);
      const count = f.local(V128);
      const matrixOf = (first: Local, ld: Local): Matrix => ({
        ld,
        starts: Array.from({ length: TOGETHER }, (_, i) => (i === 0 ? first : f.local(I32))),
        walking: Array.from({ length: TOGETHER }, () => f.local(I32)),
      });
      const [x, gradient, result] = [matrixOf(xHat, ldx), matrixOf(g, ldg), matrixOf(dx, lddx)];
      const matrices = [x, gradient, result];
      const [meansG, meansGX] = [x.starts.map(() => f.local(V128)), x.starts.map(() => f.local(V128))];
      f.get(n).op("f32.convert_i32_u", "f32x4.splat").set(count);
      for (const together of [TOGETHER, 1]) {
        /** Walks over the columns of the rows side by side. */
        const columns = (walked: readonly Matrix[], body: (i: number, lanes: Lanes) => void): void => {
          const pointers = walked.flatMap(({ starts, walking }) =>
            starts.slice(0, together).map((start, i) => [start, walking[i]!] as const),
          );
          emitColumns(f, n, left, pointers, (lanes) => {
            for (let i = 0; i < together; i++) body(i, lanes);
          });
        };
        f.while(
          () => f.get(rows).i32(together).op("i32.ge_u"),
          () => {
            for (let i = 0; i < together; i++) {
              for (const { ld, starts } of matrices) {
                if (i > 0)
                  f.get(starts[i - 1]!, ld)
                    .op("i32.add")
                    .set(starts[i]!);
              }
              f.f32x4(0).tee(meansG[i]!).set(meansGX[i]!);
            }
            columns([x, gradient], (i, lanes) => {
              f.get(meansG[i]!);
              emitLoad(f, gradient.walking[i]!, lanes);
              f.op("f32x4.add").set(meansG[i]!);
              f.get(meansGX[i]!);
              emitLoad(f, gradient.walking[i]!, lanes);
              emitLoad(f, x.walking[i]!, lanes);
              f.op("f32x4.mul", "f32x4.add").set(meansGX[i]!);
            });
            for (let i = 0; i < together; i++) {
              emitMean(f, meansG[i]!, count);
              emitMean(f, meansGX[i]!, count);
            }
            columns(matrices, (i, lanes) => {
              f.get(result.walking[i]!);
              emitLoad(f, gradient.walking[i]!, lanes);
              f.get(meansG[i]!).op("f32x4.sub");
              emitLoad(f, x.walking[i]!, lanes);
              f.get(meansGX[i]!)
                .op("f32x4.mul", "f32x4.sub")
                .get(r)
                .loadSplat(i * FLOAT_BYTES)
                .op("f32x4.mul");
              emitStore(f, lanes);
            });
            for (const { ld, starts } of matrices) {
              f.get(starts[together - 1]!, ld)
                .op("i32.add")
                .set(starts[0]!);
            }
            f.advance(r, together * FLOAT_BYTES);
            f.advance(rows, -together);
          },
        );
      }
    },
  );
}
