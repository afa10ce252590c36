/**
 * Worker threads that run kernels on an engine's shared memory.
 *
 * Method. Each thread has a ring of commands in the memory; the caller writes kernels with their parameters into it and
 * runs a share of its own meanwhile. Nothing is ever posted after the start: a thread waits for its ring by looking at
 * it for a while and then by Atomics.wait, so that a hand-over costs about a microsecond in the middle of a step.
 *
 * Threads start when the first large piece of work comes, and serve from the moment they are up; until then, and where
 * they can not start, the caller does everything alone, with the same bits.
 */
import { RecurraError } from "../../core/errors.ts";
import { clockMs } from "../../core/platform.ts";
import { type MessageWorker, startThread } from "../../core/worker.ts";
import type { Heap } from "../allocator.ts";
import { ThreadBenefit } from "./thread-benefit.ts";
import { threadLoop } from "./thread-loop.ts";
import { CONTROL_INTEGERS, LOAD, RING_WORDS, SLOT, STATE, type ThreadStart } from "./thread-protocol.ts";

/** About 0.1 ms: longer than the gaps between the kernels of a step. */
const SPINS = 20_000;
/** A thread that has had nothing to do for so long ends; it starts anew when there is work. */
const IDLE_MS = 2000;
/** Work that is worth a start of threads, in multiply-adds: some 20 milliseconds of it. */
const WORK_BEFORE_START = 500_000_000;

/** A worker with its ring. */
interface Thread {
  readonly worker: MessageWorker;
  readonly control: Int32Array;
  readonly ring: Float64Array;
  readonly blocks: readonly number[];
  /** Words written, published or not. */
  written: number;
  /** Modules it was told to load. */
  loaded: number;
}

export class WorkerThreads {
  readonly #memory: WebAssembly.Memory;
  readonly #heap: Heap;
  /** The bytes of every module, in the order in which kernels are numbered; grows as segments are compiled. */
  readonly #modules: readonly Uint8Array[];
  /** Where each module's bytes stand in shared memory. */
  readonly #moduleBytes: number[] = [];
  #threads: Thread[] = [];
  #held: Thread[] = [];
  #work = 0;
  readonly #alwaysShare: boolean;
  readonly #benefit = new ThreadBenefit();
  /** When the work that is shared now began. */
  #began = 0;

  constructor(memory: WebAssembly.Memory, heap: Heap, modules: readonly Uint8Array[], alwaysShare: boolean) {
    this.#alwaysShare = alwaysShare;
    this.#memory = memory;
    this.#heap = heap;
    this.#modules = modules;
  }

  /** Threads that are up, the caller's own among them. */
  get running(): number {
    const up = (state: number): boolean => state === STATE.idle || state === STATE.busy;
    return 1 + this.#threads.filter(({ control }) => up(Atomics.load(control, SLOT.state))).length;
  }

