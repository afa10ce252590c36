import { describe, expect, it } from "vitest";
import { readSafetensors, writeSafetensors } from "../interop/safetensors.ts";
import { seal, UNSEALED } from "./seal.ts";
import { readTrainingFile, type TrainingRecord, writeTrainingFile } from "./training-file.ts";

const record: TrainingRecord = {
  task: "language-model",
  options: { cell: "lstm", steps: 200, learningRate: 0.1 + 0.2, fast: false },
  data: { path: "/books/book – 2.txt", sha256: "ab" },
  state: {
    tensors: new Map([
      ["weights.w", Float32Array.of(0.1, -0, 1e-40, 3)],
      ["best.w", new Float32Array(0)],
    ]),
    numbers: {
      step: [100],
      running: [0.9 ** 100, 2 ** -1074, Number.MAX_VALUE, 1 / 3],
      odd: [-0, Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY],
      best: [],
    },
  },
  metricsBytes: 4211,
  metricsTail: '{"step":100}\n',
};

const fault = (bytes: Uint8Array): string => {
  try {
    readTrainingFile(bytes, "training.safetensors");
  } catch (error) {
    return (error as Error).message;
  }
  return "no error";
};

/** The file with one entry of its metadata changed, or taken out. */
function changed(name: string, text?: string): Uint8Array {
  const { tensors, metadata } = readSafetensors(writeTrainingFile(record), "");
  if (text === undefined) metadata.delete(name);
  else metadata.set(name, text);
  metadata.set("sha256", UNSEALED);
  const bytes = writeSafetensors(tensors, metadata);
  seal(bytes);
  return bytes;
}

describe("writeTrainingFile and readTrainingFile", () => {
  it("give back every number as the same float64, and every array as the same float32", () => {
    const read = readTrainingFile(writeTrainingFile(record), "");
    expect(read).toEqual(record);
    expect(Object.is(read.state.numbers.odd![0], -0)).toBe(true);
    expect(Object.is(read.state.tensors.get("weights.w")![1], -0)).toBe(true);
    expect(readTrainingFile(writeTrainingFile({ ...record, valid: record.data }), "").valid).toEqual(record.data);
  });

  it("find a file that was cut off anywhere", () => {
    const bytes = writeTrainingFile(record);
    for (let length = 0; length < bytes.length; length++) {
      expect(fault(bytes.subarray(0, length))).toMatch(/^training\.safetensors/);
    }
  });

  it("find a bit that was flipped anywhere", () => {
    const bytes = writeTrainingFile(record);
    for (let at = 0; at < bytes.length; at++) {
      const flipped = bytes.slice();
      flipped[at]! ^= 1 << ((3 * at) % 8);
      expect(fault(flipped), `byte ${at}`).toMatch(/^training\.safetensors.*: expected .+, got /);
    }
    const flipped = bytes.slice();
    flipped[bytes.length - 1]! ^= 1;
    expect(fault(flipped)).toMatch(
      /^training\.safetensors: expected bytes of SHA-256 \w{64}, got \w{64}\. The file was changed after it was written/,
    );
  });

  it("find a file without its SHA-256, whatever its texts say", () => {
    const { tensors, metadata } = readSafetensors(writeTrainingFile(record), "");
    metadata.delete("sha256");
    metadata.set("task", `"sha256":"${UNSEALED}`);
    expect(fault(writeSafetensors(tensors, metadata))).toContain(
      'training.safetensors, __metadata__ "sha256": expected a SHA-256 of the file, got none.',
    );
  });

  it("name the entry at fault", () => {
    expect(fault(changed("numbers"))).toBe('training.safetensors, __metadata__ "numbers": expected a text, got none.');
    expect(fault(changed("numbers", '{"step":["x"]}'))).toContain('"numbers": expected lists of numbers');
    expect(fault(changed("options", "{"))).toContain('__metadata__ "options": expected JSON, got "{"');
    expect(fault(changed("data", "{}"))).toContain('"data": expected a path and a SHA-256');
    expect(fault(changed("metricsBytes", "-1"))).toContain('"metricsBytes": expected an integer of at least 0');
    expect(fault(changed("trainingFormat", "3"))).toMatch(/expected "2", got "3"\. It was saved by recurra .*install/);
    expect(fault(changed("trainingFormat"))).toContain('"trainingFormat": expected "2", got none.');
  });
});
