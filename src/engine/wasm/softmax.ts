/** Row soft-max: the exponentials of a row, each divided by their sum. */
import { I32, type ModuleBuilder } from "./assembler.ts";
import { emitColumns, emitStore } from "./columns-loop.ts";
import { emitLoadSplat, emitMaxAndSum, rowLocals } from "./row-exponentials.ts";
import { emitExp } from "./vector-exp.ts";

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
