/** A cell with its plans for given sizes, made once and shared. */
import { type BackwardPlan, planBackward } from "./backward.ts";
import type { Cell } from "./define-cell.ts";
import { type ForwardPlan, planForward } from "./forward.ts";

export interface CompiledCell {
  readonly cell: Cell;
  readonly forward: ForwardPlan;
  /** Made when a backward pass first asks for it. */
  readonly backward: BackwardPlan;
}

const compiled = new WeakMap<Cell, Map<string, CompiledCell>>();

/** Plans a cell for an input of `inputSize` and `hiddenSize` units, or finds the plans made before. */
export function compileCell(cell: Cell, inputSize: number, hiddenSize: number): CompiledCell {
  let bySize = compiled.get(cell);
  if (bySize === undefined) {
    bySize = new Map();
    compiled.set(cell, bySize);
  }
  const key = `${inputSize} ${hiddenSize}`;
  let found = bySize.get(key);
  if (found === undefined) {
    const forward = planForward(cell.graph(inputSize, hiddenSize));
    let backward: BackwardPlan | undefined;
    found = {
      cell,
      forward,
      get backward() {
        backward ??= planBackward(forward);
        return backward;
      },
    };
    bySize.set(key, found);
  }
  return found;
}
