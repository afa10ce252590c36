import { beforeAll, describe, expect, it } from "vitest";
import { expectSameBits } from "../../test/support/expect-same-bits.ts";
import { builtInCells } from "../cells/index.ts";
import { Packing } from "../core/packing.ts";
import { WasmEngine } from "../engine/wasm/wasm-engine.ts";
import { step } from "../tensor/tape.ts";
import { LanguageModel } from "./language-model.ts";
import type { LanguageModelOptions } from "./language-model-options.ts";
import { trainLanguageModel } from "./train-language-model.ts";

const LINE = "the cat, which already ate, was full; the cats, which already ate, were full.\n";
const TEXT = LINE.repeat(30);
const SIZES: LanguageModelOptions = { hiddenSize: 36, layers: 2, batchSize: 8, bptt: 16, learningRate: 0.01 };

/** The scores after each token of the first text, read beside the others. */
function scoresOf({ network }: LanguageModel, texts: readonly Int32Array[]): Float64Array[] {
  const packing = new Packing(texts.map(({ length }) => length));
  const ids = new Int32Array(packing.rows);
  const rank = packing.order.indexOf(0);
  for (let t = 0; t < packing.steps; t++) {
    for (let r = 0; r < packing.active[t]!; r++) ids[packing.rowOf(t, r)] = texts[packing.order[r]!]![t]!;
  }
  return step(network.engine, () => {
    const scores = network.run(ids, packing).scores().toArray();
    const V = network.vocabularySize;
    return Array.from(texts[0]!, (_, t) => {
      const row = packing.rowOf(t, rank);
      return Float64Array.from(scores.subarray(row * V, (row + 1) * V));
    });
  });
}

const toInt8 = (model: LanguageModel): Promise<LanguageModel> =>
  LanguageModel.fromFiles(model.toFiles("int8"), "small", new WasmEngine());

describe("a language model of int8", () => {
  let model: LanguageModel;
  let small: LanguageModel;
  beforeAll(async () => {
    model = await trainLanguageModel(TEXT, { ...SIZES, steps: 300 }).model;
    small = await toInt8(model);
  });

  it("predicts about as well as the model that it was made from", () => {
    const [before, after] = [model, small].map((each) => each.evaluate(TEXT).bitsPerChar!);
    expect(before).toBeLessThan(0.5);
    expect(after! - before!).toBeLessThan(0.01);
    expect(small.score(LINE)).not.toEqual(model.score(LINE));
  });

  it("keeps its matrices in int8, less than 0.4 of the memory of float32", async () => {
    const large = await trainLanguageModel(TEXT, { hiddenSize: 256, batchSize: 1, bptt: 2, steps: 1 }).model;
    const used = async (precision: "float32" | "int8"): Promise<number> => {
      const engine = new WasmEngine();
      const wide = await LanguageModel.fromFiles(large.toFiles(precision), "model", engine);
      wide.score(LINE);
      return engine.heap.used;
    };
    expect((await used("int8")) / (await used("float32"))).toBeLessThan(0.4);
  });

  it("comes back from its files bit for bit", async () => {
    expect((await LanguageModel.fromFiles(small.toFiles(), "again")).score(LINE)).toEqual(small.score(LINE));
  });
});

describe.each(Object.keys(builtInCells))("a language model of int8 with the cell %s", (cell) => {
  it("gives the same scores read a token at a time, as a whole, and beside other texts, bit for bit", async () => {
    const model = await trainLanguageModel(TEXT, { ...SIZES, cell: cell as "lstm", steps: 3 }).model;
    const small = await toInt8(model);
    const ids = small.vocabulary.encode(LINE);
    const session = small.session();
    const whole = scoresOf(small, [ids]);
    for (const [t, id] of ids.entries()) expectSameBits(session.step(id), whole[t]!, `token ${t}`);
    const beside = scoresOf(small, [ids, ids.subarray(3), ids.subarray(0, 9), Int32Array.from([...ids, ...ids])]);
    for (const [t, scores] of beside.entries()) expectSameBits(scores, whole[t]!, `token ${t}`);
  });
});
