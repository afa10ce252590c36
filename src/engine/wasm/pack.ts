/**
 * Packing of matrices for the product kernels.
 *
 * `pack_panels` cuts a row-major [k, n] into panels of 8 (or 16) columns, `[n/8][k][8]`, the right-hand side of a product;
 * columns beyond n are zeros. `pack_panels_transposed` makes the same panels from the transpose, a row-major [n, k].
 * `transpose` makes rows of columns, for the left-hand side.
 */
import { type FunctionBuilder, I32, type Local, type ModuleBuilder, V128 } from "./assembler.ts";
import type { ProductForm } from "./gemm.ts";

const FLOAT_BYTES = 4;
const LANES = 4;
const VECTOR_BYTES = 16;

/** Panels that are packed side by side: a row gives each of them a part of the same lines of the cache. */
const NEIGHBOURS = 4;

function emitPackPanels(module: ModuleBuilder, width: number): void {
  const rowBytes = width * FLOAT_BYTES;
  // (k, n, from, ld in bytes, to)
  module.function("pack_panels", [I32, I32, I32, I32, I32], [], (f, [k, n, from, ld, to]) => {
    const row = f.local(I32);
    const source = f.local(I32);
    const column = f.local(I32);
    const panelBytes = f.local(I32);
    const targets = Array.from({ length: NEIGHBOURS }, () => f.local(I32));
    f.get(k).i32(rowBytes).op("i32.mul").set(panelBytes);
    /** Runs `body` for each row of `count` panels; `to` moves behind them. */
    const panels = (count: number, body: (targets: readonly Local[]) => void): void => {
      const used = targets.slice(0, count);
      for (const target of used) {
        f.get(to).set(target);
        f.get(to, panelBytes).op("i32.add").set(to);
      }
      f.get(from).set(source);
      f.get(k).set(row);
      f.while(
        () => f.get(row),
        () => {
          body(used);
          f.get(source, ld).op("i32.add").set(source);
          for (const target of used) f.advance(target, rowBytes);
          f.advance(row, -1);
        },
      );
    };
    for (const count of [NEIGHBOURS, 1]) {
      f.while(
        () =>
          f
            .get(n)
            .i32(count * width)
            .op("i32.ge_u"),
        () => {
          panels(count, (used) => {
            used.forEach((target, p) => {
              for (let j = 0; j < rowBytes; j += VECTOR_BYTES)
                f.get(target, source)
                  .loadV128(p * rowBytes + j)
                  .storeV128(j);
            });
          });
          f.advance(from, count * rowBytes);
          f.advance(n, -count * width);
        },
      );
    }
    f.get(n);
    f.if(() =>
      panels(1, ([target]) => {
        for (let j = 0; j < rowBytes; j += VECTOR_BYTES) f.get(target!).f32x4(0).storeV128(j);
        f.i32(0).set(column);
        f.while(
          () => f.get(column, n).op("i32.lt_u"),
          () => {
            const at = (base: Local): void => {
              f.get(base, column).i32(2).op("i32.shl", "i32.add");
            };
            at(target!);
            at(source);
            f.loadF32().storeF32();
            f.advance(column, 1);
          },
        );
      }),
    );
  });
}

/** `scatter_row`: one row of `columns` floats becomes a column, `ldTo` bytes between its elements. */
function emitScatterRow(module: ModuleBuilder): number {
  return module.function("scatter_row", [I32, I32, I32, I32], [], (f, [columns, from, to, ldTo]) => {
    f.while(
      () => f.get(columns),
      () => {
        f.get(to, from).loadF32().storeF32();
        f.advance(from, FLOAT_BYTES);
        f.get(to, ldTo).op("i32.add").set(to);
        f.advance(columns, -1);
      },
    );
  });
}

