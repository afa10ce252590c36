/**
 * The threads of an engine, whose code comes when it is asked for: a page's own thread may not wait for others and does
 * without it. Until it is there the caller does everything alone, with the same bits.
 */
import type { Heap } from "../allocator.ts";
import type { WorkerThreads } from "./worker-threads.ts";

/** The least work of a share, in multiply-adds: some 10 microseconds. */
const LEAST_SHARE = 250_000;
/** The least work that two threads share, in multiply-adds. */
export const WORTH_SHARING: number = 2 * LEAST_SHARE;

/** Whether this thread may sleep by Atomics.wait: a page's own may not. */
function maySleep(): boolean {
  try {
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 1);
    return true;
  } catch {
    return false;
  }
}

export class ThreadPool {
  readonly #fetch: () => Promise<void>;
  #fetched: Promise<void> | undefined;
  #workers: WorkerThreads | undefined;

  /** @param modules the bytes of every module, in the order in which kernels are numbered; it grows as segments are compiled. */
  constructor(memory: WebAssembly.Memory, heap: Heap, modules: readonly Uint8Array[], alwaysShare: boolean) {
    this.#fetch = async () => {
      if (typeof SharedArrayBuffer === "undefined" || !(memory.buffer instanceof SharedArrayBuffer) || !maySleep())
        return;
      const { WorkerThreads } = await import("./worker-threads.ts");
      this.#workers = new WorkerThreads(memory, heap, modules, alwaysShare);
    };
  }

  /** Fetches the code of threads; where there can be none, or it can not be fetched, the caller goes on alone. */
  prepare(): Promise<void> {
    this.#fetched ??= this.#fetch().catch(() => {});
    return this.#fetched;
  }

  /** Threads that are up, the caller's own among them. */
  get running(): number {
    return this.#workers?.running ?? 1;
  }

  /**
   * Takes threads for a piece of work; `join` gives them back.
   *
   * @param threads how many may be up, the caller's own among them.
   * @param work in multiply-adds.
   * @param most shares that the work can be cut into.
   * @returns the number of shares, the caller's own, number 0, among them.
   */
  acquire(threads: number, work: number, most: number): number {
    const wanted = Math.min(threads, most, Math.floor(work / LEAST_SHARE));
    if (wanted < 2) return 1;
    if (this.#workers === undefined) void this.prepare();
    return this.#workers?.acquire(threads, work, wanted) ?? 1;
  }

  /** The threads that `acquire` gave shares to. */
  get workers(): WorkerThreads {
    return this.#workers!;
  }

  /** Ends every thread; work that comes later starts them anew. */
  close(): void {
    this.#workers?.close();
  }
}
