/** The gradient of the fused soft-max cross-entropy, from the largest score and the log of the sum that were kept. */
import { I32, type ModuleBuilder, V128 } from "./assembler.ts";
import { emitColumns, emitStore } from "./columns-loop.ts";
import { emitFlush } from "./elementwise.ts";
import { emitLoadSplat, rowLocals } from "./row-exponentials.ts";
import { emitExp } from "./vector-exp.ts";

const FLOAT_BYTES = 4;

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
      const product = f.local(V128);
      f.get(dx, x).op("i32.sub").set(distance);
      f.while(
        () => f.get(rows),
        () => {
          f.get(kept).loadSplat().set(l.largest);
          f.get(kept).loadSplat(FLOAT_BYTES).set(l.value);
          f.get(g).loadSplat().tee(l.total);
          emitFlush(f, l.total);
          f.set(l.total);
          emitColumns(f, n, l.left, [[x, l.pointer]], (lanes) => {
            f.get(l.pointer, distance).op("i32.add");
            emitLoadSplat(f, l.pointer, lanes);
            f.get(l.largest).op("f32x4.sub").get(l.value).op("f32x4.sub");
            emitExp(f);
            f.get(l.total).op("f32x4.mul").tee(product);
            emitFlush(f, product);
            emitStore(f, lanes);
          });
          f.get(x, distance).op("i32.add").get(targets).loadI32().i32(2).op("i32.shl", "i32.add").set(at);
          f.get(at, at).loadFirst().get(l.total).op("f32x4.sub").storeFirst();
          f.get(l.pointer).set(x);
          for (const pointer of [targets, g]) f.advance(pointer, FLOAT_BYTES);
          f.advance(kept, 2 * FLOAT_BYTES);
          f.advance(rows, -1);
        },
      );
    },
  );
}
