/** A deep recurrent layer that reads one sequence a step at a time: the one place of its network where streams step. */
import type { Engine } from "../engine/engine.ts";
import type { CellInput } from "../recurrence/cell-input.ts";
import type { CellStream } from "../recurrence/cell-stream.ts";
import type { Tensor } from "../tensor/tensor.ts";

/** Runs one step of the layers: `step` reads what is given to layer l. */
type StepLayers = (x: CellInput, step: (input: CellInput, l: number) => Tensor) => Tensor;

export class StackedStream {
  readonly #cells: readonly CellStream[];
  readonly #stepLayers: StepLayers;

  constructor(cells: readonly CellStream[], stepLayers: StepLayers) {
    this.#cells = cells;
    this.#stepLayers = stepLayers;
  }

  get engine(): Engine {
    return this.#cells[0]!.engine;
  }

  /** Reads x⟨t⟩. @returns y⟨t⟩ of the top layer, until the next step. */
  step(x: CellInput): Tensor {
    return this.#stepLayers(x, (input, l) => this.#cells[l]!.step(input));
  }

  /** Copies the states out, bottom layer first. */
  read(): readonly ReadonlyMap<string, Float32Array>[] {
    return this.#cells.map((cell) => cell.read());
  }

  /** Copies states in, bottom layer first. */
  write(layers: readonly ReadonlyMap<string, Float32Array>[]): void {
    this.#cells.forEach((cell, l) => {
      cell.write(layers[l]!);
    });
  }
}
