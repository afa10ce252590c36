/**
 * Trains a small model of every built-in cell and prints one hash of all weights, for runtimes to be compared.
 *
 * With dropout inside the recurrence, clipping, Adam, carried states, odd sizes, two layers and a sample: all that
 * touches a weight or a text.
 */
import { createHash } from "node:crypto";
import { builtInCells } from "../../dist/cells/built-in.js";
import { lstm } from "../../dist/cells/index.js";
import { trainLanguageModel } from "../../dist/tasks/index.js";

const line = "the cat, which already ate, was full; the cats, which already ate, were full.\n";
const text = line.repeat(40);
const hash = createHash("sha256");

/** Sums of more than 256 terms, and kernels that reach the optimising compiler. */
const large = { hiddenSize: 300, batchSize: 9, bptt: 16, steps: 20 };
const small = { hiddenSize: 19, layers: 2, embeddingSize: 7, batchSize: 5, bptt: 11, steps: 40 };

const cells = { ...builtInCells, "lstm with dropout": () => lstm({ recurrentDropout: 0.25, coupled: true }) };
for (const [name, cell] of Object.entries(cells)) {
  const sizes = name === "lstm" || name === "gru" ? large : small;
  const model = await trainLanguageModel(text, { ...sizes, cell: cell(), clipNorm: 0.5, learningRate: 0.01 }).model;
  hash.update(name);
  for (const [tensor, { data }] of model.toFiles().weights) {
    hash.update(tensor).update(new Uint8Array(data.buffer, data.byteOffset, data.byteLength));
  }
  for await (const piece of model.sample({ prompt: "the ", length: 60, seed: 3 })) hash.update(piece);
  hash.update(JSON.stringify(model.evaluate(line)));
}
console.log(JSON.stringify({ cells: Object.keys(cells).length, sha256: hash.digest("hex") }));
