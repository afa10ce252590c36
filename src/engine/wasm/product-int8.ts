/**
 * The matrix product with weights of int8 in emitted WebAssembly SIMD: C = S + A·(Q · diag(scales)).
 *
 * Method. Each row of A is rounded, 256 terms at a time, to 16-bit integers of a scale of its own: its largest magnitude
 * becomes 32,767. An instruction then multiplies eight pairs of 16-bit numbers and adds neighbours: two terms of four
 * columns. Q is packed in blocks of 256 terms, each in panels of 8 columns with the two terms of a pair side by side,
 * `[k/256][n/8][128][8][2]` bytes, terms and columns beyond the matrix zero. Rows go in tiles of 4, 2 and 1, a single
 * row against two panels at a time.
 *
 * Sums of a block are whole numbers below 2³¹ (256 · 127 · 32,767 is half of that) and so exact in any order. Each is
 * multiplied by the row's scale and then by the column's, and added to C, which begins as S, blocks in order. So the same
 * bytes come from every tile, runtime and number of rows.
 *
 * Rounding A costs at most 1/65,534 of its largest number, a 250th of what rounding W to int8 costs.
 */
import { type FunctionBuilder, I32, type Local, type ModuleBuilder, V128 } from "./assembler.ts";
import { emitAcross, emitColumns, emitLoad } from "./columns-loop.ts";
import { BLOCK_TERMS } from "./gemm.ts";

const FLOAT_BYTES = 4;
const VECTOR_BYTES = 16;
/** Columns of a packed panel of int8 weights. */
export const PANEL_COLUMNS = 8;
/** Two terms of eight columns. */
const PAIR_BYTES = 2 * PANEL_COLUMNS;
const PANEL_ROW_BYTES = PANEL_COLUMNS * FLOAT_BYTES;
const LARGEST_INT16 = 32_767;
/** A row of smaller numbers counts as one that has a number of this size. */
const SMALLEST = 1e-30;
/** 1.5 · 2²³, and its bits. */
const ROUNDER = 12_582_912;
const ROUNDER_BITS = 0x4b400000;

/** Bytes of a panel of k terms; an odd last one stands beside a zero. */
export function panelBytesInt8(k: number): number {
  return Math.ceil(k / 2) * PAIR_BYTES;
}

/** Packs Q [k, n]; `to` has `panelBytesInt8(k)` for each panel. */
export function packPanelsInt8(k: number, n: number, values: Int8Array, to: Int8Array): void {
  to.fill(0);
  let at = 0;
  for (let first = 0; first < k; first += BLOCK_TERMS) {
    const terms = Math.min(BLOCK_TERMS, k - first);
    for (let panel = 0; panel < n; panel += PANEL_COLUMNS) {
      const columns = Math.min(PANEL_COLUMNS, n - panel);
      for (let l = 0; l < terms; l++) {
        const pair = at + (l >> 1) * PAIR_BYTES + (l & 1);
        for (let j = 0; j < columns; j++) to[pair + 2 * j] = values[(first + l) * n + panel + j]!;
      }
      at += panelBytesInt8(terms);
    }
  }
}

/** Bytes of a row of A that is rounded: its pairs of terms, and its scale. */
export function roundedRowBytes(k: number): number {
  return 4 * Math.ceil(k / 2) + FLOAT_BYTES;
}

/**
 * (m, k, a, lda in bytes, to): rows of k terms as 16-bit integers, an odd one followed by 0, and then the scale.
 *
 * Adding 1.5 · 2²³ rounds to the nearest whole number, ties to even, and leaves it in the low bits of the float.
 */
