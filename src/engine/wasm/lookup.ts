/**
 * Rows of a table by index: one-hot and embedding inputs are look-ups, never products with a one-hot matrix.
 *
 * `gather` adds a common row (a bias, or zeros) to each looked-up row; `scatter_add` is its gradient and takes the rows
 * in order, so that the sum of a row that occurs often has one order.
 */
import { type FunctionBuilder, I32, type Local, type ModuleBuilder } from "./assembler.ts";

const FLOAT_BYTES = 4;

/** Walks over the columns of a row, four at a time and then singly; `body` gets the lanes of its turn. */
function emitColumns(f: FunctionBuilder, n: Local, left: Local, body: (lanes: 1 | 4) => void): void {
  f.get(n).set(left);
  for (const lanes of [4, 1] as const) {
    f.while(
      () => f.get(left).i32(lanes).op("i32.ge_u"),
      () => {
        body(lanes);
        f.get(left).i32(lanes).op("i32.sub").set(left);
      },
    );
  }
}

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
          f.get(s).set(bias);
          f.get(to).set(target);
          emitColumns(f, n, left, (lanes) => {
            f.get(target, bias);
            if (lanes === 4) f.loadV128().get(from).loadV128().op("f32x4.add").storeV128();
            else f.loadF32().get(from).loadF32().op("f32.add").storeF32();
            for (const pointer of [from, bias, target]) f.advance(pointer, lanes * FLOAT_BYTES);
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
          f.get(from).set(source);
          emitColumns(f, n, left, (lanes) => {
            f.get(target, target);
            if (lanes === 4) f.loadV128().get(source).loadV128().op("f32x4.add").storeV128();
            else f.loadF32().get(source).loadF32().op("f32.add").storeF32();
            for (const pointer of [source, target]) f.advance(pointer, lanes * FLOAT_BYTES);
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
