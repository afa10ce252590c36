/**
 * The matrix product C = S + A·B in emitted WebAssembly SIMD.
 *
 * Method, in the default form. B is packed in blocks of 256 terms, each in panels of 8 columns, `[k/256][n/8][256][8]`, the last panel padded
 * with zeros, so that the loops read it as one forward stream. A tile of 4 rows x 8 columns of C lives in 8 vector registers: for each k two vectors
 * of B are loaded, one value of A a row is splatted, and 8 multiplies and 8 adds follow (two roundings each: no fused
 * multiply-add). Row tails use tiles of 2 and 1 rows, and m = 1 has a form of its own, 1 row x 24 columns.
 *
 * Order of sums, the same in every form: k runs upwards in blocks of 256; each block is summed from zero and then added
 * to C, which begins as S. So no tile, tail or number of rows changes a bit of an element.
 *
 * Why these sizes: 8 accumulators + 2 of B + 4 of A + the product fit V8's 15 usable vector registers, 5 x 8 spills; and
 * a panel slice of 256 x 8 floats (8 KB) stays in the first-level cache while the rows pass by.
 *
 * Order of instructions. A row's products come before its sums: a processor with two multipliers and two adders fills
 * them so, and is a tenth slower where each sum follows its product. The optimising compiler of V8 up to version 12
 * writes arithmetic in an order of its own, each sum behind its product, unless one value needs both sums: then both
 * products come first. So on the way out of a loop half of a row's sums are xored with the other half, and xored again
 * behind it, which gives them back bit for bit.
 *
 * The fast forms multiply and add in one instruction. With panels of 16 columns V8 joins pairs of 128-bit vectors (its
 * revectorisation). Then tiles have 5 rows x 2 vectors of 256 bits, after some of 4 rows until 5 divides what is left, so
 * that batches of 16, 32 and 64 have no tail.
 */
import { type FunctionBuilder, I32, type Local, type ModuleBuilder, V128 } from "./assembler.ts";

/** Rows of a tile. */
export const TILE_ROWS = 4;
/** Rows of a tile whose vectors the compiler joins: ten sums at once hide the latency of each, eight do just not. */
const WIDE_TILE_ROWS = 5;
/** Terms that are summed from zero before they are added to C. */
export const BLOCK_TERMS = 256;
/** Neighbouring panels that the one-row form reads at a time: 6 accumulators, or 4 for the columns that are left. */
const WIDE_PANELS = [3, 2] as const;
/** Terms that a loop takes in one turn, so that what a turn costs besides is small; of tails, which run seldom, fewer. */
const LOOP_TERMS = { tile: 16, wideRow: 8, tail: 4 } as const;
/** Terms between two steps of the pointers to A: V8 holds the address of each term ahead of a splat in a register. */
const STEP_TERMS = 4;

const FLOAT_BYTES = 4;
const VECTOR_BYTES = 16;

/** Rows whose lines of the cache the processor fetches ahead by itself as the panels go on. */
const FOLLOWED_ROWS = 32;

/** Which of several emitted forms of the products an engine has; within one form no bit depends on m, n or the tile. */
export interface ProductForm {
  /** Columns of a packed panel of B: 8, or 16 where the compiler makes one 256-bit vector of two of 128 bits. */
  readonly panelColumns: 8 | 16;
  /** Multiply and add with one rounding (relaxed SIMD); the bits then depend on the processor. */
  readonly fused: boolean;
}

/** Two roundings in 128-bit vectors: the same bytes everywhere. */
export const DEFAULT_FORM: ProductForm = { panelColumns: 8, fused: false };

/** Vectors of a panel's row. */
function vectorsOf(form: ProductForm): number {
  return (form.panelColumns * FLOAT_BYTES) / VECTOR_BYTES;
}

/** What the loop over the terms works on: some rows of A against neighbouring panels of B. */
interface TileLocals {
  /** Pointers to the rows of A. */
  readonly rows: readonly Local[];
  /** Pointers to the panels, and the end of the first one's slice. */
  readonly panels: readonly Local[];
  readonly end: Local;
  /** Row by row, a vector for each of `b`. */
  readonly accumulators: readonly Local[];
  readonly b: readonly Local[];
  readonly products: readonly Local[];
  readonly splat: Local;
}

