/** What a thread and its caller say to each other through shared memory. */

/** Integers of a thread's control block. */
export const SLOT = {
  /** Words that the caller has written into the ring, and those that the thread is done with; both wrap. */
  written: 0,
  done: 1,
  /** One of `STATE`. */
  state: 2,
  /** Not 0 while the caller sleeps until `done` moves. */
  callerSleeps: 3,
  /** Length of the text of the thread's first error, and where the text begins; 0 while all went well. */
  failed: 4,
  text: 8,
} as const;

/** A thread takes work while the caller holds it `busy`, and may stop only while it is `idle`. */
export const STATE = { starting: 0, idle: 1, busy: 2, stopped: 3 } as const;

/** Integers of a control block: the slots and the text of an error, a character each. */
export const CONTROL_INTEGERS = 256;
/** Float64 words of the ring; a command takes two and one a parameter. A power of two. */
export const RING_WORDS = 32_768;
/** The command that loads a module: (address of its bytes, their number). */
export const LOAD = -1;

/** What a thread is given when it starts. */
export interface ThreadStart {
  readonly memory: WebAssembly.Memory;
  /** Addresses in bytes. */
  readonly control: number;
  readonly ring: number;
  readonly ringWords: number;
  readonly controlIntegers: number;
  readonly slot: typeof SLOT;
  readonly state: typeof STATE;
  /** Times that an empty ring is looked at before the thread goes to sleep. */
  readonly spins: number;
  /** Milliseconds of sleep after which the thread ends. */
  readonly idleMs: number;
}
