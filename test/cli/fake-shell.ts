import { runCommandLine } from "../../src/cli/program.ts";
import type { Shell } from "../../src/cli/shell.ts";
import type { Workload } from "../../src/tasks/bench-workloads.ts";
import type { Task } from "../../src/tasks/task.ts";
import { fakeTask } from "./fake-task.ts";

/** What one command line did. */
export interface Ran {
  readonly status: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** What a fake shell is made of. */
export interface FakeShellOptions {
  readonly tasks?: readonly Task[];
  readonly workloads?: readonly Workload[];
  /** What is piped in, in pieces. */
  readonly stdin?: readonly (string | Uint8Array)[];
  /** Milliseconds after which Ctrl-C is pressed. */
  readonly interruptAt?: number;
}

/** A shell with the fake task, streams that are kept and a clock that moves on by 10 ms at each look. */
export function fakeShell(options: FakeShellOptions = {}): Shell & { written(): { stdout: string; stderr: string } } {
  let stdout = "";
  let stderr = "";
  let clock = 0;
  return {
    tasks: options.tasks ?? [fakeTask],
    workloads: options.workloads ?? [],
    stdin: piped(options.stdin ?? []),
    async write(text) {
      stdout += text;
    },
    stderr: {
      write(text) {
        stderr += text;
      },
    },
    now() {
      clock += 10;
      return clock;
    },
    freshSeed: () => 4,
    onInterrupt(listener) {
      if (options.interruptAt !== undefined) setTimeout(listener, options.interruptAt);
      return () => undefined;
    },
    written: () => ({ stdout, stderr }),
  };
}

async function* piped(pieces: readonly (string | Uint8Array)[]): AsyncGenerator<Uint8Array> {
  for (const piece of pieces) yield typeof piece === "string" ? new TextEncoder().encode(piece) : piece;
}

/** Runs a command line in this process. */
export async function ran(argv: readonly string[], options: FakeShellOptions = {}): Promise<Ran> {
  const shell = fakeShell(options);
  const status = await runCommandLine(argv, shell);
  return { status, ...shell.written() };
}

/** The lines of a text as JSON, which all of them must be. */
export function jsonLines(text: string): Record<string, unknown>[] {
  return text
    .trimEnd()
    .split("\n")
    .map((line) => JSON.parse(line) as Record<string, unknown>);
}
