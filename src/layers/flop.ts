/** What a token costs: the multiplications and additions of the matrix products. */
import type { StreamingRecurrent } from "./streaming-recurrent.ts";

/** Multiplications and additions of a token's matrix products. */
export interface Flop {
  readonly forward: number;
  /** Twice the forward pass: one product for the operands' gradients, one for the weights'. */
  readonly backward: number;
}

/** Of a product of one row with a [rows, columns] matrix. */
export function flopOfMatrix(rows: number, columns: number): Flop {
  const forward = 2 * rows * columns;
  return { forward, backward: 2 * forward };
}

/** Of a step of a recurrent layer; a one-hot x is looked up and costs no product. */
export function flopOfRecurrent(layer: StreamingRecurrent, oneHot: boolean): Flop {
  const parts = [...layer.weights.matrices]
    .filter(([key]) => !(oneHot && key === "x"))
    .map(([, matrix]) => flopOfMatrix(matrix.rows, matrix.columns));
  return sumOfFlop(parts);
}

export function sumOfFlop(parts: readonly Flop[]): Flop {
  let [forward, backward] = [0, 0];
  for (const part of parts) {
    forward += part.forward;
    backward += part.backward;
  }
  return { forward, backward };
}
