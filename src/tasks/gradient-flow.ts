/** How far back in time the gradient of a language model reaches: the vanishing gradient, measured. */
import { differentiate } from "../autograd/differentiate.ts";
import { RecurraError } from "../core/errors.ts";
import { Packing } from "../core/packing.ts";
import { sumOfSquares } from "../engine/sum-of-squares.ts";
import type { States } from "../layers/index.ts";
import { step } from "../tensor/tape.ts";
import type { Tensor } from "../tensor/tensor.ts";
import type { LanguageNetwork, Predictions } from "./language-network.ts";
import { parametersOf } from "./weight-files.ts";

/** The norms of one state of the top layer. */
export interface StateFlow {
  /** "a", "c", … */
  readonly state: string;
  /** ‖∂L⟨T⟩/∂a⟨t⟩‖ for t = 1 to T - 1. */
  readonly norms: readonly number[];
}

export interface GradientFlow {
  /** T: the steps whose last one's loss is differentiated. */
  readonly steps: number;
  /** L⟨T⟩, nats. */
  readonly lossNats: number;
  readonly states: readonly StateFlow[];
  /**
   * Steps back from the last at which the norm falls under 1 % of its largest, and stays there, over all states;
   * undefined when it never does.
   */
  readonly reach: number | undefined;
}

const ONE_STEP = Packing.uniform(1, 1);
const FADED = 0.01;

/**
 * The norm of the gradient of the last step's loss with respect to each earlier state of the top layer.
 *
 *     ‖∂L⟨T⟩/∂a⟨t⟩‖,  t = 1 … T - 1
 *
 * @param ids three tokens or more: the last one is predicted from all before it.
 * @throws data when there are fewer.
 * Source: Pascanu, Mikolov and Bengio 2013, arXiv 1211.5063, section 2.1; the course, "Vanishing gradients with RNNs".
 */
export function gradientFlow(network: LanguageNetwork, ids: Int32Array): GradientFlow {
  const steps = ids.length - 1;
  if (steps < 2) {
    throw new RecurraError("data", {
      where: "gradientFlow",
      expected: "a text of at least three tokens",
      got: String(ids.length),
    });
  }
  const { engine } = network;
  for (const p of parametersOf(network.parts)) p.zeroGradient();
  return step(engine, () => {
    const kept: States[] = [];
    const lossNats = differentiate(engine, () => {
      let initial: readonly States[] | undefined;
      const readOne = (t: number): Predictions => network.run(ids.subarray(t, t + 1), ONE_STEP, { initial });
      for (let t = 0; t < steps - 1; t++) {
        initial = readOne(t).last();
        kept.push(initial.at(-1)!);
      }
      return readOne(steps - 1).losses(ids.subarray(steps));
    });
    const names = [...kept[0]!.keys()];
    const states = names.map((state) => ({ state, norms: kept.map((at) => normOf(at.get(state)!)) }));
    return { steps, lossNats, states, reach: reachOf(states, steps) };
  });
}

function normOf(tensor: Tensor): number {
  const { gradientOffset, engine, size } = tensor;
  return gradientOffset === undefined ? 0 : Math.sqrt(engine.run(sumOfSquares, gradientOffset, size));
}

/** How many steps before the last the norms of all states are under 1 % of their largest for good. */
function reachOf(states: readonly StateFlow[], steps: number): number | undefined {
  const largest = Math.max(...states.flatMap((state) => state.norms));
  let t = 0;
  while (t < steps - 1 && states.every((state) => state.norms[t]! < FADED * largest)) t++;
  // a⟨1⟩ … a⟨t⟩ have faded; a⟨t⟩ is steps - t before the last step
  return t === 0 ? undefined : steps - t;
}
