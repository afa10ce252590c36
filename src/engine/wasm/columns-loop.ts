/** What row kernels share: walking over the columns of a row, and combining lanes in one order. */
import type { FunctionBuilder, Local } from "./assembler.ts";

const FLOAT_BYTES = 4;

/** How many columns a turn of the loop takes: a vector of four, or one of what is left. */
export type Lanes = 1 | 4;

/**
 * Runs `body` over n columns: vectors of four, then single ones.
 *
 * @param left a scratch i32.
 * @param pointers each walking pointer begins at its start and moves on with the columns.
 */
export function emitColumns(
  f: FunctionBuilder,
  n: Local,
  left: Local,
  pointers: readonly (readonly [start: Local, walking: Local])[],
  body: (lanes: Lanes) => void,
): void {
  for (const [start, walking] of pointers) if (start !== walking) f.get(start).set(walking);
  f.get(n).set(left);
  for (const lanes of [4, 1] as const) {
    f.while(
      () => f.get(left).i32(lanes).op("i32.ge_u"),
      () => {
        body(lanes);
        for (const [, walking] of pointers) f.advance(walking, lanes * FLOAT_BYTES);
        f.get(left).i32(lanes).op("i32.sub").set(left);
      },
    );
  }
}

/** Loads the columns of a turn; lanes beyond them are zero. */
export function emitLoad(f: FunctionBuilder, pointer: Local, lanes: Lanes): void {
  f.get(pointer);
  if (lanes === 4) f.loadV128();
  else f.loadFirst();
}

/** Stores the columns of a turn; the address was pushed before the vector. */
export function emitStore(f: FunctionBuilder, lanes: Lanes): void {
  if (lanes === 4) f.storeV128();
  else f.storeFirst();
}

/** Clears the lanes beyond the columns of a turn. */
export function emitFirstOnly(f: FunctionBuilder, lanes: Lanes): void {
  if (lanes === 1) f.f32x4(0).shuffle(0, 4, 4, 4);
}

/** Combines the four lanes as (0 + 1) + (2 + 3) and leaves the result in all of them. */
export function emitAcross(f: FunctionBuilder, vector: Local, op: "f32x4.add" | "f32x4.max"): void {
  f.get(vector, vector, vector).shuffle(1, 0, 3, 2).op(op).set(vector);
  f.get(vector, vector, vector).shuffle(2, 3, 0, 1).op(op).set(vector);
}
