/**
 * Row soft-max, log-sum-exp and the fused soft-max cross-entropy.
 *
 * Method, a row at a time: the largest value, then Σ e^(x - largest) in four lanes over the columns in order (the tail in
 * the first lane), lanes added as (0 + 1) + (2 + 3). No product of probabilities is ever formed: the loss is
 * (largest - x[target]) + log Σ e^(x - largest), so that a small loss keeps its digits where the scores are large.
 */
import { type FunctionBuilder, I32, type Local, type ModuleBuilder, V128 } from "./assembler.ts";
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

/** Runs `body` over the n columns from `start`: vectors of four, then single floats. `pointer` stands at the column. */
function emitColumns(f: FunctionBuilder, l: RowLocals, start: Local, n: Local, body: (lanes: 1 | 4) => void): void {
  f.get(start).set(l.pointer);
  f.get(n).set(l.left);
  for (const lanes of [4, 1] as const) {
    f.while(
      () => f.get(l.left).i32(lanes).op("i32.ge_u"),
      () => {
        body(lanes);
        f.advance(l.pointer, lanes * FLOAT_BYTES);
        f.get(l.left).i32(lanes).op("i32.sub").set(l.left);
      },
    );
  }
}

/** Combines the four lanes of a vector pairwise and leaves the result in all lanes. */
function emitAcross(f: FunctionBuilder, vector: Local, op: "f32x4.add" | "f32x4.max"): void {
  f.get(vector, vector, vector).shuffle(1, 0, 3, 2).op(op).set(vector);
  f.get(vector, vector, vector).shuffle(2, 3, 0, 1).op(op).set(vector);
}

/** largest = max x in all lanes; total = Σ e^(x - largest) in all lanes. */
function emitMaxAndSum(f: FunctionBuilder, l: RowLocals, x: Local, n: Local): void {
  f.f32x4(Number.NEGATIVE_INFINITY).set(l.largest);
  emitColumns(f, l, x, n, (lanes) => {
    f.get(l.largest, l.pointer);
    if (lanes === 4) f.loadV128();
    else f.loadSplat();
    f.op("f32x4.max").set(l.largest);
  });
  emitAcross(f, l.largest, "f32x4.max");
  f.f32x4(0).set(l.total);
  emitColumns(f, l, x, n, (lanes) => {
    f.get(l.pointer);
    if (lanes === 4) f.loadV128();
    else f.loadSplat();
    f.get(l.largest).op("f32x4.sub");
    emitExp(f);
    f.set(l.value);
    f.get(l.total);
    if (lanes === 4) f.get(l.value);
    else f.get(l.value).f32x4(0).shuffle(0, 4, 4, 4);
    f.op("f32x4.add").set(l.total);
  });
  emitAcross(f, l.total, "f32x4.add");
}

/** Stores the vector on the stack, or its first lane, at `pointer` + what was pushed before. */
function emitStore(f: FunctionBuilder, lanes: 1 | 4): void {
  if (lanes === 4) f.storeV128();
  else f.storeFirst();
}

/** (rows, n, from, to): rows follow each other without a gap. */
function emitSoftmaxRows(module: ModuleBuilder): void {
  module.function("softmax", [I32, I32, I32, I32], [], (f, [rows, n, from, to]) => {
    const l = rowLocals(f);
    const distance = f.local(I32);
    f.get(to, from).op("i32.sub").set(distance);
    f.while(
      () => f.get(rows),
      () => {
        emitMaxAndSum(f, l, from, n);
        emitColumns(f, l, from, n, (lanes) => {
          f.get(l.pointer, distance).op("i32.add").get(l.pointer);
          if (lanes === 4) f.loadV128();
          else f.loadSplat();
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

/** (rows, n, x, targets, kept, loss): kept is (largest, log Σ e^(x - largest)) a row */
function emitCrossEntropy(module: ModuleBuilder): void {
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

/** (rows, n, x, targets, kept, g, dx) */
function emitCrossEntropyGradient(module: ModuleBuilder): void {
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
          emitColumns(f, l, x, n, (lanes) => {
            f.get(l.pointer, distance).op("i32.add").get(l.pointer);
            if (lanes === 4) f.loadV128();
            else f.loadSplat();
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

export function emitSoftmax(module: ModuleBuilder): void {
  emitSoftmaxRows(module);
  emitCrossEntropy(module);
  emitCrossEntropyGradient(module);
}
