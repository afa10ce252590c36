import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { Arena, Heap, type Store } from "./allocator.ts";

/** What the allocators round to, and the least they take from the store. */
const [LINE, PIECE] = [16, 32_768];

/** Memory of no content, that others may take from too. */
class CountingStore implements Store {
  capacity = 16_384;
  readonly growths: number[] = [];

  grow(count: number): void {
    this.capacity += count;
    this.growths.push(count);
  }
}

interface Range {
  readonly offset: number;
  readonly count: number;
}

const overlap = (a: Range, b: Range): boolean => a.offset < b.offset + b.count && b.offset < a.offset + a.count;

describe("Heap", () => {
  it("begins every block on a line of 16 elements, beyond what was there before it", () => {
    const heap = new Heap(new CountingStore());
    expect([1, 16, 17, 0, 5].map((count) => heap.allocate(count))).toEqual([16_384, 16_400, 16_416, 16_448, 16_464]);
    expect(heap.used).toBe(6 * LINE);
  });

  it("takes the first gap that is large enough", () => {
    const heap = new Heap(new CountingStore());
    const [a, , c] = [heap.allocate(64), heap.allocate(16), heap.allocate(32), heap.allocate(16)];
    heap.free(a!);
    heap.free(c!);
    expect(heap.allocate(32)).toBe(a);
    expect(heap.allocate(48)).toBeGreaterThan(c!);
    expect(heap.allocate(32)).toBe(a! + 32);
    expect(heap.allocate(32)).toBe(c);
  });

  it("merges freed neighbours, in whatever order they are freed", () => {
    for (const order of [
      [0, 1, 2],
      [2, 1, 0],
      [0, 2, 1],
      [1, 0, 2],
    ]) {
      const heap = new Heap(new CountingStore());
      const blocks = [heap.allocate(16), heap.allocate(16), heap.allocate(16)];
      heap.allocate(16);
      for (const index of order) heap.free(blocks[index]!);
      expect(heap.allocate(48), `freed in the order ${order}`).toBe(blocks[0]);
    }
  });

  it("takes at least 128 KiB at a time, and a piece of its own for a larger block", () => {
    const store = new CountingStore();
    const heap = new Heap(store);
    heap.allocate(1);
    heap.allocate(PIECE - LINE);
    expect(store.growths).toEqual([PIECE]);
    heap.allocate(PIECE + 1);
    expect(store.growths).toEqual([PIECE, PIECE + LINE]);
  });

  it("joins a new piece to the free end of the last one where nobody took memory between", () => {
    const store = new CountingStore();
    const heap = new Heap(store);
    const first = heap.allocate(16);
    expect(heap.allocate(PIECE)).toBe(first + 16);
  });

  it("calls a block that is freed twice, or was never handed out, a bug", () => {
    const heap = new Heap(new CountingStore());
    const block = heap.allocate(20);
    heap.allocate(20);
    heap.free(block);
    expect(() => heap.free(block)).toThrowErrorMatchingInlineSnapshot(
      `[RecurraError: Heap.free: expected a block in use, got offset 16384. This is a bug of Recurra: report it with the command and the data that led here.]`,
    );
    expect(() => heap.free(block + 32 + 1)).toThrow(/block in use/);
  });

  it("leaves everything as it was where the store has no more", () => {
    const store = new CountingStore();
    const heap = new Heap(store);
    const block = heap.allocate(16);
    store.grow = () => {
      throw new RangeError("full");
    };
    expect(() => heap.allocate(PIECE)).toThrow("full");
    expect(heap.used).toBe(16);
    heap.free(block);
    expect(heap.allocate(PIECE)).toBe(block);
  });

  it("never hands out one element twice, whatever is allocated and freed, and uses freed memory again", () => {
    const command = fc.oneof(
      fc.record({ kind: fc.constant("allocate" as const), count: fc.integer({ min: 0, max: 100_000 }) }),
      fc.record({ kind: fc.constant("free" as const), index: fc.nat() }),
      fc.record({ kind: fc.constant("others" as const), count: fc.integer({ min: 1, max: 5000 }) }),
    );
    fc.assert(
      fc.property(fc.array(command, { maxLength: 60 }), (commands) => {
        const store = new CountingStore();
        const heap = new Heap(store);
        const foreign: Range[] = [{ offset: 0, count: store.capacity }];
        const owned: Range[] = [];
        for (const step of commands) {
          if (step.kind === "others") {
            // an arena on the same store
            foreign.push({ offset: store.capacity, count: step.count * LINE });
            store.grow(step.count * LINE);
          } else if (step.kind === "allocate") {
            const range = { offset: heap.allocate(step.count), count: step.count };
            expect(range.offset % LINE).toBe(0);
            expect(range.offset + range.count).toBeLessThanOrEqual(store.capacity);
            for (const other of [...foreign, ...owned]) expect(overlap(range, other)).toBe(false);
            owned.push(range);
          } else if (owned.length > 0) {
            const [victim] = owned.splice(step.index % owned.length, 1);
            heap.free(victim!.offset);
          }
        }
        for (const range of owned) heap.free(range.offset);
        expect(heap.used).toBe(0);
        const before = store.capacity;
        for (const range of owned) heap.allocate(range.count);
        expect(store.capacity - before).toBeLessThanOrEqual(PIECE);
      }),
      { seed: 1, numRuns: 300 },
    );
  });
});