function tileLocals(f: FunctionBuilder, form: ProductForm, rows: number, panels: number): TileLocals {
  const locals = (count: number, type: typeof I32 | typeof V128): Local[] =>
    Array.from({ length: count }, () => f.local(type));
  const vectors = panels * vectorsOf(form);
  return {
    rows: locals(rows, I32),
    panels: locals(panels, I32),
    end: f.local(I32),
    accumulators: locals(rows * vectors, V128),
    b: locals(vectors, V128),
    products: locals(vectors, V128),
    splat: f.local(V128),
  };
}

/** accumulators += splat · b, for one row of a tile and one term. */
function emitTerm(f: FunctionBuilder, form: ProductForm, accumulators: readonly Local[], l: TileLocals): void {
  if (form.fused) {
    accumulators.forEach((acc, j) => {
      f.get(l.splat, l.b[j]!, acc).op("f32x4.relaxed_madd").set(acc);
    });
  } else {
    l.b.forEach((b, j) => {
      f.get(l.splat, b).op("f32x4.mul").set(l.products[j]!);
    });
    accumulators.forEach((acc, j) => {
      f.get(acc, l.products[j]!).op("f32x4.add").set(acc);
    });
  }
}

/**
 * acc[row, j] = Σ_k A[row, k] · B[k, j], from zero, over a slice of the panels.
 *
 * @param terms of one turn of the loop, a multiple of `STEP_TERMS`.
 *
 * The loop can be left after every term. That serves any k, and it holds V8 to its registers: without a way out between
 * them it loads the vectors of all terms ahead of the first product, and spills.
 */
function emitSums(f: FunctionBuilder, form: ProductForm, rows: number, terms: number, l: TileLocals): void {
  const vectors = l.b.length;
  const rowBytes = form.panelColumns * FLOAT_BYTES;
  const ofRow = (row: number): readonly Local[] => l.accumulators.slice(row * vectors, (row + 1) * vectors);
  const xorHalves = (): void => {
    for (let row = 0; row < rows; row++) {
      const accumulators = ofRow(row);
      const half = accumulators.slice(vectors / 2);
      half.forEach((other, j) => {
        f.get(accumulators[j]!, other).op("v128.xor").set(accumulators[j]!);
      });
    }
  };
  for (let row = 0; row < rows; row++) for (const acc of ofRow(row)) f.f32x4(0).set(acc);
  f.loop((leave) => {
    for (let term = 0; term < terms; term++) {
      const step = term % STEP_TERMS;
      l.b.forEach((b, j) => {
        const at = (j % vectorsOf(form)) * VECTOR_BYTES + term * rowBytes;
        f.get(l.panels[Math.floor(j / vectorsOf(form))]!)
          .loadV128(at)
          .set(b);
      });
      for (let row = 0; row < rows; row++) {
        f.get(l.rows[row]!)
          .loadSplat(step * FLOAT_BYTES)
          .set(l.splat);
        emitTerm(f, form, ofRow(row), l);
      }
      if (step === STEP_TERMS - 1)
        for (let row = 0; row < rows; row++) f.advance(l.rows[row]!, STEP_TERMS * FLOAT_BYTES);
      if (term < terms - 1)
        f.get(l.panels[0]!)
          .i32((term + 1) * rowBytes)
          .op("i32.add");
      else {
        for (const panel of l.panels) f.advance(panel, terms * rowBytes);
        f.get(l.panels[0]!);
      }
      f.get(l.end).op("i32.eq");
      leave(xorHalves);
    }
  });
  xorHalves();
}

/** C[row] = S[row] + acc for the rows of a tile; a row's loads come before its stores, so that vectors can be joined. */
function emitEpilogue(
  f: FunctionBuilder,
  form: ProductForm,
  rows: number,
  l: TileLocals,
  c: Local,
  ldc: Local,
  s: Local,
  lds: Local,
): void {
  const columns = vectorsOf(form);
  for (let row = 0; row < rows; row++) {
    emitAddRow(f, l.accumulators.slice(row * columns, (row + 1) * columns), c, s);
    f.get(c, ldc).op("i32.add").set(c);
    f.get(s, lds).op("i32.add").set(s);
  }
}

