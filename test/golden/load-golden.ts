import { readdirSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { RecurraError } from "../../src/core/errors.ts";

export { type Distance, distanceBetween, expectClose } from "./expect-close.ts";

/** The folder of the goldens. */
const FOLDER = fileURLToPath(new URL(".", import.meta.url));

/** A dense row-major array of a golden. */
export interface GoldenTensor {
  readonly shape: readonly number[];
  /** Inputs and weights hold float32 values exactly, in whichever precision they are used. */
  readonly data: Float64Array;
}

/** The tensors of one group, by name. */
export type GoldenTensors = Readonly<Record<string, GoldenTensor>>;

/** What a cell golden was made with. */
export interface CellCase {
  readonly cell: string;
  readonly Tx: number;
  readonly B: number;
  readonly nx: number;
  readonly na: number;
  readonly layers: number;
  readonly bidirectional: boolean;
  /** The size of the projected a⟨t⟩, null without projection. */
  readonly projection: number | null;
  /** Each row's length, null where all are Tx. */
  readonly lengths: readonly number[] | null;
  /** The equations, for the cells that PyTorch lacks. */
  readonly equations?: readonly string[];
}

/** What a training golden was made with. */
export interface TrainingCase {
  readonly task: "language-model" | "tagger";
  readonly cell: string;
  readonly layers: number;
  readonly vocabulary: number;
  readonly na: number;
  readonly B: number;
  readonly T: number;
  readonly steps: number;
  readonly clipNorm: number;
  readonly learningRate: number;
  readonly betas: readonly [number, number];
  readonly epsilon: number;
  /** The tagger's alone: embedding size, tag count, each row's length. */
  readonly nx?: number;
  readonly tags?: number;
  readonly lengths?: readonly number[];
}

/** A state file made by PyTorch: see README.md beside this file. */
export interface Golden<Case = CellCase> {
  readonly torch: string;
  readonly seed: number;
  readonly case: Case;
  readonly inputs: GoldenTensors;
  readonly weights: GoldenTensors;
  readonly outputs: GoldenTensors;
  readonly grads: GoldenTensors;
}

interface StoredTensor {
  readonly shape: readonly number[];
  readonly data: readonly number[];
}

type StoredTensors = Readonly<Record<string, StoredTensor>>;

/**
 * Reads a golden of a cell or of a training run.
 *
 * @param name the file's name without .json, for example "lstm-lengths" or "training-gru"
 * @throws file-format when there is no such golden or a tensor's data does not fill its shape
 */
export function loadGolden(name: `training-${string}`): Golden<TrainingCase>;
export function loadGolden(name: string): Golden;
export function loadGolden(name: string): Golden<CellCase | TrainingCase> {
  if (!goldenNames().includes(name)) {
    throw new RecurraError("file-format", {
      where: "loadGolden",
      expected: `one of ${goldenNames().join(", ")}`,
      got: name,
      hint: "Goldens are written by test/golden/make.py.",
    });
  }
  const stored = JSON.parse(readFileSync(`${FOLDER}${name}.json`, "utf8")) as Golden<CellCase | TrainingCase>;
  const read = (group: "inputs" | "weights" | "outputs" | "grads", round: (value: number) => number): GoldenTensors => {
    const tensors = stored[group] as unknown as StoredTensors;
    return Object.fromEntries(Object.entries(tensors).map(([key, value]) => [key, toTensor(name, key, value, round)]));
  };
  return {
    ...stored,
    inputs: read("inputs", Math.fround),
    weights: read("weights", Math.fround),
    outputs: read("outputs", (value) => value),
    grads: read("grads", (value) => value),
  };
}

/** The names of all goldens, sorted; with a prefix, of those that begin with it. */
export function goldenNames(prefix = ""): string[] {
  return readdirSync(FOLDER)
    .filter((file) => file.endsWith(".json") && file !== "sha256.json" && file !== "biome.json")
    .map((file) => file.slice(0, -".json".length))
    .filter((name) => name.startsWith(prefix))
    .sort();
}

/**
 * One tensor of a golden, by group and name.
 *
 * @throws file-format when the golden has no such tensor
 */
export function goldenTensor(
  golden: Golden<CellCase | TrainingCase>,
  group: "inputs" | "weights" | "outputs" | "grads",
  name: string,
): GoldenTensor {
  const tensor = golden[group][name];
  if (tensor !== undefined) return tensor;
  const known = Object.keys(golden[group]).join(", ");
  throw new RecurraError("file-format", { where: `goldenTensor(${group})`, expected: `one of ${known}`, got: name });
}

function toTensor(golden: string, key: string, stored: StoredTensor, round: (value: number) => number): GoldenTensor {
  const size = stored.shape.reduce((product, axis) => product * axis, 1);
  if (stored.data.length !== size) {
    throw new RecurraError("file-format", {
      where: `golden ${golden}, tensor ${key}`,
      expected: `${size} numbers for [${stored.shape.join(", ")}]`,
      got: String(stored.data.length),
    });
  }
  return { shape: stored.shape, data: Float64Array.from(stored.data, round) };
}
