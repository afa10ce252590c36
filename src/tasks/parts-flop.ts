/** What a step of a network costs: the multiplications and additions of its matrix products. */
import { type Flop, flopOfMatrix, flopOfRecurrent, sumOfFlop } from "../layers/flop.ts";
import { Parameter } from "../tensor/parameter.ts";
import { type Part, type Parts, recurrentLayersOf } from "./weight-files.ts";

/**
 * The cost of one step through the recurrent and dense layers and the matrices given; both directions of a bidirectional layer count.
 *
 * @param lookedUp names of recurrent parts whose bottom layer reads one-hot vectors, which are looked up at no cost.
 */
export function flopOfParts(parts: Parts, lookedUp: readonly string[] = []): Flop {
  const costs = Object.entries(parts).flatMap(([name, part]): Flop[] => {
    if (part === undefined) return [];
    if (part instanceof Parameter) return [flopOfMatrix(part.rows, part.columns)];
    if (part.layerKind === "dense") return [flopOfMatrix(part.weight.rows, part.weight.columns)];
    const layers = recurrentLayersOf(part);
    const bottom = layers[0]?.inputSize;
    return layers.map((layer, l) => {
      const isBottom = l === 0 || (l === 1 && layer.inputSize === bottom && layer.name.endsWith(".backward"));
      return flopOfRecurrent(layer, isBottom && lookedUp.includes(name));
    });
  });
  return sumOfFlop(costs);
}

/**
 * The cost of one word that is read by its letters, too: a step through `parts`, and one through `letters` for each of them.
 *
 * @param lettersPerWord of a word as long as words are on average.
 */
export function flopOfWord(parts: Parts, letters: Part, lettersPerWord: number): Flop {
  const [word, letter] = [flopOfParts(parts), flopOfParts({ letters })];
  return {
    forward: word.forward + lettersPerWord * letter.forward,
    backward: word.backward + lettersPerWord * letter.backward,
  };
}
