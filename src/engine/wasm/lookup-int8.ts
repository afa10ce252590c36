/**
 * Rows of a table of int8 by index, each number times the scale of its row or of its column, with a common row added.
 */
import { I32, type ModuleBuilder, V128 } from "./assembler.ts";
import { emitColumns, emitLoad, emitStore } from "./columns-loop.ts";

const FLOAT_BYTES = 4;

/**
 * Adds `gather_scaled_rows` and `gather_scaled_columns`: (rows, n, table, ldt, indices, scales, s, to, ldto in bytes);
 * `ldt` is in numbers, which are bytes.
 */
export function emitLookupInt8(module: ModuleBuilder): void {
  for (const by of ["rows", "columns"] as const) {
    module.function(
      `gather_scaled_${by}`,
      [I32, I32, I32, I32, I32, I32, I32, I32, I32],
      [],
      (f, [rows, n, table, ldt, indices, scales, s, to, ldto]) => {
        const left = f.local(I32);
        const row = f.local(I32);
        const from = f.local(I32);
        const scale = f.local(I32);
        const bias = f.local(I32);
        const target = f.local(I32);
        const ofRow = f.local(V128);
        f.while(
          () => f.get(rows),
          () => {
            f.get(indices).loadI32().set(row);
            f.get(table, row, ldt).op("i32.mul", "i32.add").set(from);
            if (by === "rows") f.get(scales, row).i32(2).op("i32.shl", "i32.add").loadSplat().set(ofRow);
            const pointers = [[s, bias] as const, [to, target] as const];
            if (by === "columns") pointers.push([scales, scale]);
            emitColumns(f, n, left, pointers, (lanes) => {
              f.get(target);
              emitLoad(f, bias, lanes);
              f.get(from);
              if (lanes === 4) f.loadFirst();
              else f.loadByte();
              f.op("i16x8.extend_low_i8x16_s", "i32x4.extend_low_i16x8_s", "f32x4.convert_i32x4_s");
              if (by === "rows") f.get(ofRow);
              else emitLoad(f, scale, lanes);
              f.op("f32x4.mul", "f32x4.add");
              emitStore(f, lanes);
              f.advance(from, lanes);
            });
            f.advance(indices, FLOAT_BYTES);
            f.get(to, ldto).op("i32.add").set(to);
            f.advance(rows, -1);
          },
        );
      },
    );
  }
}
