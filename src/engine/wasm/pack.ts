/**
 * Packing of matrices for the product kernels.
 *
 * `pack_panels` and `pack_tiles` cut a row-major [k, n] into panels of 8 (or 16) or of 4 columns, `[n/width][k][width]`:
 * the first are the right-hand side of a product, the second the transposed left-hand side. `pack_panels_transposed`
 * makes panels from the transpose, a row-major [n, k]. Columns beyond n are zeros.
 */
import { I32, type Local, type ModuleBuilder } from "./assembler.ts";
import { type ProductForm, TILE_ROWS } from "./gemm.ts";

const FLOAT_BYTES = 4;

function emitPackRows(module: ModuleBuilder, name: string, width: number): void {
  // (k, n, from, ld in bytes, to)
  module.function(name, [I32, I32, I32, I32, I32], [], (f, [k, n, from, ld, to]) => {
    const row = f.local(I32);
    const source = f.local(I32);
    const column = f.local(I32);
    const panelRows = (body: () => void): void => {
      f.get(from).set(source);
      f.get(k).set(row);
      f.while(
        () => f.get(row),
        () => {
          body();
          f.get(source, ld).op("i32.add").set(source);
          f.advance(to, width * FLOAT_BYTES);
          f.advance(row, -1);
        },
      );
    };
    f.while(
      () => f.get(n).i32(width).op("i32.ge_u"),
      () => {
        panelRows(() => {
          for (let j = 0; j < width; j += 4)
            f.get(to, source)
              .loadV128(j * FLOAT_BYTES)
              .storeV128(j * FLOAT_BYTES);
        });
        f.advance(from, width * FLOAT_BYTES);
        f.get(n).i32(width).op("i32.sub").set(n);
      },
    );
    f.get(n);
    f.if(() =>
      panelRows(() => {
        for (let j = 0; j < width; j += 4)
          f.get(to)
            .f32x4(0)
            .storeV128(j * FLOAT_BYTES);
        f.i32(0).set(column);
        f.while(
          () => f.get(column, n).op("i32.lt_u"),
          () => {
            const at = (base: Local): void => {
              f.get(base, column).i32(2).op("i32.shl", "i32.add");
            };
            at(to);
            at(source);
            f.loadF32().storeF32();
            f.advance(column, 1);
          },
        );
      }),
    );
  });
}

function emitPackTransposed(module: ModuleBuilder, width: number): void {
  // (k, n, from [n, k], ld in bytes, to)
  module.function("pack_panels_transposed", [I32, I32, I32, I32, I32], [], (f, [k, n, from, ld, to]) => {
    const column = f.local(I32);
    const columns = f.local(I32);
    const row = f.local(I32);
    const source = f.local(I32);
    const target = f.local(I32);
    const panelBytes = f.local(I32);
    f.get(k)
      .i32(width * FLOAT_BYTES)
      .op("i32.mul")
      .set(panelBytes);
    f.while(
      () => f.get(n),
      () => {
        f.get(n).set(columns);
        f.get(n).i32(width).op("i32.gt_u");
        f.if(() => f.i32(width).set(columns));
        f.i32(0).set(column);
        f.while(
          () => f.get(column).i32(width).op("i32.lt_u"),
          () => {
            f.get(to, column).i32(2).op("i32.shl", "i32.add").set(target);
            f.get(from).set(source);
            f.get(k).set(row);
            f.get(column, columns).op("i32.lt_u");
            f.if(
              () => {
                f.while(
                  () => f.get(row),
                  () => {
                    f.get(target, source).loadF32().storeF32();
                    f.advance(source, FLOAT_BYTES);
                    f.advance(target, width * FLOAT_BYTES);
                    f.advance(row, -1);
                  },
                );
                f.get(from, ld).op("i32.add").set(from);
              },
              () => {
                f.while(
                  () => f.get(row),
                  () => {
                    f.get(target).f32(0).storeF32();
                    f.advance(target, width * FLOAT_BYTES);
                    f.advance(row, -1);
                  },
                );
              },
            );
            f.advance(column, 1);
          },
        );
        f.get(to, panelBytes).op("i32.add").set(to);
        f.get(n, columns).op("i32.sub").set(n);
      },
    );
  });
}

/** Adds `pack_panels`, `pack_panels_transposed` and `pack_tiles` to a module. */
export function emitPack(module: ModuleBuilder, form: ProductForm): void {
  emitPackRows(module, "pack_panels", form.panelColumns);
  emitPackRows(module, "pack_tiles", TILE_ROWS);
  emitPackTransposed(module, form.panelColumns);
}
