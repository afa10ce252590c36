/**
 * Rows of a table by index: one-hot and embedding inputs are look-ups, never products with a one-hot matrix.
 *
 * `gather` adds a common row (a bias, or zeros) to each looked-up row; `scatter_add` is its gradient and takes the rows
 * in order, so that the sum of a row that occurs often has one order.
 */
import { I32, type ModuleBuilder } from "./assembler.ts";
import { emitColumns, emitLoad, emitStore } from "./columns-loop.ts";

const FLOAT_BYTES = 4;

/** (rows, n, table, ldt in bytes, indices, s, to, ldto in bytes) */
function emitGather(module: ModuleBuilder): void {
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

/** (rows, n, table, ldt in bytes, indices, from, ldfrom in bytes) */
function emitScatterAdd(module: ModuleBuilder): void {
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

export function emitLookup(module: ModuleBuilder): void {
  emitGather(module);
  emitScatterAdd(module);
}
