import type { Workload } from "../tasks/bench-workloads.ts";
import type { Task } from "../tasks/task.ts";
import { EXIT } from "./exit-status.ts";
import type { Shell } from "./shell.ts";

/**
 * The shell around the real process.
 *
 * A reader that closes the pipe early, as `head` does, ends the program quietly; a training under way is stopped and saved first.
 */
export function nodeShell(tasks: readonly Task[], workloads: readonly Workload[]): Shell {
  let interrupt: (() => void) | undefined;
  const closed = new Set<NodeJS.WriteStream>();
  for (const stream of [process.stdout, process.stderr]) {
    stream.on("error", (error: NodeJS.ErrnoException) => {
      if (error.code !== "EPIPE") throw error;
      if (interrupt === undefined) process.exit(EXIT.done);
      if (closed.size === 0) {
        closed.add(stream);
        interrupt();
      }
      closed.add(stream);
    });
  }
  const write = (stream: NodeJS.WriteStream, text: string) =>
    new Promise<void>((resolve) => {
      if (closed.has(stream)) resolve();
      else stream.write(text, () => resolve());
    });
  return {
    tasks,
    workloads,
    stdin: process.stdin,
    stderr: {
      get isTTY() {
        return process.stderr.isTTY;
      },
      get columns() {
        return process.stderr.columns;
      },
      write: (text) => void write(process.stderr, text),
    },
    write: (text) => write(process.stdout, text),
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
      interrupt = listener;
      return () => {
        process.off("SIGINT", onSignal);
        interrupt = undefined;
      };
    },
  };
}