/** c[0..) = s[0..) + accumulators. */
function emitAddRow(f: FunctionBuilder, accumulators: readonly Local[], c: Local, s: Local): void {
  accumulators.forEach((acc, j) => {
    f.get(s)
      .loadV128(j * VECTOR_BYTES)
      .get(acc)
      .op("f32x4.add")
      .set(acc);
  });
  accumulators.forEach((acc, j) => {
    f.get(c, acc).storeV128(j * VECTOR_BYTES);
  });
}

/** One panel: all m rows of C in its columns, one k block. */
function emitPanel(module: ModuleBuilder, form: ProductForm): number {
  return module.function(
    "panel",
    [I32, I32, I32, I32, I32, I32, I32, I32, I32],
    [],
    (f, [m, kBytesB, a, lda, b, c, ldc, s, lds]) => {
      const wide = form.panelColumns === 16;
      const l = tileLocals(f, form, wide ? WIDE_TILE_ROWS : TILE_ROWS, 1);
      f.get(b, kBytesB).op("i32.add").set(l.end);
      const tile = (rows: number): void => {
        for (let row = 0; row < rows; row++) {
          f.get(a).set(l.rows[row]!);
          f.get(a, lda).op("i32.add").set(a);
        }
        f.get(b).set(l.panels[0]!);
        emitSums(f, form, rows, rows >= TILE_ROWS ? LOOP_TERMS.tile : LOOP_TERMS.tail, l);
        emitEpilogue(f, form, rows, l, c, ldc, s, lds);
        f.get(m).i32(rows).op("i32.sub").set(m);
      };
      for (const rows of wide ? [TILE_ROWS, WIDE_TILE_ROWS, 2, 1] : [TILE_ROWS, 2, 1]) {
        f.while(
          () => {
            f.get(m).i32(rows).op("i32.ge_u");
            if (wide && rows === TILE_ROWS) f.get(m).i32(WIDE_TILE_ROWS).op("i32.rem_u", "i32.mul");
          },
          () => tile(rows),
        );
      }
    },
  );
}

/**
 * Reads the panel's last number of each row of S, so that the rows' lines of the cache come side by side. A tile would ask
 * for its own when its sums are done, and wait for them before the next tile has begun. (The line of the first number came
 * for the panel before, where rows do not begin with lines.)
 */
function emitTouch(f: FunctionBuilder, m: Local, s: Local, lds: Local, rowBytes: number): void {
  const [left, row, touched] = [f.local(I32), f.local(I32), f.local(I32)];
  f.get(m).set(left).get(s).set(row);
  f.repeat(
    () => {
      f.get(row)
        .loadI32(rowBytes - FLOAT_BYTES)
        .set(touched);
      f.get(row, lds).op("i32.add").set(row);
      f.advance(left, -1);
    },
    () => f.get(left),
  );
}

/** One row of A against neighbouring panels. */
function emitWideRow(module: ModuleBuilder, form: ProductForm, count: number): number {
  const name = `wide_row_${count}`;
  return module.function(name, [I32, I32, I32, I32, I32], [], (f, [panelBytes, a, b, c, s]) => {
    const l = tileLocals(f, form, 1, count);
    f.get(a).set(l.rows[0]!);
    for (const panel of l.panels) {
      f.get(b).set(panel);
      f.get(b, panelBytes).op("i32.add").set(b);
    }
    f.get(l.panels[0]!, panelBytes).op("i32.add").set(l.end);
    emitSums(f, form, 1, LOOP_TERMS.wideRow, l);
    emitAddRow(f, l.accumulators, c, s);
  });
}