/** 4 x 4 floats of four rows at `rows`, transposed in registers, become four rows at `to`, `ldTo` bytes apart. */
function emitSquare(
  f: FunctionBuilder,
  rows: readonly Local[],
  values: readonly Local[],
  to: Local,
  ldTo: Local,
): void {
  const [r0, r1, r2, r3, low, high, pairs, rest] = values as [Local, Local, Local, Local, Local, Local, Local, Local];
  rows.forEach((row, i) => {
    f.get(row).loadV128().set(values[i]!);
  });
  f.get(r0, r1).shuffle(0, 4, 1, 5).set(low);
  f.get(r0, r1).shuffle(2, 6, 3, 7).set(high);
  f.get(r2, r3).shuffle(0, 4, 1, 5).set(pairs);
  f.get(r2, r3).shuffle(2, 6, 3, 7).set(rest);
  const store = (a: Local, b: Local, half: readonly [number, number, number, number]): void => {
    f.get(to, a, b)
      .shuffle(...half)
      .storeV128();
    f.get(to, ldTo).op("i32.add").set(to);
  };
  store(low, pairs, [0, 1, 4, 5]);
  store(low, pairs, [2, 3, 6, 7]);
  store(high, rest, [0, 1, 4, 5]);
  store(high, rest, [2, 3, 6, 7]);
}

/** `transpose`: (rows, columns, from, ldFrom, to, ldTo), to[j, i] = from[i, j]; distances in bytes. */
function emitTranspose(module: ModuleBuilder): number {
  const scatterRow = emitScatterRow(module);
  return module.function(
    "transpose",
    [I32, I32, I32, I32, I32, I32],
    [],
    (f, [rows, columns, from, ldFrom, to, ldTo]) => {
      const pointers = Array.from({ length: LANES }, () => f.local(I32));
      const values = Array.from({ length: 2 * LANES }, () => f.local(V128));
      const left = f.local(I32);
      const target = f.local(I32);
      f.while(
        () => f.get(rows).i32(LANES).op("i32.ge_u"),
        () => {
          for (const pointer of pointers) {
            f.get(from).set(pointer);
            f.get(from, ldFrom).op("i32.add").set(from);
          }
          f.get(to).set(target);
          f.get(columns).set(left);
          f.while(
            () => f.get(left).i32(LANES).op("i32.ge_u"),
            () => {
              emitSquare(f, pointers, values, target, ldTo);
              for (const pointer of pointers) f.advance(pointer, VECTOR_BYTES);
              f.advance(left, -LANES);
            },
          );
          pointers.forEach((pointer, i) => {
            f.get(left, pointer, target)
              .i32(i * FLOAT_BYTES)
              .op("i32.add")
              .get(ldTo)
              .call(scatterRow);
          });
          f.advance(to, VECTOR_BYTES);
          f.advance(rows, -LANES);
        },
      );
      f.while(
        () => f.get(rows),
        () => {
          f.get(columns, from, to, ldTo).call(scatterRow);
          f.get(from, ldFrom).op("i32.add").set(from);
          f.advance(to, FLOAT_BYTES);
          f.advance(rows, -1);
        },
      );
    },
  );
}

function emitPackTransposed(module: ModuleBuilder, width: number): void {
  const transpose = emitTranspose(module);
  // (k, n, from [n, k], ld in bytes, to)
  module.function("pack_panels_transposed", [I32, I32, I32, I32, I32], [], (f, [k, n, from, ld, to]) => {
    const columns = f.local(I32);
    const next = f.local(I32);
    const zeros = f.local(I32);
    f.while(
      () => f.get(n),
      () => {
        f.get(n).set(columns);
        f.get(n).i32(width).op("i32.gt_u");
        f.if(() => f.i32(width).set(columns));
        f.get(to, k)
          .i32(width * FLOAT_BYTES)
          .op("i32.mul", "i32.add")
          .set(next);
        // the last panel's columns beyond n stay zeros
        f.get(columns).i32(width).op("i32.lt_u");
        f.if(() => {
          f.get(to).set(zeros);
          f.while(
            () => f.get(zeros, next).op("i32.lt_u"),
            () => {
              f.get(zeros).f32x4(0).storeV128();
              f.advance(zeros, VECTOR_BYTES);
            },
          );
        });
        f.get(columns, k, from, ld, to)
          .i32(width * FLOAT_BYTES)
          .call(transpose);
        f.get(columns, ld).op("i32.mul").get(from).op("i32.add").set(from);
        f.get(next).set(to);
        f.get(n, columns).op("i32.sub").set(n);
      },
    );
  });
}

/** Adds `pack_panels`, `pack_panels_transposed` and `transpose` to a module. */
export function emitPack(module: ModuleBuilder, form: ProductForm): void {
  emitPackPanels(module, form.panelColumns);
  emitPackTransposed(module, form.panelColumns);
}
