/** Weights of RNN, GRU and LSTM in PyTorch's names, packing and sense. */
import { RecurraError } from "../core/errors.ts";

/** A row-major matrix or vector. */
export interface Matrix {
  readonly shape: readonly number[];
  readonly data: Float32Array | Float64Array;
}

/** One stretch of rows of a PyTorch matrix: which of our weights it holds, and with which sign. */
interface GateRows {
  /** `<affine>` of weight_ih and bias_ih, and of weight_hh. */
  readonly input: string;
  readonly state: string;
  /** -1 where PyTorch's gate is one minus ours: σ(-s) = 1 - σ(s). */
  readonly sign: 1 | -1;
  /** The affine whose bias stands in bias_hh; elsewhere bias_hh is zero, since two biases of one sum are one. */
  readonly stateBias?: string;
}

/** i f g o of an LSTM, r z n of a GRU: the order of PyTorch's rows. */
const GATES: Readonly<Record<string, readonly GateRows[]>> = {
  rnn: [{ input: "a", state: "a", sign: 1 }],
  lstm: ["u", "f", "c", "o"].map((gate) => ({ input: gate, state: gate, sign: 1 })),
  gru: [
    { input: "r", state: "r", sign: 1 },
    { input: "u", state: "u", sign: -1 },
    { input: "c", state: "ca", sign: 1, stateBias: "ca" },
  ],
};

/** Whether weights of these names are those of a cell that PyTorch has. */
export function hasPytorchForm(cell: string, names: ReadonlySet<string>): boolean {
  const gates = GATES[cell];
  if (gates === undefined) return false;
  const expected = new Set<string>();
  for (const gate of gates) {
    expected.add(`${gate.input}.weight_x`).add(`${gate.state}.weight_a`).add(`${gate.input}.bias`);
    if (gate.stateBias !== undefined) expected.add(`${gate.stateBias}.bias`);
  }
  if (cell === "lstm" && names.has("p.weight_c")) expected.add("p.weight_c");
  return names.size === expected.size && [...names].every((name) => expected.has(name));
}

function transposed(matrix: Matrix, sign: 1 | -1, into: Float64Array, rowOffset: number): void {
  const [rows, columns] = matrix.shape as [number, number];
  for (let c = 0; c < columns; c++) {
    for (let r = 0; r < rows; r++) into[(rowOffset + c) * rows + r] = sign * matrix.data[r * columns + c]!;
  }
}

/**
 * From our weights ([inputs, units], by the names of the equations) to PyTorch's weight_ih, weight_hh, bias_ih, bias_hh
 * and weight_hr.
 *
 * @param cell "rnn", "gru" (reset after) or "lstm".
 */
export function toPytorch(cell: string, weights: ReadonlyMap<string, Matrix>): Map<string, Matrix> {
  const gates = GATES[cell]!;
  const first = weights.get(`${gates[0]!.input}.weight_x`)!;
  const [nx, units] = first.shape as [number, number];
  const na = weights.get(`${gates[0]!.state}.weight_a`)!.shape[0]!;
  const rows = gates.length * units;
  const ih = new Float64Array(rows * nx);
  const hh = new Float64Array(rows * na);
  const biasIh = new Float64Array(rows);
  const biasHh = new Float64Array(rows);
  gates.forEach((gate, index) => {
    transposed(weights.get(`${gate.input}.weight_x`)!, gate.sign, ih, index * units);
    transposed(weights.get(`${gate.state}.weight_a`)!, gate.sign, hh, index * units);
    weights.get(`${gate.input}.bias`)!.data.forEach((value, i) => {
      biasIh[index * units + i] = gate.sign * value;
    });
    if (gate.stateBias !== undefined) biasHh.set(weights.get(`${gate.stateBias}.bias`)!.data, index * units);
  });
  const result = new Map<string, Matrix>([
    ["weight_ih", { shape: [rows, nx], data: ih }],
    ["weight_hh", { shape: [rows, na], data: hh }],
    ["bias_ih", { shape: [rows], data: biasIh }],
    ["bias_hh", { shape: [rows], data: biasHh }],
  ]);
  const projection = weights.get("p.weight_c");
  if (projection !== undefined) {
    const [size, projected] = projection.shape as [number, number];
    const hr = new Float64Array(size * projected);
    transposed(projection, 1, hr, 0);
    result.set("weight_hr", { shape: [projected, size], data: hr });
  }
  return result;
}

/**
 * From PyTorch's tensors to our weights; the two biases of one sum are added.
 *
 * @throws file-format when a tensor is missing or its rows are not those of the cell.
 */
export function fromPytorch(cell: string, tensors: ReadonlyMap<string, Matrix>, where: string): Map<string, Matrix> {
  const gates = GATES[cell]!;
  const get = (name: string): Matrix => {
    const tensor = tensors.get(name);
    if (tensor === undefined) {
      throw new RecurraError("file-format", { where, expected: `tensor "${name}" of a ${cell}`, got: "none" });
    }
    return tensor;
  };
  const [ih, hh, biasIh, biasHh] = [get("weight_ih"), get("weight_hh"), get("bias_ih"), get("bias_hh")];
  const [rows, nx] = ih.shape as [number, number];
  const na = hh.shape[1]!;
  const units = rows / gates.length;
  if (!Number.isInteger(units) || hh.shape[0] !== rows || biasIh.data.length !== rows || biasHh.data.length !== rows) {
    throw new RecurraError("file-format", {
      where: `${where}, "weight_ih"`,
      expected: `${gates.length} gates of equal size, as a ${cell} has`,
      got: `[${ih.shape.join(", ")}] and [${hh.shape.join(", ")}]`,
    });
  }
  const result = new Map<string, Matrix>();
  const slice = (matrix: Matrix, columns: number, index: number, sign: 1 | -1): Matrix => {
    const data = new Float64Array(columns * units);
    for (let u = 0; u < units; u++) {
      for (let c = 0; c < columns; c++) data[c * units + u] = sign * matrix.data[(index * units + u) * columns + c]!;
    }
    return { shape: [columns, units], data };
  };
  gates.forEach((gate, index) => {
    result.set(`${gate.input}.weight_x`, slice(ih, nx, index, gate.sign));
    result.set(`${gate.state}.weight_a`, slice(hh, na, index, gate.sign));
    const own = Float64Array.from(biasIh.data.subarray(index * units, (index + 1) * units));
    const state = Float64Array.from(biasHh.data.subarray(index * units, (index + 1) * units));
    if (gate.stateBias !== undefined) result.set(`${gate.stateBias}.bias`, { shape: [units], data: state });
    else for (let i = 0; i < units; i++) own[i] = gate.sign * (own[i]! + state[i]!);
    result.set(`${gate.input}.bias`, { shape: [units], data: own });
  });
  const hr = tensors.get("weight_hr");
  if (hr !== undefined) {
    const [projected, size] = hr.shape as [number, number];
    const data = new Float64Array(size * projected);
    for (let r = 0; r < projected; r++) for (let c = 0; c < size; c++) data[c * projected + r] = hr.data[r * size + c]!;
    result.set("p.weight_c", { shape: [size, projected], data });
  }
  return result;
}
