import type { TokenCursor, TokenIds } from "./token-ids.ts";

/** Ids that are held in memory. */
export class HeldIds implements TokenIds, TokenCursor {
  readonly #ids: Int32Array;

  /** @param ids as `[N]`; kept, not copied. */
  constructor(ids: Int32Array) {
    this.#ids = ids;
  }

  get length(): number {
    return this.#ids.length;
  }

  cursor(): TokenCursor {
    return this;
  }

  first(count: number): Int32Array {
    return this.#ids.subarray(0, count);
  }

  read(start: number, into: Int32Array): void {
    into.set(this.#ids.subarray(start, start + into.length));
  }
}
