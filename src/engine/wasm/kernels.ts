/** The emitted kernels of an engine: called where they are asked for, or by the thread of a share. */
import type { Heap } from "../allocator.ts";
import { ThreadPool, WORTH_SHARING } from "../threads/thread-pool.ts";
import { ModuleBuilder } from "./assembler.ts";
import type { Products } from "./products.ts";
import { compile, type WasmMemory } from "./wasm-memory.ts";

export type Kernel = (...parameters: number[]) => number;

/** Adds functions to a module. */
export type Emit = (module: ModuleBuilder) => void;

/** Threads an engine may ever have: each has scratch of its own. */
export const MOST_THREADS = 64;
/** What a function of the vector library costs, in multiply-adds of a product. */
export const FUNCTION_WORK = 8;
/** Elements of a line of the cache: flat ranges of two threads share none. */
export const LINE = 16;
/** Parts that threads are told of ahead of the caller's own, so that they never wait for it. */
const PARTS_AHEAD = 8;

export class Kernels {
  /** The most threads that a piece of work is shared by. */
  threads: number;
  readonly #memory: WasmMemory;
  readonly #modules: Uint8Array[] = [];
  readonly pool: ThreadPool;
  /** The engine's matrix products, for kernels that are made of them. */
  products!: Products;
  /** What each emitter has made. */
  readonly #emitted = new Map<Emit, Readonly<Record<string, Kernel>>>();
  #count = 0;
  /** The share that kernels are called for; 0 is run here. */
  #share = 0;
  #running = false;

  constructor(memory: WasmMemory, heap: Heap, threads: number, alwaysShare: boolean) {
    this.threads = threads;
    this.#memory = memory;
    this.pool = new ThreadPool(memory.memory, heap, this.#modules, alwaysShare);
  }

  /** What an emitter adds to a module of its own, by name; compiled when it is first asked for. */
  of(emit: Emit): Readonly<Record<string, Kernel>> {
    let kernels = this.#emitted.get(emit);
    if (kernels === undefined) {
      kernels = this.add(emit);
      this.#emitted.set(emit, kernels);
    }
    return kernels;
  }

  /** As `of`, for an emitter that is asked once. */
  add(emit: Emit): Readonly<Record<string, Kernel>> {
    const module = new ModuleBuilder();
    emit(module);
    const bytes = module.toBytes(this.#memory);
    const instance = new WebAssembly.Instance(compile(bytes), { env: { memory: this.#memory.memory } });
    this.#modules.push(bytes);
    const kernels: Record<string, Kernel> = {};
    for (const [name, own] of Object.entries(instance.exports as Record<string, Kernel>)) {
      const number = this.#count++;
      kernels[name] = (...parameters) => {
        if (this.#share === 0) return own(...parameters);
        this.pool.workers.enqueue(this.#share, number, parameters);
        return 0;
      };
    }
    return kernels;
  }

  /** See `Engine.concurrently`. */
  concurrently(
    work: number,
    most: number,
    parts: number,
    run: (share: number, shares: number, part: number) => void,
  ): void {
    const shares = this.#running || this.threads < 2 ? 1 : this.pool.acquire(this.threads, work, most);
    if (shares === 1) {
      for (let part = 0; part < parts; part++) run(0, 1, part);
      return;
    }
    this.#running = true;
    try {
      for (let first = 0; first < parts; first += PARTS_AHEAD) {
        const end = Math.min(parts, first + PARTS_AHEAD);
        for (this.#share = shares - 1; this.#share > 0; this.#share--) {
          try {
            for (let part = first; part < end; part++) run(this.#share, shares, part);
          } finally {
            // also what came before an error: `join` waits for it
            this.pool.workers.publish(this.#share);
          }
        }
        for (let part = first; part < end; part++) run(0, shares, part);
      }
    } finally {
      this.#share = 0;
      this.#running = false;
      this.pool.workers.join();
    }
  }

  /**
   * Runs `run` on ranges of `count` rows or columns that together are all of them, at once.
   *
   * @param unit ranges begin at multiples of it.
   * @param work multiply-adds of the whole.
   * @param run gets the first of a range, their number, and the share that runs it.
   */
  split(count: number, unit: number, work: number, run: (first: number, count: number, share: number) => void): void {
    if (this.#running || work < WORTH_SHARING) {
      run(0, count, this.#share);
      return;
    }
    const units = Math.ceil(count / unit);
    this.concurrently(work, units, 1, (share, shares) => {
      const first = unit * Math.floor((units * share) / shares);
      const end = Math.min(count, unit * Math.floor((units * (share + 1)) / shares));
      run(first, end - first, share);
    });
  }
}
