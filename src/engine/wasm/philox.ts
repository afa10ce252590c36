/**
 * Dropout masks drawn by Philox4x32-10: the random blocks of `core/random.ts`, bit for bit.
 *
 * Four blocks of consecutive counters run side by side, one a lane, so that each turn fills sixteen units. A 32 x 32 bit
 * product is two extended multiplications, whose halves two shuffles sort out; after the ten rounds the four words are
 * transposed, so that a unit stands where its block and word say.
 *
 * Source: Salmon, Moraes, Dror and Shaw 2011, "Parallel random numbers: as easy as 1, 2, 3", section 3.3.
 */
import { F32, type FunctionBuilder, I32, type Local, type ModuleBuilder, V128 } from "./assembler.ts";

const FLOAT_BYTES = 4;
/** Units that a turn writes: the last turn of a row may write as many less one beyond it. */
export const MASK_UNITS = 16;

const ROUNDS = 10;
const MULTIPLIER_0 = 0xd2511f53;
const MULTIPLIER_1 = 0xcd9e8d57;
const WEYL_0 = 0x9e3779b9;
const WEYL_1 = 0xbb67ae85;

/** Sets `high` and `low` to the halves of multiplier · x, lane by lane. */
function emitProduct(f: FunctionBuilder, multiplier: number, x: Local, high: Local, low: Local): void {
  f.i32x4(multiplier).get(x).op("i64x2.extmul_low_i32x4_u").set(low);
  f.i32x4(multiplier).get(x).op("i64x2.extmul_high_i32x4_u").set(high);
  // one after the other in place: both halves are needed twice
  const pair = f.borrow();
  f.get(low, high).shuffle(0, 2, 4, 6).set(pair);
  f.get(low, high).shuffle(1, 3, 5, 7).set(high);
  f.get(pair).set(low);
  f.release(pair);
}

/** One round over x0 to x3 with the keys k0 and k1. */
function emitRound(f: FunctionBuilder, x: readonly Local[], k0: Local, k1: Local): void {
  const [x0, x1, x2, x3] = x as [Local, Local, Local, Local];
  const [high0, low0, high1, low1] = [f.borrow(), f.borrow(), f.borrow(), f.borrow()];
  emitProduct(f, MULTIPLIER_0, x0, high0, low0);
  emitProduct(f, MULTIPLIER_1, x2, high1, low1);
  f.get(high1, x1).op("v128.xor").get(k0).op("v128.xor").set(x0);
  f.get(high0, x3).op("v128.xor").get(k1).op("v128.xor").set(x2);
  f.get(low1).set(x1);
  f.get(low0).set(x3);
  f.release(high0, low0, high1, low1);
}

/** Stores sixteen units: 0 where a word is below the threshold, else `keep`. */
function emitStores(f: FunctionBuilder, x: readonly Local[], threshold: Local, keep: Local, pointer: Local): void {
  const [x0, x1, x2, x3] = x as [Local, Local, Local, Local];
  const words = [f.borrow(), f.borrow(), f.borrow(), f.borrow()] as const;
  f.get(x0, x1).shuffle(0, 4, 1, 5).set(words[0]);
  f.get(x0, x1).shuffle(2, 6, 3, 7).set(words[1]);
  f.get(x2, x3).shuffle(0, 4, 1, 5).set(words[2]);
  f.get(x2, x3).shuffle(2, 6, 3, 7).set(words[3]);
  for (let block = 0; block < 4; block++) {
    const [low, high] = block < 2 ? [words[0], words[2]] : [words[1], words[3]];
    f.get(pointer, keep, low, high);
    if (block % 2 === 0) f.shuffle(0, 1, 4, 5);
    else f.shuffle(2, 3, 6, 7);
    f.get(threshold)
      .op("i32x4.lt_u", "v128.andnot")
      .storeV128(block * 4 * FLOAT_BYTES);
  }
  f.release(...words);
}

/**
 * Adds the function `dropout_mask` to a module: (rows, n, key0, key1, c0, c1, places, threshold, keep, to), where
 * `places` holds the last two counter words of each row's first block.
 */
export function emitPhilox(module: ModuleBuilder): void {
  const parameters = [I32, I32, I32, I32, I32, I32, I32, I32, F32, I32] as const;
  module.function("dropout_mask", parameters, [], (f, locals) => {
    const [rows, n, key0, key1, c0, c1, places, threshold, keep, to] = locals as readonly [
      Local,
      Local,
      Local,
      Local,
      Local,
      Local,
      Local,
      Local,
      Local,
      Local,
    ];
    const [pointer, left, block] = [f.local(I32), f.local(I32), f.local(I32)];
    const [limit, kept, lanes, k0, k1] = [f.local(V128), f.local(V128), f.local(V128), f.local(V128), f.local(V128)];
    const x = [f.local(V128), f.local(V128), f.local(V128), f.local(V128)] as const;
    f.get(threshold).op("i32x4.splat").set(limit);
    f.get(keep).op("f32x4.splat").set(kept);
    // 0, 1, 2, 3
    f.i32x4(0).i32x4(1).shuffle(0, 4, 0, 4).i32x4(0).i32x4(2).shuffle(0, 0, 4, 4).op("i32x4.add").set(lanes);
    f.while(
      () => f.get(rows),
      () => {
        f.get(to).set(pointer);
        f.get(n).set(left);
        f.get(places).loadI32(FLOAT_BYTES).set(block);
        f.while(
          () => f.get(left).i32(0).op("i32.gt_s"),
          () => {
            f.get(c0).op("i32x4.splat").set(x[0]);
            f.get(c1).op("i32x4.splat").set(x[1]);
            f.get(places).loadI32().op("i32x4.splat").set(x[2]);
            f.get(block).op("i32x4.splat").get(lanes).op("i32x4.add").set(x[3]);
            f.get(key0).op("i32x4.splat").set(k0);
            f.get(key1).op("i32x4.splat").set(k1);
            for (let round = 0; round < ROUNDS; round++) {
              emitRound(f, x, k0, k1);
              if (round === ROUNDS - 1) break;
              f.get(k0).i32x4(WEYL_0).op("i32x4.add").set(k0);
              f.get(k1).i32x4(WEYL_1).op("i32x4.add").set(k1);
            }
            emitStores(f, x, limit, kept, pointer);
            f.advance(pointer, MASK_UNITS * FLOAT_BYTES);
            f.advance(left, -MASK_UNITS);
            f.advance(block, MASK_UNITS / 4);
          },
        );
        f.get(to, n).i32(2).op("i32.shl", "i32.add").set(to);
        f.advance(places, 2 * FLOAT_BYTES);
        f.advance(rows, -1);
      },
    );
  });
}
