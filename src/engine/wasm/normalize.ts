/**
 * Layer normalisation of rows.
 *
 * x̂ = (x - mean) / √(variance + ε), in place, with 1/√(variance + ε) kept a row.
 * Sums run in four lanes over the columns in order, the tail in the first lane, lanes added as (0 + 1) + (2 + 3).
 * Source: Ba, Kiros and Hinton 2016, arXiv 1607.06450, equation 3.
 */
import { F32, type FunctionBuilder, I32, type Local, type ModuleBuilder, V128 } from "./assembler.ts";
import { emitAcross, emitColumns, emitFirstOnly, emitLoad, emitStore, type Lanes } from "./columns-loop.ts";

const FLOAT_BYTES = 4;

/** The sum of the four lanes, divided by the column count, in all lanes. */
export function emitMean(f: FunctionBuilder, sum: Local, count: Local): void {
  emitAcross(f, sum, "f32x4.add");
  f.get(sum, count).op("f32x4.div").set(sum);
}

/** Rows side by side: the sum of one waits for each addition before it. */
const TOGETHER = 4;

/** `normalize` (rows, n, x, ldx in bytes, r, ε) */
export function emitNormalize(module: ModuleBuilder): void {
  module.function("normalize", [I32, I32, I32, I32, I32, F32], [], (f, [rows, n, x, ldx, r, epsilon]) => {
    const left = f.local(I32);
    const [count, value] = [f.local(V128), f.local(V128)];
    const starts = Array.from({ length: TOGETHER }, (_, i) => (i === 0 ? x : f.local(I32)));
    const pointers = starts.map(() => f.local(I32));
    const means = starts.map(() => f.local(V128));
    const variances = starts.map(() => f.local(V128));
    f.get(n).op("f32.convert_i32_u", "f32x4.splat").set(count);
    for (const together of [TOGETHER, 1]) {
      const walked = pointers.slice(0, together).map((pointer, i) => [starts[i]!, pointer] as const);
      /** Walks over the columns of the rows side by side. */
      const columns = (body: (pointer: Local, mean: Local, variance: Local, lanes: Lanes) => void): void => {
        emitColumns(f, n, left, walked, (lanes) => {
          for (let i = 0; i < together; i++) body(pointers[i]!, means[i]!, variances[i]!, lanes);
        });
      };
      f.while(
        () => f.get(rows).i32(together).op("i32.ge_u"),
        () => {
          for (let i = 0; i < together; i++) {
            if (i > 0)
              f.get(starts[i - 1]!, ldx)
                .op("i32.add")
                .set(starts[i]!);
            f.f32x4(0).tee(means[i]!).set(variances[i]!);
          }
          columns((pointer, mean, _, lanes) => {
            f.get(mean);
            emitLoad(f, pointer, lanes);
            f.op("f32x4.add").set(mean);
          });
          for (const mean of means.slice(0, together)) emitMean(f, mean, count);
          columns((pointer, mean, variance, lanes) => {
            emitLoad(f, pointer, lanes);
            f.get(mean).op("f32x4.sub").set(value);
            f.get(variance, value, value).op("f32x4.mul");
            emitFirstOnly(f, lanes);
            f.op("f32x4.add").set(variance);
          });
          for (const variance of variances.slice(0, together)) {
            emitMean(f, variance, count);
            f.f32x4(1).get(variance, epsilon).op("f32x4.splat", "f32x4.add", "f32x4.sqrt", "f32x4.div").set(variance);
            f.get(r, variance).storeFirst();
            f.advance(r, FLOAT_BYTES);
          }
          columns((pointer, mean, variance, lanes) => {
            f.get(pointer);
            emitLoad(f, pointer, lanes);
            f.get(mean).op("f32x4.sub").get(variance).op("f32x4.mul");
            emitStore(f, lanes);
          });
          f.get(starts[together - 1]!, ldx)
            .op("i32.add")
            .set(x);
          f.advance(rows, -together);
        },
      );
    }
  });
}