function emitRoundRows(module: ModuleBuilder): void {
  module.function("round_rows", [I32, I32, I32, I32, I32], [], (f, [m, k, a, lda, to]) => {
    const left = f.local(I32);
    const from = f.local(I32);
    const largest = f.local(V128);
    const factor = f.local(V128);
    const rounded = f.local(V128);
    f.while(
      () => f.get(m),
      () => {
        f.f32x4(SMALLEST).set(largest);
        emitColumns(f, k, left, [[a, from]], (lanes) => {
          // magnitudes are in order as whole numbers too, NaN above all, which is one instruction
          emitLoad(f, from, lanes);
          f.op("f32x4.abs").get(largest).op("i32x4.max_s").set(largest);
        });
        emitAcross(f, largest, "f32x4.max");
        f.f32x4(LARGEST_INT16).get(largest).op("f32x4.div").set(factor);
        emitColumns(f, k, left, [[a, from]], (lanes) => {
          emitLoad(f, from, lanes);
          f.get(factor).op("f32x4.mul").f32x4(ROUNDER).op("f32x4.add");
          f.i32x4(ROUNDER_BITS).op("i32x4.sub").set(rounded);
          f.get(to, rounded, rounded).op("i16x8.narrow_i32x4_s");
          // a single term is stored with the zero behind it, which the next one overwrites
          if (lanes === 4) f.storeLow();
          else f.storeFirst();
          f.advance(to, 2 * lanes);
        });
        f.get(to, k).i32(1).op("i32.and").i32(1).op("i32.shl", "i32.add").set(to);
        f.get(to, largest).f32x4(LARGEST_INT16).op("f32x4.div").storeFirst();
        f.advance(to, FLOAT_BYTES);
        f.get(a, lda).op("i32.add").set(a);
        f.advance(m, -1);
      },
    );
  });
}

interface TileLocals {
  /** Rows of A, rounded. */
  readonly rows: readonly Local[];
  readonly panels: readonly Local[];
  readonly end: Local;
  readonly sums: readonly Local[];
  readonly weights: readonly Local[];
  readonly pair: Local;
}

const tileLocals = (f: FunctionBuilder, rows: number, panels: number): TileLocals => ({
  rows: Array.from({ length: rows }, () => f.local(I32)),
  panels: Array.from({ length: panels }, () => f.local(I32)),
  end: f.local(I32),
  sums: Array.from({ length: rows * panels * 2 }, () => f.local(V128)),
  weights: Array.from({ length: panels * 2 }, () => f.local(V128)),
  pair: f.local(V128),
});

/** sums[row][half panel] = Σ_k A[row, k] · Q[k, ·], exact. Afterwards each row's pointer stands at its scale. */
function emitSums(f: FunctionBuilder, rows: number, panels: number, l: TileLocals): void {
  const halves = panels * 2;
  for (let i = 0; i < rows * halves; i++) f.i32x4(0).set(l.sums[i]!);
  f.repeat(
    () => {
      for (let j = 0; j < halves; j++) {
        f.get(l.panels[j >> 1]!)
          .loadBytes((j & 1) * PANEL_COLUMNS)
          .set(l.weights[j]!);
      }
      for (let row = 0; row < rows; row++) {
        f.get(l.rows[row]!).loadSplat().set(l.pair);
        for (let j = 0; j < halves; j++) {
          const sum = l.sums[row * halves + j]!;
          f.get(sum, l.pair, l.weights[j]!).op("i32x4.dot_i16x8_s", "i32x4.add").set(sum);
        }
      }
      for (let row = 0; row < rows; row++) f.advance(l.rows[row]!, FLOAT_BYTES);
      for (let p = 0; p < panels; p++) f.advance(l.panels[p]!, PAIR_BYTES);
    },
    () => f.get(l.panels[0]!, l.end).op("i32.ne"),
  );
}

/** Pushes sums[row][half] · the row's scale · the columns' scales. */
function emitScaled(f: FunctionBuilder, l: TileLocals, row: number, half: number, halves: number, scales: Local): void {
  f.get(l.sums[row * halves + half]!).op("f32x4.convert_i32x4_s");
  f.get(l.rows[row]!).loadSplat().op("f32x4.mul");
  f.get(scales)
    .loadV128(half * VECTOR_BYTES)
    .op("f32x4.mul");
}

