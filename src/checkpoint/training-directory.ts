import { appendFile, readdir, readFile, truncate, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { RecurraError } from "../core/errors.ts";
import { METRICS, readPart, type SavedModel, TRAINING, toLine, writeModel } from "./model-directory.ts";
import type { ModelFiles } from "./model-files.ts";
import { CONFIG } from "./model-format.ts";
import { readTrainingFile, type TrainingRecord, writeTrainingFile } from "./training-file.ts";
import { codeOf, unusable } from "./unusable-path.ts";

/**
 * A model directory that a run writes to as it trains. Node only.
 *
 * `save` renames `training.safetensors` first: that alone is what a resume begins with, and so what commits a save.
 * `metrics.jsonl` is appended to, a line a report; nothing is written at all before the first save.
 *
 * @example
 * ```ts
 * const directory = new TrainingDirectory("models/book");
 * await directory.append(report);
 * await directory.save(model.toFiles(), { task: "language-model", options, data, state });
 * ```
 */
export class TrainingDirectory {
  readonly path: string;
  /** Lines to come with the first save; undefined when that was. */
  #waiting: Uint8Array[] | undefined = [];
  #metricsBytes = 0;

  constructor(path: string) {
    this.path = path;
  }

  /**
   * Goes on in a directory where a run was saved: lines of `metrics.jsonl` about later updates are cut off.
   *
   * The lines that `record` counts are kept, and those after them up to its step, such as that of the validation it was saved at.
   *
   * @throws data when the file cannot be read or written.
   */
  static async resume(path: string, record: TrainingRecord): Promise<TrainingDirectory> {
    const directory = new TrainingDirectory(path);
    const file = join(path, METRICS);
    try {
      const bytes = await readFile(file).catch((error: unknown) => {
        if (codeOf(error) === "ENOENT") return new Uint8Array();
        throw error;
      });
      directory.#metricsBytes = keptLength(bytes, record);
      await writeFile(file, "", { flag: "a" });
      await truncate(file, directory.#metricsBytes);
    } catch (cause) {
      throw unusable(file, "a file that can be written", cause);
    }
    directory.#waiting = undefined;
    return directory;
  }

  /** Adds a line to `metrics.jsonl`. */
  async append(report: object): Promise<void> {
    const line = toLine(report);
    this.#metricsBytes += line.length;
    if (this.#waiting !== undefined) {
      this.#waiting.push(line);
      return;
    }
    const file = join(this.path, METRICS);
    try {
      await appendFile(file, line);
    } catch (cause) {
      throw unusable(file, "a file that can be written", cause);
    }
  }

  /**
   * Saves a model and, with a record, the run that it can be resumed from.
   *
   * @throws data when the place cannot be written; what was saved before stands.
   */
  async save(files: ModelFiles, record?: Omit<TrainingRecord, "metricsBytes">): Promise<SavedModel> {
    const first: [string, Uint8Array][] = [];
    if (record !== undefined) {
      first.push([TRAINING, writeTrainingFile({ ...record, metricsBytes: this.#metricsBytes })]);
    }
    if (this.#waiting !== undefined) first.push([METRICS, Buffer.concat(this.#waiting)]);
    const saved = await writeModel(this.path, first, files);
    this.#waiting = undefined;
    return saved;
  }
}

/** Bytes of the whole lines of a record's `metrics.jsonl` that are about its step or an earlier one. */
function keptLength(bytes: Uint8Array, record: TrainingRecord): number {
  const step = record.state.numbers.step?.[0] ?? 0;
  let kept = 0;
  for (let end = bytes.indexOf(10); end >= 0; end = bytes.indexOf(10, kept)) {
    if (end >= record.metricsBytes) {
      let report: unknown;
      try {
        report = JSON.parse(new TextDecoder().decode(bytes.subarray(kept, end)));
      } catch {
        break; // a line that is not ours ends the part that is kept
      }
      const at = (report as { step?: unknown } | null)?.step;
      if (typeof at !== "number" || at > step) break;
    }
    kept = end + 1;
  }
  return kept;
}

/**
 * Reads the state that a run can be resumed from. Node only.
 *
 * @throws data when there is no such folder; file-format when it holds no state, or one that is malformed or of another format version.
 *
 * @example
 * ```ts
 * const { state, options } = await loadTraining("models/book");
 * ```
 */
export async function loadTraining(directory: string): Promise<TrainingRecord> {
  const path = join(directory, TRAINING);
  let names: string[];
  try {
    names = await readdir(directory);
  } catch (cause) {
    throw unusable(directory, "a model directory", cause);
  }
  if (!names.includes(TRAINING)) {
    throw new RecurraError("file-format", {
      where: directory,
      expected: `${TRAINING}, the state of a run to go on from`,
      got: names.includes(CONFIG) ? "a model without it" : `no ${TRAINING}`,
      hint: names.includes(CONFIG)
        ? "The model can be used, but its training cannot go on: train again."
        : "Give the folder that training wrote with --out.",
    });
  }
  return readTrainingFile(await readPart(directory, TRAINING), path);
}
