import type { Workload } from "../../src/cli/bench.ts";
import { runCommandLine } from "../../src/cli/program.ts";
import type { Task } from "../../src/tasks/task.ts";
import { fakeTask } from "./fake-task.ts";

/** What one command line did. */
export interface Ran {
  readonly status: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs a command line in this process, with the fake task, streams that are kept and a clock of its own. */
export async function ran(
  argv: readonly string[],
  more: {
    readonly tasks?: readonly Task[];
    readonly workloads?: readonly Workload[];
    readonly interruptAt?: number;
  } = {},
): Promise<Ran> {
  let stdout = "";
  let stderr = "";
  let clock = 0;
  const status = await runCommandLine(argv, {
    tasks: more.tasks ?? [fakeTask],
    workloads: more.workloads ?? [],
    async write(text) {
      stdout += text;
    },
    stderr: {
      write(text) {
        stderr += text;
      },
    },
    now: () => (clock += 10),
    freshSeed: () => 4,
    onInterrupt(listener) {
      if (more.interruptAt !== undefined) setTimeout(listener, more.interruptAt);
      return () => undefined;
    },
  });
  return { status, stdout, stderr };
}

/** The lines of a text as JSON, which all of them must be. */
export function jsonLines(text: string): Record<string, unknown>[] {
  return text
    .trimEnd()
    .split("\n")
    .map((line) => JSON.parse(line) as Record<string, unknown>);
}
