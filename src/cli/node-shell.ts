import type { Task } from "../tasks/task.ts";
import type { Workload } from "./bench.ts";
import { EXIT } from "./exit-status.ts";
import type { Shell } from "./shell.ts";

/**
 * The shell around the real process.
 *
 * A reader that closes the pipe early, as `head` does, ends the program quietly.
 */
export function nodeShell(tasks: readonly Task[], workloads: readonly Workload[]): Shell {
  for (const stream of [process.stdout, process.stderr]) {
    stream.on("error", (error: NodeJS.ErrnoException) => {
      if (error.code === "EPIPE") process.exit(EXIT.done);
      throw error;
    });
  }
  return {
    tasks,
    workloads,
    stderr: process.stderr,
    write: (text) =>
      new Promise((resolve) => {
        process.stdout.write(text, () => resolve());
      }),
    now: () => performance.now(),
    freshSeed: () => Math.floor(Math.random() * 2 ** 31),
    onInterrupt(listener) {
      let first = true;
      const onSignal = () => {
        if (!first) process.exit(EXIT.interrupted);
        first = false;
        listener();
      };
      process.on("SIGINT", onSignal);
      return () => process.off("SIGINT", onSignal);
    },
  };
}
