/** The bytes of `training.safetensors`: all that an exact resume needs. */
import { RecurraError, shown } from "../core/errors.ts";
import { readSafetensors, type SafetensorsTensor, writeSafetensors } from "../interop/safetensors.ts";
import type { TrainingState } from "../training/trainer.ts";
import { LIBRARY_VERSION } from "./library-version.ts";
import type { Json } from "./model-files.ts";
import { checkSeal, seal, UNSEALED } from "./seal.ts";

/** The format written and read; it rises when an older program could not read it. */
const TRAINING_FORMAT = 2;

/** Data that a run reads. */
export interface DataSource {
  /** Where it was read from. */
  readonly path: string;
  /** SHA-256 in hexadecimal: of the file's bytes, or of the list of the files' digests and names. */
  readonly sha256: string;
}

/** Where a run stands, with what it was started with. */
export interface TrainingRecord {
  /** The task's name. */
  readonly task: string;
  /** The task's options, its defaults filled in at the first start. */
  readonly options: Readonly<Record<string, Json | undefined>>;
  readonly data: DataSource;
  /** The text validated on, where it is not a part of the data. */
  readonly valid?: DataSource | undefined;
  readonly state: TrainingState;
  /** Length of `metrics.jsonl` at the save before. */
  readonly metricsBytes: number;
  /** The lines of `metrics.jsonl` since then. */
  readonly metricsTail: string;
}

/** JSON has no -0, infinities or NaN: they are written as strings, which `Number` reads back. */
function toNumberJson(value: number): number | string {
  if (Object.is(value, -0)) return "-0";
  return Number.isFinite(value) ? value : String(value);
}

const isRecord = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === "object" && value !== null && !Array.isArray(value);

/**
 * Writes a run's state as a safetensors file: arrays as F32, all else as JSON in `__metadata__`, with a SHA-256 of the
 * whole. Every number comes back as the same float64.
 *
 * @example
 * ```ts
 * const bytes = writeTrainingFile({ task: "language-model", options: { seed: 1 }, data, state, metricsBytes: 0, metricsTail: "" });
 * ```
 */
export function writeTrainingFile(record: TrainingRecord): Uint8Array {
  const { task, options, data, valid, state, metricsBytes, metricsTail } = record;
  const tensors = new Map<string, SafetensorsTensor>();
  for (const [name, values] of state.tensors) {
    tensors.set(name, { dtype: "F32", shape: [values.length], data: values });
  }
  const numbers = Object.entries(state.numbers).map(([name, list]) => [name, list.map(toNumberJson)]);
  const bytes = writeSafetensors(tensors, {
    trainingFormat: String(TRAINING_FORMAT),
    libraryVersion: LIBRARY_VERSION,
    task,
    options: JSON.stringify(options),
    data: JSON.stringify(data),
    ...(valid === undefined ? {} : { valid: JSON.stringify(valid) }),
    numbers: JSON.stringify(Object.fromEntries(numbers)),
    metricsBytes: String(metricsBytes),
    metricsTail,
    sha256: UNSEALED,
  });
  seal(bytes);
  return bytes;
}

/** Reads the entries of `__metadata__`, and names the one at fault. */
class Metadata {
  readonly #entries: ReadonlyMap<string, string>;
  readonly #where: string;

  constructor(entries: ReadonlyMap<string, string>, where: string) {
    this.#entries = entries;
    this.#where = where;
  }

  fault(name: string, expected: string, hint?: string): RecurraError {
    const text = this.#entries.get(name);
    return new RecurraError("file-format", {
      where: `${this.#where}, __metadata__ "${name}"`,
      expected,
      got: text === undefined ? "none" : shown(text),
      hint,
    });
  }

  text(name: string): string {
    const text = this.#entries.get(name);
    if (text === undefined) throw this.fault(name, "a text");
    return text;
  }

  object(name: string): Readonly<Record<string, unknown>> {
    let value: unknown;
    try {
      value = JSON.parse(this.text(name));
    } catch (cause) {
      if (cause instanceof RecurraError) throw cause;
      throw this.fault(name, "JSON");
    }
    if (!isRecord(value)) throw this.fault(name, "a JSON object");
    return value;
  }

  source(name: string): DataSource {
    const { path, sha256 } = this.object(name);
    if (typeof path !== "string" || typeof sha256 !== "string") throw this.fault(name, "a path and a SHA-256");
    return { path, sha256 };
  }

  numbers(name: string): Readonly<Record<string, readonly number[]>> {
    const lists = Object.entries(this.object(name)).map(([key, list]): [string, readonly number[]] => {
      if (!Array.isArray(list)) throw this.fault(name, "lists of numbers");
      const isNumber = (x: unknown) => typeof x === "number" || ["-0", "NaN", "Infinity", "-Infinity"].includes(`${x}`);
      if (!list.every(isNumber)) throw this.fault(name, "lists of numbers");
      return [key, list.map(Number)];
    });
    return Object.fromEntries(lists);
  }
}

/**
 * Reads what `writeTrainingFile` wrote.
 *
 * @param where the file's name, for messages.
 * @throws file-format when the bytes are not a whole training state, one of another format version, or changed since.
 */
export function readTrainingFile(bytes: Uint8Array, where: string): TrainingRecord {
  const file = readSafetensors(bytes, where);
  const metadata = new Metadata(file.metadata, where);
  const version = file.metadata.get("trainingFormat");
  if (version !== String(TRAINING_FORMAT)) {
    const by = file.metadata.get("libraryVersion");
    const newer = Number(version) > TRAINING_FORMAT && by !== undefined;
    const hint = newer ? `It was saved by recurra ${by}: install that version.` : undefined;
    throw metadata.fault("trainingFormat", `"${TRAINING_FORMAT}"`, hint);
  }
  checkSeal(bytes, where);
  const tensors = new Map<string, Float32Array>();
  for (const [name, { dtype, data }] of file.tensors) {
    if (!(data instanceof Float32Array)) {
      throw new RecurraError("file-format", { where: `${where}, tensor ${shown(name)}`, expected: "F32", got: dtype });
    }
    tensors.set(name, data);
  }
  const metricsBytes = Number(metadata.text("metricsBytes"));
  if (!Number.isSafeInteger(metricsBytes) || metricsBytes < 0) {
    throw metadata.fault("metricsBytes", "an integer of at least 0");
  }
  const options = metadata.object("options");
  const isOption = (value: unknown) => ["number", "string", "boolean"].includes(typeof value) || isRecord(value);
  if (!Object.values(options).every(isOption)) throw metadata.fault("options", "numbers, texts, booleans and a cell");
  return {
    task: metadata.text("task"),
    options: options as TrainingRecord["options"],
    data: metadata.source("data"),
    ...(file.metadata.has("valid") ? { valid: metadata.source("valid") } : {}),
    state: { tensors, numbers: metadata.numbers("numbers") },
    metricsBytes,
    metricsTail: metadata.text("metricsTail"),
  };
}
