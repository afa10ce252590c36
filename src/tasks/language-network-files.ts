/** The weights of a language network as named arrays: PyTorch's names and packing where PyTorch has the cell. */
import type { WeightTensor } from "../checkpoint/model-files.ts";
import { RecurraError } from "../core/errors.ts";
import { fromPytorch, hasPytorchForm, type Matrix, toPytorch } from "../interop/pytorch-weights.ts";
import type { Recurrent } from "../layers/index.ts";
import { readNamed, writeNamed } from "../recurrence/cell-weights.ts";
import type { Parameter } from "../tensor/parameter.ts";
import type { LanguageNetwork } from "./language-network.ts";

function float32(data: ArrayLike<number>): Float32Array {
  return Float32Array.from(data);
}

/** [rows, columns] to [columns, rows]: a dense weight as PyTorch stores it. */
function transpose(data: ArrayLike<number>, rows: number, columns: number): Float32Array {
  const result = new Float32Array(rows * columns);
  for (let r = 0; r < rows; r++) for (let c = 0; c < columns; c++) result[c * rows + r] = data[r * columns + c]!;
  return result;
}

function namedMatrices(layer: Recurrent): Map<string, Matrix> {
  return new Map(
    layer.weights.named.map((weight) => {
      const rows = weight.parameter.rows;
      const vector = weight.name.includes(".weight_") === false;
      return [weight.name, { shape: vector ? [weight.columns] : [rows, weight.columns], data: readNamed(weight) }];
    }),
  );
}

function isPytorchLayer(layer: Recurrent): boolean {
  return hasPytorchForm(layer.cell.name, new Set(layer.weights.named.map((weight) => weight.name)));
}

/** All weights of a network, by the names they have in a model file. */
export function networkToWeights(network: LanguageNetwork): Map<string, WeightTensor> {
  const weights = new Map<string, WeightTensor>();
  const put = (name: string, shape: readonly number[], data: ArrayLike<number>): void => {
    weights.set(name, { shape, data: float32(data) });
  };
  if (network.embedding !== undefined) {
    const { table } = network.embedding;
    put("embedding.weight", [table.rows, table.columns], table.toArray());
  }
  network.recurrent.layers.forEach((layer, l) => {
    const named = namedMatrices(layer);
    if (isPytorchLayer(layer)) {
      for (const [name, { shape, data }] of toPytorch(layer.cell.name, named)) put(`rnn.${name}_l${l}`, shape, data);
    } else for (const [name, { shape, data }] of named) put(`rnn.${l}.${name}`, shape, data);
  });
  const { weight, bias } = network.dense;
  put("dense.weight", [weight.columns, weight.rows], transpose(weight.toArray(), weight.rows, weight.columns));
  put("dense.bias", [bias.columns], bias.toArray());
  return weights;
}

/**
 * Copies weights of a model file into a network.
 *
 * @param where the file, for messages.
 * @throws file-format when a tensor is missing, left over, or of another shape.
 */
export function weightsToNetwork(
  weights: ReadonlyMap<string, WeightTensor>,
  network: LanguageNetwork,
  where: string,
): void {
  const expected = networkToWeights(network);
  for (const [name, { shape }] of expected) {
    const found = weights.get(name);
    if (found === undefined || found.shape.join() !== shape.join()) {
      throw new RecurraError("file-format", {
        where,
        expected: `tensor "${name}" [${shape.join(", ")}]`,
        got: found === undefined ? "none" : `[${found.shape.join(", ")}]`,
        hint: "config.json and the weights are of different models.",
      });
    }
  }
  const extra = [...weights.keys()].find((name) => !expected.has(name));
  if (extra !== undefined) {
    throw new RecurraError("file-format", { where, expected: "no other tensors than the model's", got: `"${extra}"` });
  }
  const assign = (parameter: Parameter, name: string): void => parameter.assign(weights.get(name)!.data);
  if (network.embedding !== undefined) assign(network.embedding.table, "embedding.weight");
  network.recurrent.layers.forEach((layer, l) => {
    let named: ReadonlyMap<string, Matrix>;
    if (isPytorchLayer(layer)) {
      const own = [...weights].filter(([name]) => name.startsWith("rnn.") && name.endsWith(`_l${l}`));
      const stripped = new Map(own.map(([name, tensor]) => [name.slice(4, -`_l${l}`.length), tensor]));
      named = fromPytorch(layer.cell.name, stripped, where);
    } else {
      named = new Map(layer.weights.named.map(({ name }) => [name, weights.get(`rnn.${l}.${name}`)!]));
    }
    for (const weight of layer.weights.named) writeNamed(weight, named.get(weight.name)!.data);
  });
  const { weight } = network.dense;
  weight.assign(transpose(weights.get("dense.weight")!.data, weight.columns, weight.rows));
  assign(network.dense.bias, "dense.bias");
}
