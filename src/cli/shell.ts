import type { Workload } from "../tasks/bench-workloads.ts";
import type { Task } from "../tasks/task.ts";
import type { ProgressStream } from "./progress.ts";

/** What the commands see of the world around them; tests put their own in its place. */
export interface Shell {
  /** The tasks that can be trained and used. */
  readonly tasks: readonly Task[];
  /** What `bench` can time. */
  readonly workloads: readonly Workload[];
  /** Results; settles when the text has been taken, so that a slow reader slows the writer. */
  write(text: string): Promise<void>;
  /** What is piped in, as it arrives. */
  readonly stdin: AsyncIterable<Uint8Array>;
  /** Progress and errors. */
  readonly stderr: ProgressStream;
  /** Milliseconds of a clock that never goes back. */
  now(): number;
  /** A number that differs at each run, for a sample whose seed was not given. */
  freshSeed(): number;
  /**
   * Calls the listener at the first Ctrl-C; the second ends the program at once.
   *
   * @returns what takes the listener away again.
   */
  onInterrupt(listener: () => void): () => void;
}