/** The last, narrower panel: its columns are summed in scratch and then added one by one. */
function emitTailPanel(module: ModuleBuilder, form: ProductForm, panel: number): number {
  const rowBytes = form.panelColumns * FLOAT_BYTES;
  return module.function(
    "tail",
    [I32, I32, I32, I32, I32, I32, I32, I32, I32, I32, I32],
    [],
    (f, [m, kBytesB, a, lda, b, c, ldc, s, lds, columns, scratch]) => {
      const row = f.local(I32);
      const column = f.local(I32);
      const from = f.local(I32);
      // scratch: a row of zeros (the S of the panel), then m rows
      for (let j = 0; j < vectorsOf(form); j++)
        f.get(scratch)
          .f32x4(0)
          .storeV128(j * VECTOR_BYTES);
      f.get(m, kBytesB, a, lda, b);
      f.get(scratch).i32(rowBytes).op("i32.add").i32(rowBytes).get(scratch).i32(0).call(panel);
      f.get(scratch).i32(rowBytes).op("i32.add").set(from);
      f.while(
        () => f.get(row, m).op("i32.lt_u"),
        () => {
          f.i32(0).set(column);
          f.while(
            () => f.get(column, columns).op("i32.lt_u"),
            () => {
              f.get(c, column).op("i32.add");
              f.get(s, column)
                .op("i32.add")
                .loadF32()
                .get(from, column)
                .op("i32.add")
                .loadF32()
                .op("f32.add")
                .storeF32();
              f.advance(column, FLOAT_BYTES);
            },
          );
          f.get(c, ldc).op("i32.add").set(c);
          f.get(s, lds).op("i32.add").set(s);
          f.advance(from, rowBytes);
          f.advance(row, 1);
        },
      );
    },
  );
}

/**
 * Adds `gemm` to a module: (m, n, k, a, lda, b, c, ldc, s, lds, scratch), a product over one block of terms; everything in
 * elements. `scratch` holds (m + 1) rows of a panel, read and written only if n is no multiple of its columns.
 * `lds` = 0 makes every row of C begin as the one row at `s` (a bias). `s` may be `c` itself. C may not overlap A or B.
 */
export function emitGemm(module: ModuleBuilder, form: ProductForm): void {
  const { panelColumns } = form;
  const rowBytes = panelColumns * FLOAT_BYTES;
  const wideRows = WIDE_PANELS.map((count) => ({ count, wideRow: emitWideRow(module, form, count) }));
  const panel = emitPanel(module, form);
  const tail = emitTailPanel(module, form, panel);
  module.function(
    "gemm",
    [I32, I32, I32, I32, I32, I32, I32, I32, I32, I32, I32],
    [],
    (f, [m, n, k, a, lda, b, c, ldc, s, lds, scratch]) => {
      const panelBytes = f.local(I32);
      for (const inBytes of [a, lda, b, c, ldc, s, lds, scratch]) f.get(inBytes).i32(2).op("i32.shl").set(inBytes);
      f.get(k).i32(rowBytes).op("i32.mul").set(panelBytes);
      f.get(m).i32(1).op("i32.eq");
      f.if(() => {
        for (const { count, wideRow } of wideRows) {
          const width = count * panelColumns;
          f.while(
            () => f.get(n).i32(width).op("i32.ge_u"),
            () => {
              f.get(panelBytes, a, b, c, s).call(wideRow);
              f.get(b, panelBytes).i32(count).op("i32.mul", "i32.add").set(b);
              f.advance(c, count * rowBytes);
              f.advance(s, count * rowBytes);
              f.advance(n, -width);
            },
          );
        }
      });
      f.while(
        () => f.get(n).i32(panelColumns).op("i32.ge_u"),
        () => {
          f.get(lds).get(m).i32(FOLLOWED_ROWS).op("i32.gt_u", "i32.mul");
          f.if(() => emitTouch(f, m, s, lds, rowBytes));
          f.get(m, panelBytes, a, lda, b, c, ldc, s, lds).call(panel);
          f.get(b, panelBytes).op("i32.add").set(b);
          f.advance(c, rowBytes);
          f.advance(s, rowBytes);
          f.advance(n, -panelColumns);
        },
      );
      f.get(n);
      f.if(() => {
        f.get(m, panelBytes, a, lda, b, c, ldc, s, lds);
        f.get(n).i32(2).op("i32.shl").get(scratch).call(tail);
      });
    },
  );
}
