/** The rows of a matrix, added in blocks of 256, each block from zero, to what stands at its target. */
import { I32, type ModuleBuilder, V128 } from "./assembler.ts";
import { BLOCK_TERMS } from "./gemm.ts";

const FLOAT_BYTES = 4;

/** `column_sums` (rows, n, from, ld in bytes, to) */
export function emitColumnSums(module: ModuleBuilder): void {
  module.function("column_sums", [I32, I32, I32, I32, I32], [], (f, [rows, n, from, ld, to]) => {
    const block = f.local(I32);
    const row = f.local(I32);
    const column = f.local(I32);
    const source = f.local(I32);
    const target = f.local(I32);
    const pointer = f.local(I32);
    const sums = [f.local(V128), f.local(V128), f.local(V128), f.local(V128)];
    f.while(
      () => f.get(rows),
      () => {
        f.get(rows).set(block);
        f.get(rows).i32(BLOCK_TERMS).op("i32.gt_u");
        f.if(() => f.i32(BLOCK_TERMS).set(block));
        f.get(n).set(column);
        f.get(from).set(source);
        f.get(to).set(target);
        // groups of 16 columns, of 4, and single ones: every column is summed alike
        for (const width of [16, 4, 1]) {
          const vectors = Math.max(width >> 2, 1);
          f.while(
            () => f.get(column).i32(width).op("i32.ge_u"),
            () => {
              for (let j = 0; j < vectors; j++) f.f32x4(0).set(sums[j]!);
              f.get(source).set(pointer);
              f.get(block).set(row);
              f.repeat(
                () => {
                  for (let j = 0; j < vectors; j++) {
                    f.get(sums[j]!, pointer);
                    if (width === 1) f.loadFirst();
                    else f.loadV128(j * 16);
                    f.op("f32x4.add").set(sums[j]!);
                  }
                  f.get(pointer, ld).op("i32.add").set(pointer);
                  f.get(row).i32(1).op("i32.sub").set(row);
                },
                () => f.get(row),
              );
              for (let j = 0; j < vectors; j++) {
                f.get(target, target);
                if (width === 1) f.loadFirst().get(sums[j]!).op("f32x4.add").storeFirst();
                else
                  f.loadV128(j * 16)
                    .get(sums[j]!)
                    .op("f32x4.add")
                    .storeV128(j * 16);
              }
              f.advance(source, width * FLOAT_BYTES);
              f.advance(target, width * FLOAT_BYTES);
              f.get(column).i32(width).op("i32.sub").set(column);
            },
          );
        }
        f.get(from, block, ld).op("i32.mul", "i32.add").set(from);
        f.get(rows, block).op("i32.sub").set(rows);
      },
    );
  });
}
