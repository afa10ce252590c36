import { addTo } from "../engine/add-to.ts";
import type { Tensor } from "../tensor/tensor.ts";

/**
 * Adds to a tensor's gradient what an operation can only write: the first goes to its place at once, a later one is written
 * beside it and added.
 *
 * @param write writes `x.size` elements from an offset on.
 */
export function addGradient(x: Tensor, write: (to: number) => void): void {
  const { engine, size } = x;
  const { offset, fresh } = x.gradientTarget();
  if (fresh) {
    write(offset);
    return;
  }
  const mark = engine.arena.mark();
  const added = engine.arena.allocate(size);
  write(added);
  addTo(engine, offset, added, size);
  engine.arena.release(mark);
}
