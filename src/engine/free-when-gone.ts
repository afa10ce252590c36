import type { Heap } from "./allocator.ts";

const gone = new FinalizationRegistry<{ heap: Heap; offsets: readonly number[] }>(({ heap, offsets }) => {
  for (const offset of offsets) heap.free(offset);
});

/** Frees places of a heap when the object that they belong to has been collected. */
export function freeWhenGone(owner: object, heap: Heap, offsets: readonly number[]): void {
  gone.register(owner, { heap, offsets });
}
