/** Weights of RNN, GRU and LSTM in PyTorch's names, packing and sense. */
import { RecurraError } from "../core/errors.ts";
import { transpose } from "../core/transpose.ts";

/** A row-major matrix or vector. */
export interface Matrix {
  readonly shape: readonly number[];
  readonly data: Float32Array | Float64Array;
}

/** A matrix whose numbers are copied when they are asked for. */
export interface ReadableMatrix {
  readonly shape: readonly number[];
  read(): Float64Array;
}

/** One stretch of rows of a PyTorch matrix: which of our weights it holds, and with which sign. */
interface GateRows {
  /**
   * `<affine>` of weight_ih and bias_ih, and of weight_hh and bias_hh; where they are one, bias_hh is zero, since two biases
   * of one sum are one.
   */
  readonly input: string;
  readonly state: string;
  /** -1 where PyTorch's gate is one minus ours: σ(-s) = 1 - σ(s). */
  readonly sign: 1 | -1;
}

/** i f g o of an LSTM, r z n of a GRU: the order of PyTorch's rows. */
const GATES: Readonly<Record<string, readonly GateRows[]>> = {
  rnn: [{ input: "a", state: "a", sign: 1 }],
  lstm: ["u", "f", "c", "o"].map((gate) => ({ input: gate, state: gate, sign: 1 })),
  gru: [
    { input: "r", state: "r", sign: 1 },
    { input: "u", state: "u", sign: -1 },
    { input: "c", state: "ca", sign: 1 },
  ],
};

/** Our name of the projection, weight_hr, that an LSTM may have. */
const PROJECTION = "p.weight_c";

/** One of our weights [inputs, units] as rows of a PyTorch tensor: transposed, from row `index` · units on, times `sign`. */
interface Stretch {
  readonly ours: string;
  readonly theirs: string;
  readonly index: number;
  readonly sign: 1 | -1;
  /** A second bias of one sum: added to the first, and written as zeros. */
  readonly isSecond?: boolean;
}

/** The stretches of a cell that PyTorch has, its tensors in PyTorch's order. */
function stretchesOf(gates: readonly GateRows[], isProjected: boolean): Stretch[] {
  return [
    ...gates.map(({ input, sign }, index) => ({ ours: `${input}.weight_x`, theirs: "weight_ih", index, sign })),
    ...gates.map(({ state, sign }, index) => ({ ours: `${state}.weight_a`, theirs: "weight_hh", index, sign })),
    ...gates.map(({ input, sign }, index) => ({ ours: `${input}.bias`, theirs: "bias_ih", index, sign })),
    ...gates.map(({ input, state, sign }, index) => {
      return { ours: `${state}.bias`, theirs: "bias_hh", index, sign, isSecond: state === input };
    }),
    ...(isProjected ? ([{ ours: PROJECTION, theirs: "weight_hr", index: 0, sign: 1 }] as const) : []),
  ];
}

/** Whether weights of these names are those of a cell that PyTorch has. */
export function hasPytorchForm(cell: string, names: ReadonlySet<string>): boolean {
  const gates = GATES[cell];
  if (gates === undefined) return false;
  const isProjected = cell === "lstm" && names.has(PROJECTION);
  const expected = new Set(stretchesOf(gates, isProjected).map(({ ours }) => ours));
  return names.size === expected.size && [...names].every((name) => expected.has(name));
}

/**
 * From our weights ([inputs, units], by the names of the equations) to PyTorch's weight_ih, weight_hh, bias_ih, bias_hh
 * and weight_hr.
 *
 * @param cell "rnn", "gru" (reset after) or "lstm".
 */
export function toPytorch(cell: string, weights: ReadonlyMap<string, ReadableMatrix>): Map<string, ReadableMatrix> {
  const stretches = stretchesOf(GATES[cell]!, weights.has(PROJECTION));
  const result = new Map<string, ReadableMatrix>();
  for (const { theirs, ours } of stretches) {
    if (result.has(theirs)) continue;
    const parts = stretches.filter((stretch) => stretch.theirs === theirs);
    const { shape } = weights.get(ours)!;
    const [units, inputs] = [shape.at(-1)!, shape.length === 1 ? 1 : shape[0]!];
    const rows = parts.length * units;
    result.set(theirs, {
      shape: shape.length === 1 ? [rows] : [rows, inputs],
      read() {
        const data = new Float64Array(rows * inputs);
        for (const { ours, index, sign, isSecond } of parts) {
          const own = data.subarray(index * units * inputs, (index + 1) * units * inputs);
          if (isSecond !== true) transpose(weights.get(ours)!.read(), inputs, units, own, sign);
        }
        return data;
      },
    });
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
  const [ih, hh, ...biases] = [get("weight_ih"), get("weight_hh"), get("bias_ih"), get("bias_hh")];
  const [rows] = ih.shape;
  if (rows! % gates.length > 0 || hh.shape[0] !== rows || biases.some(({ data }) => data.length !== rows)) {
    throw new RecurraError("file-format", {
      where: `${where}, "weight_ih"`,
      expected: `${gates.length} gates of equal size, as a ${cell} has`,
      got: `[${ih.shape.join(", ")}] and [${hh.shape.join(", ")}]`,
    });
  }
  const result = new Map<string, Matrix>();
  for (const { ours, theirs, index, sign, isSecond } of stretchesOf(gates, tensors.has("weight_hr"))) {
    const { shape, data } = get(theirs);
    const [all, inputs = 1] = shape as [number, number?];
    const units = ours === PROJECTION ? all : all / gates.length;
    const rowsOfGate = data.subarray(index * units * inputs, (index + 1) * units * inputs);
    const own = transpose(rowsOfGate, units, inputs, new Float64Array(inputs * units), sign);
    const first = isSecond === true ? result.get(ours)!.data : undefined;
    if (first !== undefined) for (let u = 0; u < units; u++) own[u]! += first[u]!;
    result.set(ours, { shape: shape.length === 1 ? [units] : [inputs, units], data: own });
  }
  return result;
}
