/** What a step of a network costs: the multiplications and additions of its matrix products. */
import { type Flop, flopOfMatrix, flopOfRecurrent, sumOfFlop } from "../layers/flop.ts";
import { Dense } from "../layers/index.ts";
import { Parameter } from "../tensor/parameter.ts";
import { type Parts, recurrentLayersOf } from "./weight-files.ts";

/**
 * The cost of one step through the recurrent and dense layers and the matrices given; both directions of a bidirectional layer count.
 *
 * @param lookedUp names of recurrent parts whose bottom layer reads one-hot vectors, which are looked up at no cost.
 */
export function flopOfParts(parts: Parts, lookedUp: readonly string[] = []): Flop {
  const costs = Object.entries(parts).flatMap(([name, part]): Flop[] => {
    if (part === undefined) return [];
    if (part instanceof Parameter) return [flopOfMatrix(part.rows, part.columns)];
    if (part instanceof Dense) return [flopOfMatrix(part.weight.rows, part.weight.columns)];
    const layers = recurrentLayersOf(part);
    const bottom = layers[0]?.inputSize;
    return layers.map((layer, l) => {
      const isBottom = l === 0 || (l === 1 && layer.inputSize === bottom && layer.name.endsWith(".backward"));
      return flopOfRecurrent(layer, isBottom && lookedUp.includes(name));
    });
  });
  return sumOfFlop(costs);
}
