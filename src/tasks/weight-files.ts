/** The weights of a network as named arrays: PyTorch's names and packing where PyTorch has the layer and the cell. */
import type { WeightTensor } from "../checkpoint/model-files.ts";
import { RecurraError } from "../core/errors.ts";
import { transpose } from "../core/transpose.ts";
import {
  fromPytorch,
  hasPytorchForm,
  type Matrix,
  type ReadableMatrix,
  toPytorch,
} from "../interop/pytorch-weights.ts";
import type {
  Bidirectional,
  Dense,
  Embedding,
  LayerNorm,
  StackedBidirectional,
  StreamingRecurrent,
  StreamingStack,
} from "../layers/index.ts";
import { type NamedWeight, readNamed, writeNamed } from "../recurrence/cell-weights.ts";
import type { Scales } from "../tensor/int8-matrix.ts";
import { Parameter } from "../tensor/parameter.ts";

/** The layers whose arrays PyTorch has names for. They are told by their kind: a model fetches the code of its own alone. */
type NamedLayer =
  | Bidirectional
  | Dense
  | Embedding
  | LayerNorm
  | StackedBidirectional
  | StreamingRecurrent
  | StreamingStack;

/** What a network is made of: a single parameter, or a layer. */
export type Part =
  | Parameter
  | NamedLayer
  | { readonly layerKind?: undefined; readonly parameters: readonly Parameter[] };

/** The parts of a network by the names that they have in a model file; parts that an option leaves out are undefined. */
export type Parts = Readonly<Record<string, Part | undefined>>;

/** One array of a model file with its way back. */
interface Slot {
  readonly name: string;
  readonly shape: readonly number[];
  read(): ArrayLike<number>;
  write(values: Float32Array): void;
  /** Of a matrix that may be int8: which of the array's numbers share a scale, and the parameters that hold it. */
  readonly int8?:
    | { readonly scales: Scales; readonly parameters: readonly Parameter[]; readonly by: Scales }
    | undefined;
}

function slotOfParameter(name: string, parameter: Parameter, by?: Scales): Slot {
  const { rows, columns } = parameter;
  const shape = rows === 1 ? [columns] : [rows, columns];
  return {
    name,
    shape,
    read: () => parameter.toArray(),
    write: (values) => parameter.assign(values),
    int8: by && { scales: by, parameters: [parameter], by },
  };
}

function slotsOfDense(name: string, { weight, bias, parameters }: Dense): Slot[] {
  const { rows, columns } = weight;
  const own: Slot = {
    name: `${name}.weight`,
    shape: [columns, rows],
    read: () => transpose(weight.toArray(), rows, columns, new Float32Array(weight.size)),
    write: (values) => weight.assign(transpose(values, columns, rows, new Float32Array(weight.size))),
    int8: { scales: "rows", parameters: [weight], by: "columns" },
  };
  // a tied weight is the embedding's, and stands there
  return [...(parameters.includes(weight) ? [own] : []), slotOfParameter(`${name}.bias`, bias)];
}

/**
 * The arrays of one recurrent layer: PyTorch's four where PyTorch has the cell, else one for each name of the equations.
 *
 * @param nameOf makes a file's name of PyTorch's name or of the equations'.
 */
function slotsOfRecurrent(layer: StreamingRecurrent, nameOf: (part: string, isPytorch: boolean) => string): Slot[] {
  const { named, matrices } = layer.weights;
  const isMatrix = (name: string): boolean => /(^|[.])weight_/.test(name);
  const { name: cell } = layer.cell;
  const shapeOf = ({ name, parameter, columns }: NamedWeight): number[] =>
    isMatrix(name) ? [parameter.rows, columns] : [columns];
  if (!hasPytorchForm(cell, new Set(named.map(({ name }) => name)))) {
    return named.map((weight) => ({
      name: nameOf(weight.name, false),
      shape: shapeOf(weight),
      read: () => readNamed(weight),
      write: (values) => writeNamed(weight, values),
      int8: isMatrix(weight.name) ? { scales: "columns", parameters: [weight.parameter], by: "columns" } : undefined,
    }));
  }
  const given = new Map<string, Matrix>();
  const own = named.map((weight): [string, ReadableMatrix] => {
    return [weight.name, { shape: shapeOf(weight), read: () => readNamed(weight) }];
  });
  const saved = toPytorch(cell, new Map(own));
  // a row of PyTorch's is a column of ours, perhaps with its sign changed: the scales are the same
  const int8 = { scales: "rows", parameters: [...matrices.values()], by: "columns" } as const;
  return [...saved].map(([part, { shape, read }]) => ({
    name: nameOf(part, true),
    shape,
    read,
    write(values) {
      given.set(part, { shape, data: values });
      if (given.size < saved.size) return;
      const read = fromPytorch(cell, given, layer.name);
      for (const weight of named) writeNamed(weight, read.get(weight.name)!.data);
    },
    int8: isMatrix(part) ? int8 : undefined,
  }));
}

