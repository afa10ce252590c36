/** The scores of steps that arrive in pieces, by a network that reads one way: its states are carried on. */

import { initialOf, keepLast } from "../layers/batch-states.ts";
import type { Stacked } from "../layers/index.ts";
import { StreamStates, type StreamStatesJson } from "../layers/stream-states.ts";
import { step } from "../tensor/tape.ts";
import type { TranscriberNetwork } from "./transcriber-network.ts";
import type { StepScores } from "./transcriber-session.ts";

export class StreamedScores implements StepScores {
  readonly #network: TranscriberNetwork;
  readonly #encoder: Stacked;
  readonly #states: StreamStates;

  /** @throws file-format when the JSON is of another network. */
  constructor(network: TranscriberNetwork, encoder: Stacked, json?: StreamStatesJson) {
    this.#network = network;
    this.#encoder = encoder;
    this.#states = json === undefined ? new StreamStates(encoder) : StreamStates.fromJSON(encoder, json);
  }

  push(input: Float32Array): Float32Array {
    if (input.length === 0) return new Float32Array(0);
    const network = this.#network;
    return step(network.engine, () => {
      const { x, packing } = network.pack([input]);
      const { output, last } = this.#encoder.run(x, packing, { initial: initialOf(this.#states, network.engine) });
      keepLast(this.#states, last());
      return Float32Array.from(network.output.run(output).toArray());
    });
  }

  end(): Float32Array {
    return new Float32Array(0);
  }

  toJSON(): StreamStatesJson {
    return this.#states.toJSON();
  }
}
