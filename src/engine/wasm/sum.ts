/** Sums in float64 with one order: two pairs of lanes over the vectors in order, then the tail. */
import { F64, I32, type ModuleBuilder, V128 } from "./assembler.ts";

const FLOAT_BYTES = 4;

/** (from, count) -> f64 */
function emitTotal(module: ModuleBuilder, name: string, squared: boolean): void {
  module.function(name, [I32, I32], [F64], (f, [from, count]) => {
    const low = f.local(V128);
    const high = f.local(V128);
    const value = f.local(V128);
    const pair = f.local(V128);
    const total = f.local(F64);
    const single = f.local(F64);
    const addPair = (sum: number): void => {
      f.op("f64x2.promote_low_f32x4").set(pair);
      f.get(sum, pair);
      if (squared) f.get(pair).op("f64x2.mul");
      f.op("f64x2.add").set(sum);
    };
    f.while(
      () => f.get(count).i32(4).op("i32.ge_u"),
      () => {
        f.get(from).loadV128().tee(value);
        addPair(low);
        f.get(value, value).shuffle(2, 3, 2, 3);
        addPair(high);
        f.advance(from, 4 * FLOAT_BYTES);
        f.get(count).i32(4).op("i32.sub").set(count);
      },
    );
    f.get(low).extractF64(0).get(low).extractF64(1).op("f64.add");
    f.get(high).extractF64(0).get(high).extractF64(1).op("f64.add", "f64.add").set(total);
    f.while(
      () => f.get(count),
      () => {
        f.get(from).loadF32().op("f64.promote_f32").set(single);
        f.get(total, single);
        if (squared) f.get(single).op("f64.mul");
        f.op("f64.add").set(total);
        f.advance(from, FLOAT_BYTES);
        f.advance(count, -1);
      },
    );
    f.get(total);
  });
}

/** `sum` (from, count) -> f64 */
export function emitSum(module: ModuleBuilder): void {
  emitTotal(module, "sum", false);
}

/** `sum_of_squares` (from, count) -> f64 */
export function emitSumOfSquares(module: ModuleBuilder): void {
  emitTotal(module, "sum_of_squares", true);
}
