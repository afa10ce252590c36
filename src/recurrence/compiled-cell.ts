/** A cell with its plan for given sizes, made once and shared. */
import { getOrMake } from "../core/get-or-make.ts";
import type { Cell } from "./define-cell.ts";
import { type ForwardPlan, planForward } from "./forward.ts";

export interface CompiledCell {
  readonly cell: Cell;
  readonly forward: ForwardPlan;
}

const compiled = new WeakMap<Cell, Map<string, CompiledCell>>();

/** Plans a cell for an input of `inputSize` and `hiddenSize` units, or finds the plan made before. */
export function compileCell(cell: Cell, inputSize: number, hiddenSize: number): CompiledCell {
  const bySize = getOrMake(compiled, cell, () => new Map<string, CompiledCell>());
  return getOrMake(bySize, `${inputSize} ${hiddenSize}`, () => {
    return { cell, forward: planForward(cell.graph(inputSize, hiddenSize)) };
  });
}
