/**
 * Layer normalisation of rows.
 *
 * x̂ = (x - mean) / √(variance + ε), in place, with 1/√(variance + ε) kept a row.
 * Sums run in four lanes over the columns in order, the tail in the first lane, lanes added as (0 + 1) + (2 + 3).
 * Source: Ba, Kiros and Hinton 2016, arXiv 1607.06450, equation 3.
 */
import { F32, type FunctionBuilder, I32, type Local, type ModuleBuilder, V128 } from "./assembler.ts";
import { emitAcross, emitColumns, emitFirstOnly, emitLoad, emitStore } from "./columns-loop.ts";

const FLOAT_BYTES = 4;

/** The sum of the four lanes, divided by the column count, in all lanes. */
export function emitMean(f: FunctionBuilder, sum: Local, count: Local): void {
  emitAcross(f, sum, "f32x4.add");
  f.get(sum, count).op("f32x4.div").set(sum);
}

/** `normalize` (rows, n, x, ldx in bytes, r, ε) */
export function emitNormalize(module: ModuleBuilder): void {
  module.function("normalize", [I32, I32, I32, I32, I32, F32], [], (f, [rows, n, x, ldx, r, epsilon]) => {
    const left = f.local(I32);
    const pointer = f.local(I32);
    const [count, mean, variance, value] = [f.local(V128), f.local(V128), f.local(V128), f.local(V128)];
    f.get(n).op("f32.convert_i32_u", "f32x4.splat").set(count);
    f.while(
      () => f.get(rows),
      () => {
        f.f32x4(0).set(mean);
        emitColumns(f, n, left, [[x, pointer]], (lanes) => {
          f.get(mean);
          emitLoad(f, pointer, lanes);
          f.op("f32x4.add").set(mean);
        });
        emitMean(f, mean, count);
        f.f32x4(0).set(variance);
        emitColumns(f, n, left, [[x, pointer]], (lanes) => {
          emitLoad(f, pointer, lanes);
          f.get(mean).op("f32x4.sub").set(value);
          f.get(variance, value, value).op("f32x4.mul");
          emitFirstOnly(f, lanes);
          f.op("f32x4.add").set(variance);
        });
        emitMean(f, variance, count);
        f.f32x4(1).get(variance, epsilon).op("f32x4.splat", "f32x4.add", "f32x4.sqrt", "f32x4.div").set(variance);
        f.get(r, variance).storeFirst();
        emitColumns(f, n, left, [[x, pointer]], (lanes) => {
          f.get(pointer);
          emitLoad(f, pointer, lanes);
          f.get(mean).op("f32x4.sub").get(variance).op("f32x4.mul");
          emitStore(f, lanes);
        });
        f.get(x, ldx).op("i32.add").set(x);
        f.advance(r, FLOAT_BYTES);
        f.advance(rows, -1);
      },
    );
  });
}
