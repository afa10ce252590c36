import { createHash } from "node:crypto";
import { resolve } from "node:path";
import type { DataSource } from "../checkpoint/training-file.ts";
import { RecurraError } from "../core/errors.ts";
import { DataFaults } from "../data/data-faults.ts";
import type { Source } from "../data/source.ts";
import { openSource } from "../data/sources/open-source.ts";
import type { OptionValues, Task } from "../tasks/task.ts";
import { beginningOf } from "./beginning-of.ts";
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

/** Hears how much of a file that is read in ranges has been read for the first time. */
export type ReadingListener = (path: string, bytes: number, size: number) => void;

/** A source that keeps the SHA-256 of each file that is read, whole or from its beginning to its end in ranges. */
function digested(source: Source, onRead: ReadingListener): Source & { digest(): string } {
  const digests = new Map<string, string>();
  const { stream } = source;
  return {
    ...source,
    async read(name) {
      const bytes = await source.read(name);
      digests.set(name, createHash("sha256").update(bytes).digest("hex"));
      return bytes;
    },
    ...(stream === undefined
      ? {}
      : {
          stream: (name) =>
            stream(name, (file) => {
              const hash = createHash("sha256");
              let hashed = 0;
              return {
                size: file.size,
                read(offset, into) {
                  file.read(offset, into);
                  const end = offset + into.length;
                  if (offset > hashed || end <= hashed) return;
                  hash.update(into.subarray(hashed - offset));
                  hashed = end;
                  onRead(source.pathOf(name), hashed, file.size);
                  if (hashed === file.size) digests.set(name, hash.digest("hex"));
                },
              };
            }),
        }),
    digest() {
      const [first] = digests.values();
      if (digests.size === 1) return first!;
      const hash = createHash("sha256");
      for (const [name, digest] of digests) hash.update(`${digest}  ${name}\n`);
      return hash.digest("hex");
    },
  };
}

/** A fault of a table, with what to do where its cells are parted by semicolons: spreadsheets write them where the comma is decimal. */
async function tableFault(error: unknown, path: string): Promise<unknown> {
  if (!(error instanceof RecurraError) || error.code !== "data" || !/\.csv$/i.test(path)) return error;
  const [header = ""] = (await beginningOf(path).catch(() => "")).split("\n");
  if (!header.includes(";") || header.includes(",")) return error;
  const hint = "Its cells are parted by semicolons: save it with commas, or with tabs as a .tsv file.";
  return new RecurraError("data", { ...error.parts, hint });
}

/**
 * Reads what a task trains on, validates on or is evaluated on.
 *
 * @param values all options of the task, of which those that say how data is read are passed on.
 * @param onRead hears of a file that is too large to be held, as it is read for the first time.
 * @throws data when the data is at fault; the first bad record with the count of all, unless they are skipped.
 */
export async function readData(
  task: Task,
  path: string,
  values: OptionValues,
  skipBad = false,
  onRead: ReadingListener = () => undefined,
): Promise<NamedData> {
  const source = digested(await openSource(path), onRead);
  const faults = new DataFaults({ skip: skipBad });
  const reading = Object.fromEntries(readingRows(task).map(({ name, fallback }) => [name, values[name] ?? fallback]));
  const read = async (): Promise<Pick<NamedData, "data" | "skipped">> => {
    const data = await task.read(source, reading, faults);
    return { data, skipped: faults.finish() };
  };
  const { data, skipped } = await read().catch(async (error: unknown) => {
    throw await tableFault(error, path);
  });
  return { data, source: { path: resolve(path), sha256: source.digest() }, skipped };
}
