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
 * Why these sizes: 8 accumulators + 2 of B + 1 of A + the product fit V8's 15 usable vector registers, 6 x 8 spills; and
 * a panel slice of 256 x 8 floats (8 KB) stays in the first-level cache while the rows pass by.
 *
 * The fast forms multiply and add in one instruction. With panels of 16 columns V8 joins pairs of 128-bit vectors (its
 * revectorisation): 4 rows x 2 vectors of 256 bits are 8 accumulators again, enough to hide the latency of the sum.
 */
import { type FunctionBuilder, I32, type Local, type ModuleBuilder, V128 } from "./assembler.ts";

/** Rows of a packed block of a transposed A. */
export const TILE_ROWS = 4;
/** Terms that are summed from zero before they are added to C. */
export const BLOCK_TERMS = 256;
/** Neighbouring panels that the one-row form reads at a time: 6 accumulators, or 4 for the columns that are left. */
const WIDE_PANELS = [3, 2] as const;
/** Terms that the one-row form takes between two steps of its pointers. */
const WIDE_TERMS = 4;
/** Terms that a tile takes between two steps of its pointers; packed blocks step one pointer alone and gain nothing. */
const TILE_TERMS = { rows: 4, packed: 1 } as const;

const FLOAT_BYTES = 4;
const VECTOR_BYTES = 16;

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

/** accumulator += splat · b, where b is loaded by `loadB`. */
function emitMultiplyAdd(
  f: FunctionBuilder,
  form: ProductForm,
  accumulator: Local,
  splat: Local,
  loadB: () => void,
): void {
  if (form.fused) {
    f.get(splat);
    loadB();
    f.get(accumulator).op("f32x4.relaxed_madd").set(accumulator);
  } else {
    f.get(accumulator, splat);
    loadB();
    f.op("f32x4.mul", "f32x4.add").set(accumulator);
  }
}

/** Where the rows of A come from: `rows` = row-major, lda bytes apart; `packed` = blocks `[m/4][k][4]` of Aᵀ. */
type Source = "rows" | "packed";

interface TileLocals {
  readonly aRows: readonly Local[];
  readonly accumulators: readonly Local[];
  readonly b: readonly Local[];
  readonly splat: Local;
  readonly pB: Local;
  readonly endB: Local;
  readonly address: Local;
}

/**
 * acc[row][half] = Σ_k A[row, k] · B[k, half], from zero, over one panel slice; as in `emitWideRow`, the loop can be left
 * after every term.
 */
