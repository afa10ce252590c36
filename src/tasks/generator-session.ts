/** A generator that makes a sequence step by step. */

import { RecurraError, shown } from "../core/errors.ts";
import { isInteger } from "../core/is-integer.ts";
import { SavedFields } from "../core/saved-fields.ts";
import { keepLast } from "../layers/batch-states.ts";
import { StreamStates, type StreamStatesJson } from "../layers/stream-states.ts";
import { step as inStep } from "../tensor/tape.ts";
import type { Generator } from "./generator.ts";

/** `toJSON` of a session. */
export interface GeneratorSessionJson {
  readonly condition: readonly number[];
  readonly states: StreamStatesJson;
}

/**
 * Where a sequence stands. Made by `Generator.session`.
 *
 * @example
 * ```ts
 * const session = model.session({ condition: "female" });
 * const scores = session.step(); // of the first symbol
 * const other = session.fork(); // goes its own way from here
 * ```
 */
export class GeneratorSession {
  readonly #model: Generator;
  readonly #condition: Float32Array;
  #states: StreamStates;

  /** @param condition the condition's vector. @param states where the sequence stands; without them, before its first step. */
  constructor(model: Generator, condition: Float32Array, states?: StreamStates) {
    this.#model = model;
    this.#condition = condition;
    if (states !== undefined) {
      this.#states = states;
      return;
    }
    const { network } = model;
    this.#states = new StreamStates(network.recurrent);
    inStep(network.engine, () => {
      const initial = network.initialStates(condition, 1);
      if (initial !== undefined) keepLast(this.#states, initial);
    });
  }

  /**
   * Reads a step and predicts the next one.
   *
   * @param step y⟨t-1⟩: an id, or the units that are on; without it, what stands before the first step.
   * @returns the score of each unit at the next step, before the soft-max or sigmoid.
   * @throws data when the step has a unit that there is not.
   */
  step(step?: number | readonly number[]): Float64Array {
    const { network, form } = this.#model;
    const given = step ?? (network.output === "symbol" ? form.endId : []);
    const units = typeof given === "number" ? [given] : given;
    const right = units.every((unit) => isInteger(unit, 0, network.units - 1));
    if (!right || (typeof given === "number") !== (network.output === "symbol")) {
      throw new RecurraError("data", {
        where: "GeneratorSession.step",
        expected: `${network.output === "symbol" ? "an id" : "units"} from 0 to ${network.units - 1}`,
        got: shown(step),
      });
    }
    const input = typeof given === "number" ? Int32Array.of(given) : new Float32Array(network.units);
    if (typeof given !== "number") for (const unit of given) input[unit] = 1;
    return inStep(network.engine, () => new Float64Array(network.next(input, this.#condition, this.#states).toArray()));
  }

  /** A copy that goes its own way. */
  fork(): GeneratorSession {
    return new GeneratorSession(this.#model, this.#condition, this.#states.fork());
  }

  /** Condition and states as plain numbers; `model.session(json)` goes on from them. */
  toJSON(): GeneratorSessionJson {
    return { condition: [...this.#condition], states: this.#states.toJSON() };
  }

  /** @throws file-format when it is of another model. */
  static fromJSON(model: Generator, json: GeneratorSessionJson): GeneratorSession {
    const { conditionSize: size, recurrent } = model.network;
    const condition = new SavedFields(json, "session").numbers("condition", (n) => n === size, `${size} numbers`);
    return new GeneratorSession(model, condition, StreamStates.fromJSON(recurrent, json.states));
  }
}
