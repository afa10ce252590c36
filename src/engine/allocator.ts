/** Who owns which part of an engine's memory: a heap of long-lived blocks and an arena that a step owns. */
import { RecurraError } from "../core/errors.ts";

/** Memory that only grows; offsets and sizes in elements. */
export interface Store {
  /** Elements there are now. */
  readonly capacity: number;
  /** Adds at least `count` elements at the end; throws RecurraError "memory" where the system has no more. */
  grow(count: number): void;
}

/** All blocks begin on a 64-byte line (float32): no vector straddles two, and neighbours share none. */
const LINE = 16;
/** Smallest piece taken from the store: 128 KiB of float32, little beside the smallest model. */
const PIECE = 32_768;

function rounded(count: number): number {
  return Math.ceil(Math.max(count, 1) / LINE) * LINE;
}

/** Takes `wished` elements so that the store grows seldom; where there is no room for them, `count` alone. */
function take(store: Store, count: number, wished = count): { start: number; size: number } {
  const start = store.capacity;
  try {
    store.grow(Math.max(count, wished, PIECE));
  } catch {
    store.grow(count);
  }
  return { start, size: store.capacity - start };
}

interface Block {
  start: number;
  size: number;
}

/** Blocks that live until freed: first fit, neighbours merged. */
export class Heap {
  readonly #store: Store;
  readonly #free: Block[] = [];
  readonly #used = new Map<number, number>();

  constructor(store: Store) {
    this.#store = store;
  }

  /** Elements in use. */
  get used(): number {
    let total = 0;
    for (const size of this.#used.values()) total += size;
    return total;
  }

  /** @returns the offset of `count` elements; their content is whatever was there. */
  allocate(count: number): number {
    const size = rounded(count);
    let index = this.#free.findIndex((block) => block.size >= size);
    if (index < 0) {
      this.#release(take(this.#store, size));
      index = this.#free.findIndex((block) => block.size >= size);
    }
    const block = this.#free[index]!;
    const offset = block.start;
    block.start += size;
    block.size -= size;
    if (block.size === 0) this.#free.splice(index, 1);
    this.#used.set(offset, size);
    return offset;
  }

  free(offset: number): void {
    const size = this.#used.get(offset);
    if (size === undefined) {
      throw new RecurraError("internal", { where: "Heap.free", expected: "a block in use", got: `offset ${offset}` });
    }
    this.#used.delete(offset);
    this.#release({ start: offset, size });
  }

  #release(block: Block): void {
    let index = this.#free.findIndex((other) => other.start > block.start);
    if (index < 0) index = this.#free.length;
    this.#free.splice(index, 0, block);
    for (let i = Math.max(index - 1, 0); i < this.#free.length - 1 && i <= index; ) {
      const left = this.#free[i]!;
      const right = this.#free[i + 1]!;
      if (left.start + left.size === right.start) {
        left.size += right.size;
        this.#free.splice(i + 1, 1);
      } else i++;
    }
  }
}

/** A place in the arena to go back to. */
export interface Mark {
  readonly chunk: number;
  readonly position: number;
}

/** Memory of one step: allocation is an addition, and a reset gives everything back at once. */
export class Arena {
  readonly #store: Store;
  readonly #chunks: Block[] = [];
  #chunk = 0;
  #position = 0;
  #epoch = 0;

  constructor(store: Store) {
    this.#store = store;
  }

  /** Counts the resets; a tensor made in another epoch is gone. */
  get epoch(): number {
    return this.#epoch;
  }

  /** @returns the offset of `count` elements; their content is whatever was there. */
  allocate(count: number): number {
    const size = rounded(count);
    for (;;) {
      const chunk = this.#chunks[this.#chunk];
      if (chunk !== undefined && this.#position + size <= chunk.size) {
        const offset = chunk.start + this.#position;
        this.#position += size;
        return offset;
      }
      if (this.#chunk < this.#chunks.length - 1) {
        this.#chunk++;
        this.#position = 0;
        continue;
      }
      const total = this.#chunks.reduce((sum, block) => sum + block.size, 0);
      const block = take(this.#store, size, Math.floor(total / 16));
      if (chunk !== undefined && chunk.start + chunk.size === block.start) chunk.size += block.size;
      else {
        this.#chunks.push(block);
        this.#chunk = this.#chunks.length - 1;
        this.#position = 0;
      }
    }
  }

  mark(): Mark {
    return { chunk: this.#chunk, position: this.#position };
  }

  /** Gives back what was allocated since the mark; tensors made before it stay. */
  release(mark: Mark): void {
    this.#chunk = mark.chunk;
    this.#position = mark.position;
  }

  /** Ends the step: every tensor of the arena is gone. */
  reset(): void {
    this.#epoch++;
    this.#chunk = 0;
    this.#position = 0;
  }
}