const byLayer =
  (name: string, l: number, suffix = "") =>
  (part: string, isPytorch: boolean): string =>
    isPytorch ? `${name}.${part}_l${l}${suffix}` : `${name}.${l}${suffix.replace("_", ".")}.${part}`;

function slotsOfBidirectional(name: string, { forward, backward }: Bidirectional, l: number): Slot[] {
  return [...slotsOfRecurrent(forward, byLayer(name, l)), ...slotsOfRecurrent(backward, byLayer(name, l, "_reverse"))];
}

function slotsOf(name: string, part: Part): Slot[] {
  if (part instanceof Parameter) return [slotOfParameter(name, part, part.columns > 1 ? "columns" : undefined)];
  switch (part.layerKind) {
    case "embedding":
      return [slotOfParameter(`${name}.weight`, part.table, "rows")];
    case "dense":
      return slotsOfDense(name, part);
    case "layer norm":
      return [slotOfParameter(`${name}.weight`, part.gain), slotOfParameter(`${name}.bias`, part.bias)];
    case "recurrent":
      return slotsOfRecurrent(part, byLayer(name, 0));
    case "bidirectional":
      return slotsOfBidirectional(name, part, 0);
    case "stacked":
      return part.layers.flatMap((layer, l) => slotsOfRecurrent(layer, byLayer(name, l)));
    case "stacked bidirectional":
      return part.layers.flatMap((layer, l) => slotsOfBidirectional(name, layer, l));
    default:
      // a layer of another kind: its parameters by the last word of their names
      return part.parameters.map((p) => slotOfParameter(`${name}.${p.name.split(".").at(-1)}`, p));
  }
}

/** Every array of a network, part by part. */
export function slotsOfParts(parts: Parts): Slot[] {
  return Object.entries(parts).flatMap(([name, part]) => (part === undefined ? [] : slotsOf(name, part)));
}

/**
 * Copies weights of a model file into a network; those of int8 stay so in memory.
 *
 * @param where the file, for messages.
 * @throws file-format when a tensor is missing, left over, or of another shape.
 */
export async function weightsToParts(
  weights: ReadonlyMap<string, WeightTensor>,
  parts: Parts,
  where: string,
): Promise<void> {
  const slots = slotsOfParts(parts);
  for (const { name, shape } of slots) {
    const found = weights.get(name);
    if (found !== undefined && found.shape.join() === shape.join()) continue;
    throw new RecurraError("file-format", {
      where,
      expected: `tensor "${name}" [${shape.join(", ")}]`,
      got: found === undefined ? "none" : `[${found.shape.join(", ")}]`,
      hint: "config.json and the weights are of different models.",
    });
  }
  const expected = new Set(slots.map(({ name }) => name));
  const extra = [...weights.keys()].find((name) => !expected.has(name));
  if (extra !== undefined) {
    throw new RecurraError("file-format", { where, expected: "no other tensors than the model's", got: `"${extra}"` });
  }
  for (const { name, write } of slots) write(weights.get(name)!.data);
  for (const { name, int8 } of slots) {
    if (int8 === undefined || weights.get(name)!.form?.startsWith("int8") !== true) continue;
    for (const parameter of int8.parameters) {
      if (parameter.int8 === undefined) await parameter.roundToInt8(int8.by);
    }
  }
  await parametersOf(parts)[0]?.engine.prepareThreads();
}

/** The single recurrent layers of a part, bottom first, both directions of each. */
export function recurrentLayersOf(part: Part): readonly StreamingRecurrent[] {
  if (part instanceof Parameter) return [];
  if (part.layerKind === "recurrent") return [part];
  if (part.layerKind === "bidirectional") return [part.forward, part.backward];
  if (part.layerKind === "stacked" || part.layerKind === "stacked bidirectional")
    return part.layers.flatMap(recurrentLayersOf);
  return [];
}

/** All parameters of a network, in the order of its parts. */
export function parametersOf(parts: Parts): readonly Parameter[] {
  return Object.values(parts).flatMap((part) => {
    if (part === undefined) return [];
    return part instanceof Parameter ? [part] : part.parameters;
  });
}

/** Numbers that training changes. */
export function parameterCountOf(parts: Parts): number {
  let count = 0;
  for (const part of Object.values(parts)) {
    if (part === undefined) continue;
    const layers = recurrentLayersOf(part);
    // a gate without a bias keeps zeros in the packed row, which no name points to
    for (const { weights } of layers) {
      for (const { parameter, columns } of weights.named) count += parameter.rows * columns;
    }
    if (layers.length === 0) for (const { size } of parametersOf({ part })) count += size;
  }
  return count;
}
