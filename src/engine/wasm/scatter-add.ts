/**
 * The gradient of `gather`: takes the rows in order, so that the sum of a row that occurs often has one order.
 */
import { I32, type ModuleBuilder } from "./assembler.ts";
import { emitColumns, emitLoad, emitStore } from "./columns-loop.ts";

const FLOAT_BYTES = 4;

/** `scatter_add` (rows, n, table, ldt in bytes, indices, from, ldfrom in bytes) */
export function emitScatterAdd(module: ModuleBuilder): void {
  module.function(
    "scatter_add",
    [I32, I32, I32, I32, I32, I32, I32],
    [],
    (f, [rows, n, table, ldt, indices, from, ldfrom]) => {
      const left = f.local(I32);
      const source = f.local(I32);
      const target = f.local(I32);
      f.while(
        () => f.get(rows),
        () => {
          f.get(table, indices).loadI32().get(ldt).op("i32.mul", "i32.add").set(target);
          const pointers = [
            [from, source],
            [target, target],
          ] as const;
          emitColumns(f, n, left, pointers, (lanes) => {
            f.get(target);
            emitLoad(f, target, lanes);
            emitLoad(f, source, lanes);
            f.op("f32x4.add");
            emitStore(f, lanes);
          });
          f.advance(indices, FLOAT_BYTES);
          f.get(from, ldfrom).op("i32.add").set(from);
          f.advance(rows, -1);
        },
      );
    },
  );
}
