/** A cell with its plan for given sizes, made once and shared. */
import type { Cell } from "./define-cell.ts";
import { type ForwardPlan, planForward } from "./forward.ts";

export interface CompiledCell {
  readonly cell: Cell;
  readonly forward: ForwardPlan;
}

const compiled = new WeakMap<Cell, Map<string, CompiledCell>>();

/** Plans a cell for an input of `inputSize` and `hiddenSize` units, or finds the plan made before. */
export function compileCell(cell: Cell, inputSize: number, hiddenSize: number): CompiledCell {
  let bySize = compiled.get(cell);
  if (bySize === undefined) {
    bySize = new Map();
    compiled.set(cell, bySize);
  }
  const key = `${inputSize} ${hiddenSize}`;
  let found = bySize.get(key);
  if (found === undefined) {
    found = { cell, forward: planForward(cell.graph(inputSize, hiddenSize)) };
    bySize.set(key, found);
  }
  return found;
}
