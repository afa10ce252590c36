import { createHash } from "node:crypto";
import { readFileSync, statSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { distanceBetween, expectClose, goldenNames, goldenTensor, loadGolden } from "./load-golden.ts";

const pathOf = (file: string): URL => new URL(file, import.meta.url);
const hashes = JSON.parse(readFileSync(pathOf("sha256.json"), "utf8")) as Record<string, string>;

describe("the goldens", () => {
  it("are the files whose hashes sha256.json holds, none more and none fewer", () => {
    expect(Object.keys(hashes)).toEqual(
      goldenNames()
        .map((name) => `${name}.json`)
        .sort(),
    );
    for (const [file, hash] of Object.entries(hashes)) {
      const actual = createHash("sha256")
        .update(readFileSync(pathOf(file)))
        .digest("hex");
      expect(actual, `${file} is not what make.py wrote`).toBe(hash);
    }
  });

  it("are smaller than 200 KB each", () => {
    for (const file of Object.keys(hashes)) expect(statSync(pathOf(file)).size, file).toBeLessThan(200_000);
  });

  it("carry a gradient of the same shape for every weight and every input but the loss factors", () => {
    for (const name of goldenNames().filter((name) => !name.startsWith("training-"))) {
      const golden = loadGolden(name);
      const leaves = { ...golden.inputs, ...golden.weights };
      const names = Object.keys(leaves).filter((key) => !key.startsWith("loss_"));
      expect(Object.keys(golden.grads).sort(), name).toEqual(names.sort());
      for (const key of names) expect(golden.grads[key]?.shape, `${name}, ${key}`).toEqual(leaves[key]?.shape);
    }
  });

  it("hold the loss that their outputs and loss factors give", () => {
    for (const name of goldenNames().filter((name) => !name.startsWith("training-"))) {
      const golden = loadGolden(name);
      let loss = 0;
      for (const key of Object.keys(golden.outputs).filter((key) => key !== "loss")) {
        const factors = goldenTensor(golden, "inputs", `loss_${key}`).data;
        golden.outputs[key]?.data.forEach((value, i) => {
          loss += value * factors[i]!;
        });
      }
      expectClose([loss], goldenTensor(golden, "outputs", "loss"), 1e-9, `${name}, loss`);
    }
  });

  it("output 0 beyond each row's length and leave no gradient in x there", () => {
    for (const name of goldenNames().filter((name) => !name.startsWith("training-"))) {
      const golden = loadGolden(name);
      const { lengths, Tx } = golden.case;
      if (lengths === null) continue;
      for (const tensor of [goldenTensor(golden, "outputs", "output"), goldenTensor(golden, "grads", "x")]) {
        const width = tensor.shape[2]!;
        lengths.forEach((length, b) => {
          const padding = tensor.data.subarray((b * Tx + length) * width, (b + 1) * Tx * width);
          expect(
            padding.every((value) => value === 0),
            `${name}, row ${b}`,
          ).toBe(true);
        });
      }
    }
  });

  it("keep bias_hh at 0 in all rows but the candidate's of the GRU", () => {
    for (const name of goldenNames()) {
      const golden = loadGolden(name);
      const isGru = golden.case.cell === "gru";
      for (const [key, { data }] of Object.entries(golden.weights)) {
        if (!key.includes("bias_hh")) continue;
        const redundant = isGru ? data.subarray(0, (data.length / 3) * 2) : data;
        expect(
          redundant.every((value) => value === 0),
          `${name}, ${key}`,
        ).toBe(true);
        if (isGru) expect(data.at(-1), `${name}, ${key}`).not.toBe(0);
      }
    }
  });

  it("of training hold ten losses, and norms on both sides of the clip bound", () => {
    for (const name of goldenNames("training-") as `training-${string}`[]) {
      const golden = loadGolden(name);
      const norms = goldenTensor(golden, "outputs", "gradNorms").data;
      expect(goldenTensor(golden, "outputs", "losses").shape, name).toEqual([10]);
      expect(Math.max(...norms), name).toBeGreaterThan(golden.case.clipNorm);
      expect(Math.min(...norms), name).toBeLessThan(golden.case.clipNorm);
    }
  });

  it("give inputs and weights as exact float32 values", () => {
    const { inputs, weights } = loadGolden("lstm");
    for (const { data } of [...Object.values(inputs), ...Object.values(weights)]) {
      expect(Array.from(data)).toEqual(Array.from(Float32Array.from(data)));
    }
  });
});

describe("loadGolden", () => {
  it("names the known goldens when asked for an unknown one", () => {
    expect(() => loadGolden("gru-4-layers")).toThrow(
      /^loadGolden: expected one of gru, .*rnn-tanh.*, got gru-4-layers\./,
    );
  });

  it("names the known tensors when asked for an unknown one", () => {
    expect(() => goldenTensor(loadGolden("lstm"), "outputs", "c")).toThrowErrorMatchingInlineSnapshot(
      `[RecurraError: goldenTensor(outputs): expected one of output, h_n, c_n, loss, got c.]`,
    );
  });
});

describe("expectClose", () => {
  it("says the largest error, where it is and both values", () => {
    const expected = { shape: [2, 3], data: [0, 1, 2, 3, 4, 5] };
    expect(() => expectClose([0, 1, 2, 3, 4.5, 5], expected, 1e-5, "a⟨t⟩")).toThrowErrorMatchingInlineSnapshot(
      `[AssertionError: a⟨t⟩: expected an error of at most 0.00001, got 1.000e-1 at [1, 1]: 4.5 where 4 is right.]`,
    );
  });

  it("divides by max(1, max |b|), so that large values are compared relatively and small ones absolutely", () => {
    expect(distanceBetween([101], [100]).error).toBe(0.01);
    expect(distanceBetween([0.25], [0.125]).error).toBe(0.125);
  });

  it("accepts an error equal to the bound and refuses a larger one", () => {
    expectClose([0.5], [0.25], 0.25, "x");
    expect(() => expectClose([0.5], [0.25], 0.249, "x")).toThrow(/got 2\.500e-1 at \[0\]/);
  });

  it("refuses NaN on either side, an infinity and another length", () => {
    for (const [actual, expected] of [
      [[Number.NaN], [1]],
      [[1], [Number.NaN]],
      [[Number.POSITIVE_INFINITY], [1]],
      [[1], [Number.POSITIVE_INFINITY]],
      [[1, 2], [1]],
      [[1], [1, 2]],
    ] as const) {
      expect(() => expectClose(actual, expected, 1e9, "x"), `${actual} against ${expected}`).toThrow();
    }
  });
});
