/** A cell of equations that are known to be right. */
import type { Cell, CellDefinition, StateSize } from "./define-cell.ts";
import type { CellGraph } from "./graph.ts";
import { trace } from "./trace.ts";

/** The states of a cell by name, each with its size. */
export function sizesOf<States extends string>({
  states,
}: Pick<CellDefinition<States>, "states">): ReadonlyMap<States, StateSize> {
  return new Map(
    Array.isArray(states)
      ? states.map((state: States): [States, StateSize] => [state, "hidden"])
      : (Object.entries(states) as [States, StateSize][]),
  );
}

/**
 * As `defineCell`, for equations that are known to be right: a page need not fetch the checks for the built-in ones.
 *
 * @param traced traces a step for given sizes.
 */
export function makeCell<const States extends string>(
  definition: CellDefinition<States>,
  traced: typeof trace = trace,
): Cell {
  const { name, step } = definition;
  const sizes = sizesOf(definition);
  const states = [...sizes.keys()];
  const output = definition.output ?? states[0]!;
  const graph = (inputSize: number, hiddenSize: number): CellGraph => {
    const resolved = new Map(
      states.map((state): [States, number] => {
        const size = sizes.get(state)!;
        return [state, size === "hidden" ? hiddenSize : size];
      }),
    );
    return traced({ name, states: resolved, output, step }, inputSize, hiddenSize);
  };
  return { name, states, output, graph };
}
