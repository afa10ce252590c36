/** Ints a slot: parent, token, id + 1 (0: empty), spare, so that a look-up touches one cache line. */
const STRIDE = 4;

/**
 * All n-grams of one length, numbered from 0 in the order they were first seen: an n-gram is the id of its first n - 1 tokens (its parent) and its last token.
 *
 * Open addressing with linear probing in one typed array, doubled when half full; ids do not change when it grows.
 */
export class NgramTable {
  /** How many different n-grams there are. */
  size = 0;
  /** As `[size..]`: the id of the first n - 1 tokens of each n-gram. */
  parents: Int32Array = new Int32Array(512);
  /** As `[size..]`: the last token of each n-gram. */
  tokens: Int32Array = new Int32Array(512);
  /** As `[size..]`: how often each was added. */
  counts: Int32Array = new Int32Array(512);
  /** As `[size..]`: how many different tokens stand to the left of each. */
  leftKinds: Int32Array = new Int32Array(512);
  #slots: Int32Array = new Int32Array(1024 * STRIDE);
  #shift = 22; // 32 - log2(slots)

  #slotOf(slots: Int32Array, parent: number, token: number): number {
    let hash = Math.imul(parent, 0x9e3779b1) + Math.imul(token, 0x85ebca6b);
    hash = Math.imul(hash ^ (hash >>> 15), 0x2c1b3c6d);
    const last = slots.length - STRIDE;
    let at = (hash >>> this.#shift) * STRIDE;
    while (slots[at + 2] !== 0 && (slots[at] !== parent || slots[at + 1] !== token)) at = (at + STRIDE) & last;
    return at;
  }

  /** The id of an n-gram, or -1. */
  find(parent: number, token: number): number {
    return this.#slots[this.#slotOf(this.#slots, parent, token) + 2]! - 1;
  }

  /** Counts an n-gram and returns its id: the `size` before the call when it is new. */
  add(parent: number, token: number): number {
    const slots = this.#slots;
    const at = this.#slotOf(slots, parent, token);
    let id = slots[at + 2]! - 1;
    if (id < 0) {
      if (this.size === this.parents.length) this.#grow();
      id = this.size;
      this.parents[id] = parent;
      this.tokens[id] = token;
      this.#put(this.#slots, id);
      this.size += 1;
    }
    this.counts[id]! += 1;
    return id;
  }

  #put(slots: Int32Array, id: number): void {
    const parent = this.parents[id]!;
    const token = this.tokens[id]!;
    const at = this.#slotOf(slots, parent, token);
    slots[at] = parent;
    slots[at + 1] = token;
    slots[at + 2] = id + 1;
  }

  #grow(): void {
    const wider = (values: Int32Array) => {
      const copy = new Int32Array(values.length * 2);
      copy.set(values);
      return copy;
    };
    this.parents = wider(this.parents);
    this.tokens = wider(this.tokens);
    this.counts = wider(this.counts);
    this.leftKinds = wider(this.leftKinds);
    this.#shift -= 1;
    const slots = new Int32Array(this.#slots.length * 2);
    for (let id = 0; id < this.size; id++) this.#put(slots, id);
    this.#slots = slots;
  }
}
