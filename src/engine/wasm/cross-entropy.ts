/**
 * The fused soft-max cross-entropy.
 *
 * No product of probabilities is ever formed: the loss is (largest - x[target]) + log Σ e^(x - largest), so that a small
 * loss keeps its digits where the scores are large.
 */
import { I32, type ModuleBuilder } from "./assembler.ts";
import { emitMaxAndSum, rowLocals } from "./row-exponentials.ts";
import { emitLog } from "./vector-log.ts";

const FLOAT_BYTES = 4;

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