/** One panel: all m rows of C in 8 columns, or with `columns` in the first ones alone, through 8 floats at `scratch`. */
function emitPanel(module: ModuleBuilder, isTail: boolean): number {
  const parameters = [I32, I32, I32, I32, I32, I32, I32, I32, I32, I32, I32, I32] as const;
  return module.function(
    isTail ? "int8_tail" : "int8_panel",
    parameters,
    [],
    (f, [m, panelBytes, a, lda, b, c, ldc, s, lds, scales, columns, scratch]) => {
      const l = tileLocals(f, 4, 1);
      const column = f.local(I32);
      const store = (row: number): void => {
        if (!isTail) {
          for (let half = 0; half < 2; half++) {
            f.get(c, s).loadV128(half * VECTOR_BYTES);
            emitScaled(f, l, row, half, 2, scales);
            f.op("f32x4.add").storeV128(half * VECTOR_BYTES);
          }
          return;
        }
        for (let half = 0; half < 2; half++) {
          f.get(scratch);
          emitScaled(f, l, row, half, 2, scales);
          f.storeV128(half * VECTOR_BYTES);
        }
        const at = (base: Local) => f.get(base, column).op("i32.add");
        f.i32(0).set(column);
        f.while(
          () => f.get(column, columns).op("i32.lt_u"),
          () => {
            at(c);
            at(s).loadF32();
            at(scratch).loadF32().op("f32.add").storeF32();
            f.advance(column, FLOAT_BYTES);
          },
        );
      };
      f.get(b, panelBytes).op("i32.add").set(l.end);
      const tile = (rows: number): void => {
        for (let row = 0; row < rows; row++) {
          f.get(a).set(l.rows[row]!);
          f.get(a, lda).op("i32.add").set(a);
        }
        f.get(b).set(l.panels[0]!);
        emitSums(f, rows, 1, l);
        for (let row = 0; row < rows; row++) {
          store(row);
          f.get(c, ldc).op("i32.add").set(c);
          f.get(s, lds).op("i32.add").set(s);
        }
        f.get(m).i32(rows).op("i32.sub").set(m);
      };
      f.while(
        () => f.get(m).i32(4).op("i32.ge_u"),
        () => tile(4),
      );
      f.get(m).i32(2).op("i32.ge_u");
      f.if(() => tile(2));
      f.get(m);
      f.if(() => tile(1));
    },
  );
}

/** One row of A against two neighbouring panels: 16 columns of C. */
function emitWideRow(module: ModuleBuilder): number {
  return module.function("int8_wide_row", [I32, I32, I32, I32, I32, I32], [], (f, [panelBytes, a, b, c, s, scales]) => {
    const l = tileLocals(f, 1, 2);
    f.get(a).set(l.rows[0]!);
    f.get(b).set(l.panels[0]!);
    f.get(b, panelBytes).op("i32.add").tee(l.panels[1]!).set(l.end);
    emitSums(f, 1, 2, l);
    for (let half = 0; half < 4; half++) {
      f.get(c, s).loadV128(half * VECTOR_BYTES);
      emitScaled(f, l, 0, half, 4, scales);
      f.op("f32x4.add").storeV128(half * VECTOR_BYTES);
    }
  });
}

/**
 * Adds to a module `round_rows`, and `product_int8` of one block of terms: (m, n, panel bytes, a, lda, b, c, ldc, s, lds,
 * scales, scratch), leading dimensions and addresses in bytes. `a` is what `round_rows` made; `scales` has one float for
 * each column; `scratch` holds 8 floats, used only if n % 8 ≠ 0. `lds` = 0 repeats one row; `s` may be `c` itself.
 */
export function emitProductInt8(module: ModuleBuilder): void {
  emitRoundRows(module);
  const wideRow = emitWideRow(module);
  const panel = emitPanel(module, false);
  const tail = emitPanel(module, true);
  module.function(
    "product_int8",
    [I32, I32, I32, I32, I32, I32, I32, I32, I32, I32, I32, I32],
    [],
    (f, [m, n, panelBytes, a, lda, b, c, ldc, s, lds, scales, scratch]) => {
      const next = (panels: number): void => {
        f.get(b, panelBytes).i32(panels).op("i32.mul", "i32.add").set(b);
        for (const pointer of [c, s, scales]) f.advance(pointer, panels * PANEL_ROW_BYTES);
        f.get(n)
          .i32(panels * PANEL_COLUMNS)
          .op("i32.sub")
          .set(n);
      };
      f.get(m).i32(1).op("i32.eq");
      f.if(() =>
        f.while(
          () =>
            f
              .get(n)
              .i32(2 * PANEL_COLUMNS)
              .op("i32.ge_u"),
          () => {
            f.get(panelBytes, a, b, c, s, scales).call(wideRow);
            next(2);
          },
        ),
      );
      f.while(
        () => f.get(n).i32(PANEL_COLUMNS).op("i32.ge_u"),
        () => {
          f.get(m, panelBytes, a, lda, b, c, ldc, s, lds, scales).i32(0).i32(0).call(panel);
          next(1);
        },
      );
      f.get(n);
      f.if(() => {
        f.get(m, panelBytes, a, lda, b, c, ldc, s, lds, scales, n).i32(2).op("i32.shl").get(scratch).call(tail);
      });
    },
  );
}
