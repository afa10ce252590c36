/**
 * What soft-max and cross-entropy share: the exponentials of a row.
 *
 * Method, a row at a time: the largest value, then Σ e^(x - largest) in four lanes over the columns in order (the tail in
 * the first lane), lanes added as (0 + 1) + (2 + 3).
 */
import { type FunctionBuilder, I32, type Local, V128 } from "./assembler.ts";
import { emitAcross, emitColumns, emitFirstOnly, type Lanes } from "./columns-loop.ts";
import { emitExp } from "./vector-exp.ts";

export interface RowLocals {
  readonly left: Local;
  readonly pointer: Local;
  readonly value: Local;
  readonly largest: Local;
  readonly total: Local;
}

export function rowLocals(f: FunctionBuilder): RowLocals {
  return {
    left: f.local(I32),
    pointer: f.local(I32),
    value: f.local(V128),
    largest: f.local(V128),
    total: f.local(V128),
  };
}

/** Loads the columns of a turn; a single one fills all lanes, so that a maximum may be taken of them. */
export function emitLoadSplat(f: FunctionBuilder, pointer: Local, lanes: Lanes): void {
  f.get(pointer);
  if (lanes === 4) f.loadV128();
  else f.loadSplat();
}

/**
 * largest = max x in all lanes; total = Σ e^(x - largest) in all lanes, NaN if any x is.
 *
 * `pmax`, one instruction where `max` takes ten, passes over a NaN; the sum does not.
 */
export function emitMaxAndSum(f: FunctionBuilder, l: RowLocals, x: Local, n: Local): void {
  f.f32x4(Number.NEGATIVE_INFINITY).set(l.largest);
  emitColumns(f, n, l.left, [[x, l.pointer]], (lanes) => {
    f.get(l.largest);
    emitLoadSplat(f, l.pointer, lanes);
    f.op("f32x4.pmax").set(l.largest);
  });
  emitAcross(f, l.largest, "f32x4.max");
  f.f32x4(0).set(l.total);
  emitColumns(f, n, l.left, [[x, l.pointer]], (lanes) => {
    emitLoadSplat(f, l.pointer, lanes);
    f.get(l.largest).op("f32x4.sub");
    emitExp(f);
    f.set(l.value);
    f.get(l.total, l.value);
    emitFirstOnly(f, lanes);
    f.op("f32x4.add").set(l.total);
  });
  emitAcross(f, l.total, "f32x4.add");
}
