import { appendFile, readdir, stat, truncate, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { RecurraError } from "../core/errors.ts";
import { METRICS, readPart, type SavedModel, TRAINING, toLine, writeModel } from "./model-directory.ts";
import type { ModelFiles } from "./model-files.ts";
import { CONFIG } from "./model-format.ts";
import { readTrainingFile, type TrainingRecord, writeTrainingFile } from "./training-file.ts";
import { unusable } from "./unusable-path.ts";

/**
 * A model directory that a run writes to as it trains. Node only.
 *
 * `save` renames `training.safetensors` first: that alone is what a resume begins with, and so what commits a save. It holds the lines of `metrics.jsonl` since the
 * save before, so that a kill at any moment loses none of them. `metrics.jsonl` is appended to, a line a report; nothing is written at all before the first save.
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
  /** Whether this run has written `metrics.jsonl`: an older model's stays until the first save. */
  #started = false;
  /** Length of `metrics.jsonl` at the last save of the run. */
  #metricsBytes = 0;
  /** Lines since then. */
  #tail: Uint8Array[] = [];

  constructor(path: string) {
    this.path = path;
  }

  /**
   * Goes on in a directory where a run was saved: `metrics.jsonl` gets the lines that it had then, and no later ones.
   *
   * @throws data when the file cannot be read or written.
   */
  static async resume(path: string, record: TrainingRecord): Promise<TrainingDirectory> {
    const directory = new TrainingDirectory(path);
    const file = join(path, METRICS);
    try {
      await writeFile(file, "", { flag: "a" });
      const { size } = await stat(file);
      directory.#metricsBytes = Math.min(size, record.metricsBytes);
      await truncate(file, directory.#metricsBytes);
      await appendFile(file, record.metricsTail);
    } catch (cause) {
      throw unusable(file, "a file that can be written", cause);
    }
    directory.#tail = [new TextEncoder().encode(record.metricsTail)];
    directory.#started = true;
    return directory;
  }

  /** Adds a line to `metrics.jsonl`. */
  async append(report: object): Promise<void> {
    const line = toLine(report);
    if (this.#started) {
      const file = join(this.path, METRICS);
      try {
        await appendFile(file, line);
      } catch (cause) {
        throw unusable(file, "a file that can be written", cause);
      }
    }
    this.#tail.push(line);
  }

  /**
   * Saves a model and, with a record, the run that it can be resumed from.
   *
   * @throws data when the place cannot be written; what was saved before stands.
   */
  async save(files: ModelFiles, record?: Omit<TrainingRecord, "metricsBytes" | "metricsTail">): Promise<SavedModel> {
    const tail = Buffer.concat(this.#tail);
    const first: [string, Uint8Array][] = [];
    if (record !== undefined) {
      const metrics = { metricsBytes: this.#metricsBytes, metricsTail: tail.toString() };
      first.push([TRAINING, writeTrainingFile({ ...record, ...metrics })]);
    }
    if (!this.#started) first.push([METRICS, tail]);
    const saved = await writeModel(this.path, first, files);
    this.#started = true;
    if (record !== undefined) {
      this.#metricsBytes += tail.length;
      this.#tail = [];
    }
    return saved;
  }
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
