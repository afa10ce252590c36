/**
 * Rows of a table by index, with a common row (a bias, or zeros) added to each: one-hot and embedding inputs are
 * look-ups, never products with a one-hot matrix.
 */
import { I32, type ModuleBuilder } from "./assembler.ts";
import { emitColumns, emitLoad, emitStore } from "./columns-loop.ts";

const FLOAT_BYTES = 4;

/** `gather` (rows, n, table, ldt in bytes, indices, s, to, ldto in bytes) */
export function emitGather(module: ModuleBuilder): void {
  module.function(
    "gather",
    [I32, I32, I32, I32, I32, I32, I32, I32],
    [],
    (f, [rows, n, table, ldt, indices, s, to, ldto]) => {
      const left = f.local(I32);
      const from = f.local(I32);
      const bias = f.local(I32);
      const target = f.local(I32);
      f.while(
        () => f.get(rows),
        () => {
          f.get(table, indices).loadI32().get(ldt).op("i32.mul", "i32.add").set(from);
          const pointers = [
            [from, from],
            [s, bias],
            [to, target],
          ] as const;
          emitColumns(f, n, left, pointers, (lanes) => {
            f.get(target);
            emitLoad(f, bias, lanes);
            emitLoad(f, from, lanes);
            f.op("f32x4.add");
            emitStore(f, lanes);
          });
          f.advance(indices, FLOAT_BYTES);
          f.get(to, ldto).op("i32.add").set(to);
          f.advance(rows, -1);
        },
      );
    },
  );
}
