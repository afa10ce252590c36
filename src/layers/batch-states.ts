/** A stream's states at the edges of a run over many steps. */
import type { Engine } from "../engine/engine.ts";
import { Tensor } from "../tensor/tensor.ts";
import type { States } from "./recurrent.ts";
import type { StreamStates } from "./stream-states.ts";

/** The states as tensors of the running step, bottom layer first: what a run of one sequence begins with. */
export function initialOf(states: StreamStates, engine: Engine): States[] {
  return states
    .toArrays()
    .map((layer) => new Map([...layer].map(([name, values]) => [name, Tensor.from(engine, 1, values.length, values)])));
}

/** Keeps the last states of a run of one sequence. */
export function keepLast(states: StreamStates, last: readonly States[]): void {
  states.assign(
    last.map((layer) => new Map([...layer].map(([name, tensor]) => [name, Float32Array.from(tensor.toArray())]))),
  );
}
