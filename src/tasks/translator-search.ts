/** The search for the likeliest targets of sources that a network has read. */
import { joined } from "../core/joined.ts";
import { Packing } from "../core/packing.ts";
import { packSequences } from "../data/pack-sequences.ts";
import { type Advanced, type BeamSearchOptions, beamSearch, type Hypothesis } from "../decode/beam-search.ts";
import { crossEntropy } from "../engine/cross-entropy.ts";
import type { States } from "../layers/index.ts";
import { Indices } from "../tensor/indices.ts";
import { step } from "../tensor/tape.ts";
import { Tensor } from "../tensor/tensor.ts";
import type { TranslatorNetwork } from "./translator-network.ts";

/** Where one hypothesis stands, outside the engine. */
export interface DecoderState {
  /** Which source it translates. */
  readonly source: number;
  /** The states of all layers side by side, bottom first. */
  readonly states: Float32Array;
  /** ã⟨t-1⟩ where it is fed. */
  readonly fed: Float32Array | undefined;
  /** α⟨t,·⟩ of the step that led here; none without attention. */
  readonly weights: Float32Array | undefined;
}

export interface TargetSearchOptions extends BeamSearchOptions {
  /** The id of <UNK>, which is never written. */
  readonly unknownId: number;
}

/**
 * Finds the likeliest targets of sources.
 *
 * @param sources ids, at least one each.
 * @returns for each source its hypotheses, best first.
 */
export function searchTargets(
  network: TranslatorNetwork,
  sources: readonly Int32Array[],
  { unknownId, ...options }: TargetSearchOptions,
): Hypothesis<DecoderState>[][] {
  const { engine, sizes, feedSize } = network;
  return step(engine, () => {
    const { packing, ids } = packSequences(sources);
    const { memory, initial } = network.encode(ids, packing);
    const fed = sizes.inputFeeding ? new Float32Array(feedSize) : undefined;
    const first = splitStates(initial, sources.length).map((states, source): DecoderState => {
      return { source, states, fed, weights: undefined };
    });
    const advance = (states: readonly DecoderState[], tokens: Int32Array): Advanced<DecoderState>[] =>
      step(engine, () => {
        const rows = states.length;
        const feed = sizes.inputFeeding
          ? Tensor.from(engine, rows, feedSize, joined(states.map((state) => state.fed!)))
          : undefined;
        const x = network.read(tokens, feed);
        const run = network.decoder.run(x, Packing.uniform(rows, 1), { initial: joinStates(network, states) });
        const sequences = states.map((state) => state.source);
        const { output, attended } = network.attend(run.output, memory, sequences);
        const logProbabilities = logSoftmax(network.output.run(output));
        for (const own of logProbabilities) own[unknownId] = Number.NEGATIVE_INFINITY;
        const weights = attended?.weights();
        const after = splitStates(run.last(), rows);
        const outputs = sizes.inputFeeding ? Float32Array.from(output.toArray()) : undefined;
        return states.map(({ source }, row) => ({
          logProbabilities: logProbabilities[row]!,
          state: {
            source,
            states: after[row]!,
            fed: outputs?.slice(row * feedSize, (row + 1) * feedSize),
            weights: weights?.[row],
          },
        }));
      });
    return beamSearch(first, advance, options);
  });
}

/** The states of each row, all layers side by side. */
function splitStates(layers: readonly States[], rows: number): Float32Array[] {
  const parts = layers.flatMap((layer) => [...layer.values()].map((tensor) => ({ tensor, values: tensor.toArray() })));
  const width = parts.reduce((sum, { tensor }) => sum + tensor.columns, 0);
  return Array.from({ length: rows }, (_, row) => {
    const states = new Float32Array(width);
    let column = 0;
    for (const { tensor, values } of parts) {
      states.set(values.subarray(row * tensor.columns, (row + 1) * tensor.columns), column);
      column += tensor.columns;
    }
    return states;
  });
}

/** The opposite: a tensor for each state of each layer. */
function joinStates(network: TranslatorNetwork, rows: readonly DecoderState[]): States[] {
  let column = 0;
  return network.decoder.layers.map((layer) => {
    const states = new Map<string, Tensor>();
    for (const [name, size] of layer.stateSizes) {
      const start = column;
      const values = joined(rows.map((row) => row.states.subarray(start, start + size)));
      states.set(name, Tensor.from(network.engine, rows.length, size, values));
      column += size;
    }
    return states;
  });
}

/** log softmax of each row, nats: the score less the largest and less log Σ e^(x - largest). */
function logSoftmax(scores: Tensor): Float64Array[] {
  const { engine, rows, columns } = scores;
  const none = Indices.from(engine, new Int32Array(rows), columns);
  const kept = engine.arena.allocate(2 * rows);
  engine.run(crossEntropy, rows, columns, scores.offset, none.offset, kept, engine.arena.allocate(rows));
  const norms = engine.read(kept, 2 * rows);
  const values = engine.view(scores.offset, scores.size);
  return Array.from({ length: rows }, (_, row) => {
    const own = new Float64Array(columns);
    for (let j = 0; j < columns; j++) own[j] = values[row * columns + j]! - norms[2 * row]! - norms[2 * row + 1]!;
    return own;
  });
}
