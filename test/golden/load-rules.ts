import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { expect } from "vitest";
import type { GoldenTensor } from "./load-golden.ts";

const FOLDER = fileURLToPath(new URL("./rules/", import.meta.url));

/** Numbers of a loss, layer or update rule made by PyTorch. */
export interface Rules<Case> {
  readonly case: Case;
  /** By name; those that begin with "in." are inputs, exact in float32. */
  readonly tensors: Readonly<Record<string, GoldenTensor>>;
}

/** Reads a golden of rules/ and fails the test where it is not the file that make.py wrote. */
export function loadRules<Case>(
  name: "losses" | "optimizers" | "layer-norm" | "pooling" | "attention" | "ctc",
): Rules<Case> {
  const text = readFileSync(`${FOLDER}${name}.json`, "utf8");
  const hashes = JSON.parse(readFileSync(`${FOLDER}sha256.json`, "utf8")) as Record<string, string>;
  const actual = createHash("sha256").update(text).digest("hex");
  expect(actual, `rules/${name}.json is not what make.py wrote`).toBe(hashes[`${name}.json`]);
  const stored = JSON.parse(text) as { case: Case; tensors: Record<string, { shape: number[]; data: number[] }> };
  const tensors = Object.entries(stored.tensors).map(([key, { shape, data }]): [string, GoldenTensor] => [
    key,
    { shape, data: Float64Array.from(data, key.startsWith("in.") ? Math.fround : (value) => value) },
  ]);
  return { case: stored.case, tensors: Object.fromEntries(tensors) };
}
