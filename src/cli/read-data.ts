import { createHash } from "node:crypto";
import { resolve } from "node:path";
import type { DataSource } from "../checkpoint/training-file.ts";
import { DataFaults } from "../data/data-faults.ts";
import type { Source } from "../data/source.ts";
import { openSource } from "../data/sources/open-source.ts";
import type { OptionValues, Task } from "../tasks/task.ts";
import { formatCount } from "./number-format.ts";
import { readingRows } from "./task-flags.ts";

/** A task's data, with what a resume knows it by. */
export interface NamedData {
  readonly data: unknown;
  readonly source: DataSource;
  /** Bad records that `--skip-bad` left out. */
  readonly skipped: number;
}

/** What `--skip-bad` came to, in words. */
export function leftOut(count: number): string {
  return `Left out ${formatCount(count)} bad ${count === 1 ? "record" : "records"}.`;
}

/** A source that keeps the SHA-256 of each file that is read. */
function digested(source: Source): Source & { digest(): string } {
  const digests = new Map<string, string>();
  return {
    ...source,
    async read(name) {
      const bytes = await source.read(name);
      digests.set(name, createHash("sha256").update(bytes).digest("hex"));
      return bytes;
    },
    digest() {
      const [first] = digests.values();
      if (digests.size === 1) return first!;
      const hash = createHash("sha256");
      for (const [name, digest] of digests) hash.update(`${digest}  ${name}\n`);
      return hash.digest("hex");
    },
  };
}

/**
 * Reads what a task trains on, validates on or is evaluated on.
 *
 * @param values all options of the task, of which those that say how data is read are passed on.
 * @throws data when the data is at fault; the first bad record with the count of all, unless they are skipped.
 */
export async function readData(task: Task, path: string, values: OptionValues, skipBad = false): Promise<NamedData> {
  const source = digested(await openSource(path));
  const faults = new DataFaults({ skip: skipBad });
  const reading = Object.fromEntries(readingRows(task).map(({ name, fallback }) => [name, values[name] ?? fallback]));
  const data = await task.read(source, reading, faults);
  const skipped = faults.finish();
  return { data, source: { path: resolve(path), sha256: source.digest() }, skipped };
}
