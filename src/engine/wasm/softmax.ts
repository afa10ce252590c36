/**
 * Row soft-max, log-sum-exp and the fused soft-max cross-entropy.
 *
 * Method, a row at a time: the largest value, then Σ e^(x - largest) in four lanes over the columns in order (the tail in
 * the first lane), lanes added as (0 + 1) + (2 + 3). No product of probabilities is ever formed: the loss is
 * (largest - x[target]) + log Σ e^(x - largest), so that a small loss keeps its digits where the scores are large.
 */
import { type FunctionBuilder, I32, type Local, type ModuleBuilder, V128 } from "./assembler.ts";
import { emitAcross, emitColumns, emitFirstOnly, emitStore, type Lanes } from "./columns-loop.ts";
import { emitExp } from "./vector-exp.ts";
import { emitLog } from "./vector-log.ts";

const FLOAT_BYTES = 4;

interface RowLocals {
  readonly left: Local;
  readonly pointer: Local;
  readonly value: Local;
  readonly largest: Local;
  readonly total: Local;
}

function rowLocals(f: FunctionBuilder): RowLocals {
  return {
    left: f.local(I32),
    pointer: f.local(I32),
    value: f.local(V128),
    largest: f.local(V128),
    total: f.local(V128),
  };
}

/** Loads the columns of a turn; a single one fills all lanes, so that a maximum may be taken of them. */
function emitLoadSplat(f: FunctionBuilder, pointer: Local, lanes: Lanes): void {
  f.get(pointer);
  if (lanes === 4) f.loadV128();
  else f.loadSplat();
}

/** largest = max x in all lanes; total = Σ e^(x - largest) in all lanes. */
function emitMaxAndSum(f: FunctionBuilder, l: RowLocals, x: Local, n: Local): void {
  f.f32x4(Number.NEGATIVE_INFINITY).set(l.largest);
  emitColumns(f, n, l.left, [[x, l.pointer]], (lanes) => {
    f.get(l.largest);
    emitLoadSplat(f, l.pointer, lanes);
    f.op("f32x4.max").set(l.largest);
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

/** `softmax` (rows, n, from, to): rows follow each other without a gap. */
export function emitSoftmax(module: ModuleBuilder): void {
  module.function("softmax", [I32, I32, I32, I32], [], (f, [rows, n, from, to]) => {
    const l = rowLocals(f);
    const distance = f.local(I32);
    f.get(to, from).op("i32.sub").set(distance);
    f.while(
      () => f.get(rows),
      () => {
        emitMaxAndSum(f, l, from, n);
        emitColumns(f, n, l.left, [[from, l.pointer]], (lanes) => {
          f.get(l.pointer, distance).op("i32.add");
          emitLoadSplat(f, l.pointer, lanes);
          f.get(l.largest).op("f32x4.sub");
          emitExp(f);
          f.get(l.total).op("f32x4.div");
          emitStore(f, lanes);
        });
        f.get(l.pointer).set(from);
        f.advance(rows, -1);
      },
    );
  });
}

/** `cross_entropy` (rows, n, x, targets, kept, loss): kept is (largest, log Σ e^(x - largest)) a row */
export function emitCrossEntropy(module: ModuleBuilder): void {
  module.function("cross_entropy", [I32, I32, I32, I32, I32, I32], [], (f, [rows, n, x, targets, kept, loss]) => {
    const l = rowLocals(f);
    f.while(
      () => f.get(rows),
      () => {
        emitMaxAndSum(f, l, x, n);
        f.get(l.total);
        emitLog(f);
        f.set(l.value);
        f.get(kept, l.largest).storeFirst().get(kept, l.value).storeFirst(FLOAT_BYTES);
        f.get(loss, l.largest);
        f.get(x, targets).loadI32().i32(2).op("i32.shl", "i32.add").loadSplat();
        f.op("f32x4.sub").get(l.value).op("f32x4.add").storeFirst();
        f.get(l.pointer).set(x);
        for (const pointer of [targets, loss]) f.advance(pointer, FLOAT_BYTES);
        f.advance(kept, 2 * FLOAT_BYTES);
        f.advance(rows, -1);
      },
    );
  });
}

/** `cross_entropy_gradient` (rows, n, x, targets, kept, g, dx) */
export function emitCrossEntropyGradient(module: ModuleBuilder): void {
  module.function(
    "cross_entropy_gradient",
    [I32, I32, I32, I32, I32, I32, I32],
    [],
    (f, [rows, n, x, targets, kept, g, dx]) => {
      const l = rowLocals(f);
      const distance = f.local(I32);
      const at = f.local(I32);
      f.get(dx, x).op("i32.sub").set(distance);
      f.while(
        () => f.get(rows),
        () => {
          f.get(kept).loadSplat().set(l.largest);
          f.get(kept).loadSplat(FLOAT_BYTES).set(l.value);
          f.get(g).loadSplat().set(l.total);
          emitColumns(f, n, l.left, [[x, l.pointer]], (lanes) => {
            f.get(l.pointer, distance).op("i32.add");
            emitLoadSplat(f, l.pointer, lanes);
            f.get(l.largest).op("f32x4.sub").get(l.value).op("f32x4.sub");
            emitExp(f);
            f.get(l.total).op("f32x4.mul");
            emitStore(f, lanes);
          });
          f.get(x, distance).op("i32.add").get(targets).loadI32().i32(2).op("i32.shl", "i32.add").set(at);
          f.get(at, at).loadF32().get(g).loadF32().op("f32.sub").storeF32();
          f.get(l.pointer).set(x);
          for (const pointer of [targets, g]) f.advance(pointer, FLOAT_BYTES);
          f.advance(kept, 2 * FLOAT_BYTES);
          f.advance(rows, -1);
        },
      );
    },
  );
}
