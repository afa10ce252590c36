/**
 * Trains a small model of every built-in cell and returns all bytes that the runtimes must agree on.
 *
 * With dropout inside the recurrence, clipping, Adam, carried states, odd sizes, two layers, a score and a sample: all
 * that touches a weight or a text. Imports nothing but the built package, so it runs in a page too.
 */
import { builtInCells, lstm } from "../../dist/cells/index.js";
import { LanguageModel, trainLanguageModel } from "../../dist/tasks/index.js";

const line = "the cat, which already ate, was full; the cats, which already ate, were full.\n";
const text = line.repeat(40);

/** Sums of more than 256 terms, and kernels that reach the optimising compiler. */
const large = { hiddenSize: 300, batchSize: 9, bptt: 16, steps: 20 };
const small = { hiddenSize: 19, layers: 2, embeddingSize: 7, batchSize: 5, bptt: 11, steps: 40 };

const cells = { ...builtInCells, "lstm with dropout": () => lstm({ recurrentDropout: 0.25, coupled: true }) };

/** How many cells there are. */
export const cellCount = Object.keys(cells).length;

/**
 * @param {() => void} trained is called after each cell's training.
 * @param {"default" | "wide"} kernels change no byte.
 * @returns {Promise<Uint8Array>}
 */
export async function smallWeights(trained = () => undefined, kernels = "default") {
  const parts = [];
  const add = (/** @type {string} */ word) => parts.push(new TextEncoder().encode(word));
  for (const [name, cell] of Object.entries(cells)) {
    const sizes = name === "lstm" || name === "gru" ? large : small;
    const model = await trainLanguageModel(text, { ...sizes, kernels, cell: cell(), clipNorm: 0.5, learningRate: 0.01 })
      .model;
    trained();
    add(name);
    for (const [tensor, { data }] of model.toFiles().weights) {
      add(tensor);
      parts.push(new Uint8Array(data.buffer, data.byteOffset, data.byteLength));
    }
    for await (const piece of model.sample({ prompt: "the ", length: 60, seed: 3 })) add(piece);
    add(JSON.stringify(model.evaluate(line)));
    add(JSON.stringify((await LanguageModel.fromFiles(model.toFiles("int8"), "int8")).evaluate(line)));
  }
  const bytes = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    bytes.set(part, at);
    at += part.length;
  }
  return bytes;
}