function emitInnerLoop(f: FunctionBuilder, form: ProductForm, source: Source, rows: number, l: TileLocals): void {
  const columns = vectorsOf(form);
  for (let i = 0; i < rows * columns; i++) f.f32x4(0).set(l.accumulators[i]!);
  const rowBytes = columns * VECTOR_BYTES;
  const terms = TILE_TERMS[source];
  f.loop((leave) => {
    for (let term = 0; term < terms; term++) {
      for (let j = 0; j < columns; j++)
        f.get(l.pB)
          .loadV128(j * VECTOR_BYTES + term * rowBytes)
          .set(l.b[j]!);
      for (let row = 0; row < rows; row++) {
        if (source === "rows")
          f.get(l.aRows[row]!)
            .loadSplat(term * FLOAT_BYTES)
            .set(l.splat);
        else
          f.get(l.aRows[0]!)
            .loadSplat((row + term * TILE_ROWS) * FLOAT_BYTES)
            .set(l.splat);
        for (let j = 0; j < columns; j++) {
          const acc = l.accumulators[row * columns + j]!;
          emitMultiplyAdd(f, form, acc, l.splat, () => f.get(l.b[j]!));
        }
      }
      if (term < terms - 1) {
        f.get(l.pB)
          .i32((term + 1) * rowBytes)
          .op("i32.add")
          .get(l.endB)
          .op("i32.eq");
        leave();
      }
    }
    if (source === "rows") for (let row = 0; row < rows; row++) f.advance(l.aRows[row]!, terms * FLOAT_BYTES);
    else f.advance(l.aRows[0]!, terms * TILE_ROWS * FLOAT_BYTES);
    f.advance(l.pB, terms * rowBytes);
    f.get(l.pB, l.endB).op("i32.eq");
    leave();
  });
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
function emitPanel(module: ModuleBuilder, form: ProductForm, source: Source): number {
  const vectors = vectorsOf(form);
  return module.function(
    `panel_${source}`,
    [I32, I32, I32, I32, I32, I32, I32, I32, I32],
    [],
    (f, [m, kBytesB, a, lda, b, c, ldc, s, lds]) => {
      const l: TileLocals = {
        aRows: [f.local(I32), f.local(I32), f.local(I32), f.local(I32)],
        pB: f.local(I32),
        endB: f.local(I32),
        address: f.local(I32),
        accumulators: Array.from({ length: TILE_ROWS * vectors }, () => f.local(V128)),
        b: Array.from({ length: vectors }, () => f.local(V128)),
        splat: f.local(V128),
      };
      f.get(b, kBytesB).op("i32.add").set(l.endB);
      const tile = (rows: number): void => {
        if (source === "rows") {
          f.get(a).set(l.aRows[0]!);
          for (let row = 1; row < rows; row++)
            f.get(l.aRows[row - 1]!, lda)
              .op("i32.add")
              .set(l.aRows[row]!);
          f.get(l.aRows[rows - 1]!, lda)
            .op("i32.add")
            .set(a);
        } else {
          // lda is the distance between packed blocks of four rows; a tail tile of 1 or 2 rows stays inside its block
          f.get(a).set(l.aRows[0]!);
          if (rows === TILE_ROWS) f.get(a, lda).op("i32.add").set(a);
          else f.advance(a, rows * FLOAT_BYTES);
        }
        f.get(b).set(l.pB);
        emitInnerLoop(f, form, source, rows, l);
        emitEpilogue(f, form, rows, l, c, ldc, s, lds);
        f.get(m).i32(rows).op("i32.sub").set(m);
      };
      f.while(
        () => f.get(m).i32(TILE_ROWS).op("i32.ge_u"),
        () => tile(TILE_ROWS),
      );
      f.get(m).i32(2).op("i32.ge_u");
      f.if(() => tile(2));
      f.get(m);
      f.if(() => tile(1));
    },
  );
}

/**
 * One row of A against neighbouring panels.
 *
 * The loop can be left after every term. That serves any k, and it holds V8 to its registers: without a way out between
 * them it loads the vectors of all four terms ahead of the first product, and spills.
 */
function emitWideRow(module: ModuleBuilder, form: ProductForm, count: number): number {
  const vectors = vectorsOf(form);
  const rowBytes = form.panelColumns * FLOAT_BYTES;
  const name = `wide_row_${count}`;
  return module.function(name, [I32, I32, I32, I32, I32, I32], [], (f, [kBytesA, a, b, panelBytes, c, s]) => {
    const panels = Array.from({ length: count }, () => f.local(I32));
    const end = f.local(I32);
    const accumulators = Array.from({ length: vectors * count }, () => f.local(V128));
    const splat = f.local(V128);
    f.get(b).set(panels[0]!);
    for (let p = 1; p < count; p++)
      f.get(panels[p - 1]!, panelBytes)
        .op("i32.add")
        .set(panels[p]!);
    f.get(a, kBytesA).op("i32.add").set(end);
    f.loop((leave) => {
      for (let term = 0; term < WIDE_TERMS; term++) {
        f.get(a)
          .loadSplat(term * FLOAT_BYTES)
          .set(splat);
        accumulators.forEach((acc, j) => {
          const at = (j % vectors) * VECTOR_BYTES + term * rowBytes;
          emitMultiplyAdd(f, form, acc, splat, () => f.get(panels[Math.floor(j / vectors)]!).loadV128(at));
        });
        f.get(a)
          .i32((term + 1) * FLOAT_BYTES)
          .op("i32.add")
          .get(end)
          .op("i32.eq");
        leave();
      }
      f.advance(a, WIDE_TERMS * FLOAT_BYTES);
      for (const panel of panels) f.advance(panel, WIDE_TERMS * rowBytes);
    });
    emitAddRow(f, accumulators, c, s);
  });
}

/** The last, narrower panel: its columns are summed in scratch and then added one by one. */
function emitTailPanel(module: ModuleBuilder, form: ProductForm, source: Source, panel: number): number {
  const rowBytes = form.panelColumns * FLOAT_BYTES;
  return module.function(
    `tail_${source}`,
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
 * Adds `gemm_rows` and `gemm_packed` to a module: (m, n, k, a, lda, b, c, ldc, s, lds, scratch), leading dimensions and
 * addresses in bytes, n and k in elements. `scratch` holds (m + 1) rows of a
 * panel, read and written only if n is no multiple of its columns.
 * `lds` = 0 makes every row of C begin as the one row at `s` (a bias). `s` may be `c` itself. C may not overlap A or B.
 * For `gemm_packed`, `lda` is the distance between blocks of four rows: 16 k bytes.
 */
export function emitGemm(module: ModuleBuilder, form: ProductForm): void {
  const { panelColumns } = form;
  const rowBytes = panelColumns * FLOAT_BYTES;
  const rowShift = panelColumns === 8 ? 5 : 6;
  const wideRows = WIDE_PANELS.map((count) => ({ count, wideRow: emitWideRow(module, form, count) }));
  for (const source of ["rows", "packed"] as const) {
    const panel = emitPanel(module, form, source);
    const tail = emitTailPanel(module, form, source, panel);
    module.function(
      `gemm_${source}`,
      [I32, I32, I32, I32, I32, I32, I32, I32, I32, I32, I32],
      [],
      (f, [m, n, k, a, lda, b, c, ldc, s, lds, scratch]) => {
        const kBlock = f.local(I32);
        const columns = f.local(I32);
        const pB = f.local(I32);
        const pC = f.local(I32);
        const pS = f.local(I32);
        const panelBytes = f.local(I32);
        f.while(
          () => f.get(k),
          () => {
            // kBlock = min(k, 256)
            f.get(k).set(kBlock);
            f.get(k).i32(BLOCK_TERMS).op("i32.gt_u");
            f.if(() => f.i32(BLOCK_TERMS).set(kBlock));
            f.get(kBlock).i32(rowShift).op("i32.shl").set(panelBytes);
            f.get(b).set(pB);
            f.get(c).set(pC);
            f.get(s).set(pS);
            f.get(n).set(columns);
            if (source === "rows") {
              f.get(m).i32(1).op("i32.eq");
              f.if(() => {
                for (const { count, wideRow } of wideRows) {
                  const width = count * panelColumns;
                  f.while(
                    () => f.get(columns).i32(width).op("i32.ge_u"),
                    () => {
                      f.get(kBlock).i32(2).op("i32.shl").get(a, pB, panelBytes, pC, pS).call(wideRow);
                      f.get(pB, panelBytes).i32(count).op("i32.mul", "i32.add").set(pB);
                      f.advance(pC, count * rowBytes);
                      f.advance(pS, count * rowBytes);
                      f.get(columns).i32(width).op("i32.sub").set(columns);
                    },
                  );
                }
              });
            }
            f.while(
              () => f.get(columns).i32(panelColumns).op("i32.ge_u"),
              () => {
                f.get(m, kBlock).i32(rowShift).op("i32.shl").get(a, lda, pB, pC, ldc, pS, lds).call(panel);
                f.get(pB, panelBytes).op("i32.add").set(pB);
                f.advance(pC, rowBytes);
                f.advance(pS, rowBytes);
                f.get(columns).i32(panelColumns).op("i32.sub").set(columns);
              },
            );
            f.get(columns);
            f.if(() => {
              f.get(m, kBlock).i32(rowShift).op("i32.shl").get(a, lda, pB, pC, ldc, pS, lds);
              f.get(columns).i32(2).op("i32.shl").get(scratch).call(tail);
              f.get(pB, panelBytes).op("i32.add").set(pB);
            });
            // the next block of terms adds to C itself
            const aBytes = source === "rows" ? 2 : 4;
            f.get(a, kBlock).i32(aBytes).op("i32.shl", "i32.add").set(a);
            f.get(pB).set(b);
            f.get(c).set(s);
            f.get(ldc).set(lds);
            f.get(k, kBlock).op("i32.sub").set(k);
          },
        );
      },
    );
  }
}
