/** The trained numbers of a cell: one packed matrix an input, one bias for all gates, and the trained vectors. */
import { drawUniform, type WeightSeed } from "../core/draw-weights.ts";
import { RecurraError } from "../core/errors.ts";
import type { Engine } from "../engine/engine.ts";
import { Parameter } from "../tensor/parameter.ts";
import type { ForwardPlan } from "./forward.ts";

/** One matrix or vector as the equations name it: some columns of a packed parameter. */
export interface NamedWeight {
  /** `f.weight_a`, `f.bias`, `peephole_f`. */
  readonly name: string;
  readonly parameter: Parameter;
  readonly column: number;
  readonly columns: number;
}

export interface CellWeights {
  /** The packed matrix of each input, by its key. */
  readonly matrices: ReadonlyMap<string, Parameter>;
  /** One row over all gates; gates without a bias keep zeros. */
  readonly bias: Parameter;
  readonly vectors: ReadonlyMap<string, Parameter>;
  /** Every trained number, by the names of the equations. */
  readonly named: readonly NamedWeight[];
  readonly parameters: readonly Parameter[];
}

/** How the weights of a cell begin. */
export interface WeightsOptions {
  readonly engine: Engine;
  /** Begins the parameters' names: `rnn.0`. */
  readonly name: string;
  readonly seed: WeightSeed;
}

/**
 * Draws the weights of a planned cell.
 *
 * Weights and biases are uniform on ±1/√H, as PyTorch draws them, but for biases with a stated beginning. Each matrix has
 * a stream of its own, so that adding a gate changes no other gate's draw.
 */
export function createCellWeights(plan: ForwardPlan, options: WeightsOptions): CellWeights {
  const { layout, graph } = plan;
  const bound = 1 / Math.sqrt(graph.hiddenSize);
  const draw = (name: string, count: number): Float32Array =>
    drawUniform(options.seed, `${options.name}.${name}`, count, bound);
  const named: NamedWeight[] = [];
  const matrices = new Map<string, Parameter>();
  for (const matrix of layout.weights) {
    const rows = matrix.input.size;
    const values = new Float32Array(rows * matrix.columns);
    const parts = matrix.parts.map(({ block, name, column }) => {
      const drawn = draw(name, rows * block.size);
      for (let r = 0; r < rows; r++) {
        values.set(drawn.subarray(r * block.size, (r + 1) * block.size), r * matrix.columns + column);
      }
      return { name, column, columns: block.size };
    });
    const name = `${options.name}.weight_${matrix.key}`;
    const parameter = new Parameter(options.engine, name, rows, matrix.columns, values, { decays: true });
    matrices.set(matrix.key, parameter);
    for (const part of parts) named.push({ ...part, parameter });
  }

  const biases = new Float32Array(layout.columns);
  const biased: { name: string; column: number; columns: number }[] = [];
  for (const block of layout.blocks) {
    if (block.bias === undefined) continue;
    const name = `${block.bias.name}.bias`;
    const initial = block.bias.biasInitial;
    biases.set(
      initial === undefined ? draw(name, block.size) : new Float32Array(block.size).fill(initial),
      block.column,
    );
    biased.push({ name, column: block.column, columns: block.size });
  }
  const fixedColumns = layout.blocks
    .filter((block) => block.bias === undefined)
    .map(({ column, size }) => ({ column, columns: size }));
  const bias = new Parameter(options.engine, `${options.name}.bias`, 1, layout.columns, biases, { fixedColumns });
  for (const part of biased) named.push({ ...part, parameter: bias });

  const vectors = new Map<string, Parameter>();
  for (const { source, buffer } of plan.vectors) {
    const values = new Float32Array(buffer.width).fill(source.initial);
    const parameter = new Parameter(options.engine, `${options.name}.${source.name}`, 1, buffer.width, values);
    vectors.set(source.name, parameter);
    named.push({ name: source.name, parameter, column: 0, columns: buffer.width });
  }
  return { matrices, bias, vectors, named, parameters: [...matrices.values(), bias, ...vectors.values()] };
}

/** Copies the numbers of a named weight out, row by row: [rows, columns]. */
export function readNamed(weight: NamedWeight, gradient = false): Float64Array {
  const { parameter, column, columns } = weight;
  const all = gradient ? parameter.gradient() : parameter.toArray();
  const values = new Float64Array(parameter.rows * columns);
  for (let r = 0; r < parameter.rows; r++) {
    const start = r * parameter.columns + column;
    values.set(all.subarray(start, start + columns), r * columns);
  }
  return values;
}

/** Copies numbers into a named weight, row by row: [rows, columns]. */
export function writeNamed(weight: NamedWeight, values: ArrayLike<number>): void {
  const { parameter, column, columns } = weight;
  if (values.length !== parameter.rows * columns) {
    throw new RecurraError("shape", {
      where: weight.name,
      expected: `${parameter.rows * columns} values for [${parameter.rows}, ${columns}]`,
      got: String(values.length),
    });
  }
  const all = parameter.toArray();
  for (let r = 0; r < parameter.rows; r++) {
    for (let c = 0; c < columns; c++) all[r * parameter.columns + column + c] = values[r * columns + c]!;
  }
  parameter.assign(all);
}