describe("Arena", () => {
  it("hands out lines one after the other and gives all back at the reset", () => {
    const arena = new Arena(new CountingStore());
    const offsets = [arena.allocate(1), arena.allocate(17), arena.allocate(0)];
    expect(offsets).toEqual([16_384, 16_400, 16_432]);
    arena.reset();
    expect(arena.allocate(100)).toBe(16_384);
  });

  it("counts its resets: a mark given back is no new epoch", () => {
    const arena = new Arena(new CountingStore());
    expect(arena.epoch).toBe(0);
    arena.release(arena.mark());
    expect(arena.epoch).toBe(0);
    arena.reset();
    expect(arena.epoch).toBe(1);
  });

  it("gives back what was allocated since a mark, nested marks and other pieces included", () => {
    const store = new CountingStore();
    const arena = new Arena(store);
    arena.allocate(16);
    const outer = arena.mark();
    const first = arena.allocate(16);
    store.grow(LINE); // another owner: the next piece is no neighbour
    const inner = arena.mark();
    const far = arena.allocate(PIECE);
    expect(far).toBeGreaterThan(store.growths[0]!);
    arena.release(inner);
    expect(arena.allocate(16)).toBe(first + 16);
    arena.release(outer);
    expect(arena.allocate(32)).toBe(first);
    expect(arena.allocate(PIECE)).toBe(far);
  });

  it("grows its last piece in place where the store goes on there", () => {
    const arena = new Arena(new CountingStore());
    const first = arena.allocate(16);
    expect(arena.allocate(PIECE)).toBe(first + 16);
  });

  it("takes at least a sixteenth of what it has: 40 million elements grow from 128 KiB in 120 times, not 1,200", () => {
    const store = new CountingStore();
    const arena = new Arena(store);
    for (let i = 0; i < 2000; i++) arena.allocate(20_000);
    expect(store.growths.length).toBeLessThan(120);
  });

  it("asks for no more memory in a step that allocates what the first one did, in pieces far apart", () => {
    const store = new CountingStore();
    const arena = new Arena(store);
    const step = (afterEach: () => void): number[] => {
      const offsets = [100, 300_000, 5, 700_000, 20_000, 300_000].map((count) => {
        const offset = arena.allocate(count);
        afterEach();
        return offset;
      });
      arena.reset();
      return offsets;
    };
    const first = step(() => store.grow(LINE));
    expect(store.growths.filter((count) => count > LINE).length).toBeGreaterThan(2);
    const capacity = store.capacity;
    for (let i = 0; i < 20; i++) expect(step(() => undefined)).toEqual(first);
    expect(store.capacity).toBe(capacity);
  });

  it("never hands out one element twice between resets and marks, nor the heap's", () => {
    const command = fc.oneof(
      fc.record({ kind: fc.constant("allocate" as const), count: fc.integer({ min: 0, max: 200_000 }) }),
      fc.record({ kind: fc.constant("heap" as const), count: fc.integer({ min: 0, max: 200_000 }) }),
      fc.constant({ kind: "mark" as const }),
      fc.constant({ kind: "release" as const }),
      fc.constant({ kind: "reset" as const }),
    );
    fc.assert(
      fc.property(fc.array(command, { maxLength: 60 }), (commands) => {
        const store = new CountingStore();
        const [arena, heap] = [new Arena(store), new Heap(store)];
        const kept: Range[] = [{ offset: 0, count: store.capacity }];
        let live: Range[] = [];
        let marks: { mark: ReturnType<Arena["mark"]>; count: number }[] = [];
        for (const step of commands) {
          if (step.kind === "mark") marks.push({ mark: arena.mark(), count: live.length });
          else if (step.kind === "release") {
            const back = marks.pop();
            if (back === undefined) continue;
            arena.release(back.mark);
            live = live.slice(0, back.count);
          } else if (step.kind === "reset") {
            arena.reset();
            live = [];
            marks = [];
          } else {
            const owner = step.kind === "heap" ? heap : arena;
            const range = { offset: owner.allocate(step.count), count: step.count };
            expect(range.offset + range.count).toBeLessThanOrEqual(store.capacity);
            for (const other of [...kept, ...live]) expect(overlap(range, other)).toBe(false);
            (step.kind === "heap" ? kept : live).push(range);
          }
        }
      }),
      { seed: 1, numRuns: 300 },
    );
  });
});