  /**
   * Takes threads for a piece of work; `join` gives them back.
   *
   * @param threads how many may be up, the caller's own among them.
   * @param work in multiply-adds.
   * @param wanted shares that the work is worth.
   * @returns the number of shares, the caller's own, number 0, among them.
   */
  acquire(threads: number, work: number, wanted: number): number {
    this.#threads = this.#threads.filter((thread) => !this.#hasStopped(thread));
    if (this.#threads.length < threads - 1) {
      this.#work += work;
      if (this.#work >= WORK_BEFORE_START) while (this.#threads.length < threads - 1) this.#threads.push(this.#start());
    }
    this.#began = clockMs();
    if (!this.#alwaysShare && !this.#benefit.isWorthwhile(this.#began)) return 1;
    for (const thread of this.#threads) {
      if (this.#held.length === wanted - 1) break;
      const { control } = thread;
      if (Atomics.compareExchange(control, SLOT.state, STATE.idle, STATE.busy) === STATE.idle) this.#held.push(thread);
    }
    for (let share = 1; share <= this.#held.length; share++) this.#loadModules(share);
    return this.#held.length + 1;
  }

  /** Adds a command for the thread of a share; it may run from the next `publish` on. */
  enqueue(share: number, kernel: number, parameters: readonly number[]): void {
    const thread = this.#held[share - 1]!;
    // of kernels that were compiled since `acquire`
    if (kernel !== LOAD) this.#loadModules(share);
    const { ring, control } = thread;
    const end = (thread.written + 2 + parameters.length) | 0;
    while (((end - Atomics.load(control, SLOT.done)) | 0) > RING_WORDS) this.publish(share);
    const mask = RING_WORDS - 1;
    ring[thread.written & mask] = kernel;
    ring[(thread.written + 1) & mask] = parameters.length;
    for (let i = 0; i < parameters.length; i++) ring[(thread.written + 2 + i) & mask] = parameters[i]!;
    thread.written = end;
  }

  publish(share: number): void {
    const { control, written } = this.#held[share - 1]!;
    Atomics.store(control, SLOT.written, written);
    Atomics.notify(control, SLOT.written);
  }

  /**
   * Waits until every thread has done its commands, and gives the threads back.
   *
   * @throws internal with the text of a thread's error.
   */
  join(): void {
    const own = clockMs();
    const shares = this.#held.length + 1;
    let failure: string | undefined;
    for (const { control, written } of this.#held) {
      for (let spins = 0; ; spins++) {
        const done = Atomics.load(control, SLOT.done);
        if (done === written) break;
        if (spins < SPINS) continue;
        Atomics.store(control, SLOT.callerSleeps, 1);
        Atomics.wait(control, SLOT.done, done, 1);
        Atomics.store(control, SLOT.callerSleeps, 0);
      }
      const length = Atomics.exchange(control, SLOT.failed, 0);
      if (length > 0) failure ??= String.fromCharCode(...control.subarray(SLOT.text, SLOT.text + length));
      Atomics.store(control, SLOT.state, STATE.idle);
    }
    this.#held = [];
    const end = clockMs();
    this.#benefit.hear(own - this.#began, end - this.#began, shares, end);
    if (failure !== undefined) {
      throw new RecurraError("internal", { where: "engine, thread", expected: "a kernel that runs", got: failure });
    }
  }

  /** Ends every thread; work that comes later starts them anew. */
  close(): void {
    for (const { control } of this.#threads) {
      Atomics.store(control, SLOT.state, STATE.stopped);
      Atomics.notify(control, SLOT.written);
    }
  }

  #hasStopped({ control, worker, blocks }: Thread): boolean {
    if (Atomics.load(control, SLOT.state) !== STATE.stopped) return false;
    worker.close();
    for (const block of blocks) this.#heap.free(block);
    return true;
  }

  #start(): Thread {
    const control = this.#heap.allocate(CONTROL_INTEGERS);
    const ring = this.#heap.allocate(2 * RING_WORDS);
    const view = new Int32Array(this.#memory.buffer, 4 * control, CONTROL_INTEGERS);
    view.fill(0);
    const start: ThreadStart = {
      memory: this.#memory,
      control: 4 * control,
      ring: 4 * ring,
      ringWords: RING_WORDS,
      controlIntegers: CONTROL_INTEGERS,
      slot: SLOT,
      state: STATE,
      spins: SPINS,
      idleMs: IDLE_MS,
    };
    const worker = startThread(threadLoop, start);
    // a thread that can not start is never held: the caller works on alone
    worker.onError(() => {});
    return {
      worker,
      control: view,
      ring: new Float64Array(this.#memory.buffer, 4 * ring, RING_WORDS),
      blocks: [control, ring],
      written: 0,
      loaded: 0,
    };
  }

  /** Tells a thread to load what it has not loaded yet. */
  #loadModules(share: number): void {
    const thread = this.#held[share - 1]!;
    for (; thread.loaded < this.#modules.length; thread.loaded++) {
      const bytes = this.#modules[thread.loaded]!;
      let at = this.#moduleBytes[thread.loaded];
      if (at === undefined) {
        at = this.#heap.allocate(Math.ceil(bytes.length / 4));
        this.#moduleBytes.push(at);
        new Uint8Array(this.#memory.buffer, 4 * at, bytes.length).set(bytes);
      }
      this.enqueue(share, LOAD, [4 * at, bytes.length]);
    }
  }
}
