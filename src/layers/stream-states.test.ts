import { describe, expect, it } from "vitest";
import { numbers } from "../../test/conformance/numbers.ts";
import { gru, lstm, minLstm, rnn } from "../cells/index.ts";
import { Packing } from "../core/packing.ts";
import type { Engine } from "../engine/engine.ts";
import { ReferenceEngine } from "../engine/reference/reference-engine.ts";
import { WasmEngine } from "../engine/wasm/wasm-engine.ts";
import type { Cell } from "../recurrence/define-cell.ts";
import { Indices } from "../tensor/indices.ts";
import { step } from "../tensor/tape.ts";
import { Tensor } from "../tensor/tensor.ts";
import { Stacked } from "./stacked.ts";
import { StreamStates } from "./stream-states.ts";

const NX = 7;
const IDS = [3, 0, 6, 6, 1, 5, 2, 4, 3];
/** Row t of a table of numbers. */
const row = (t: number): Float32Array => numbers(NX, 100 + t);

function network(engine: Engine, cell: Cell, residual = false): Stacked {
  return new Stacked({ engine, name: "rnn", cell, inputSize: NX, hiddenSize: 11, layers: 2, residual, seed: 3 });
}

/** y⟨t⟩ of a stream that reads one index. */
function read(states: StreamStates, engine: Engine, id: number): number[] {
  return step(engine, () => [...states.step(Indices.from(engine, [id], NX)).toArray()]);
}

/** y⟨t⟩ of a run over all steps at once. */
function whole(stacked: Stacked, engine: Engine, oneHot: boolean): number[][] {
  return step(engine, () => {
    const rows = Float32Array.from(IDS.flatMap((_, t) => [...row(t)]));
    const x = oneHot ? Indices.from(engine, IDS, NX) : Tensor.from(engine, IDS.length, NX, rows);
    const { output } = stacked.run(x, Packing.uniform(1, IDS.length));
    const all = [...output.toArray()];
    return IDS.map((_, t) => all.slice(t * output.columns, (t + 1) * output.columns));
  });
}

describe("StreamStates", () => {
  it.each([
    ["lstm", lstm()],
    ["lstm with peepholes, layer norm and projection", lstm({ peepholes: true, layerNorm: true, projection: 5 })],
    ["lstm with variational dropout", lstm({ recurrentDropout: 0.5 })],
    ["gru", gru()],
    ["gru with reset before", gru({ reset: "before" })],
    ["rnn", rnn()],
    ["minLstm", minLstm()],
  ])("%s: a step at a time gives the bits of the whole sequence, one-hot and dense", (_, cell) => {
    for (const engine of [new WasmEngine(), new ReferenceEngine()]) {
      const stacked = network(engine, cell);
      const states = new StreamStates(stacked);
      expect(IDS.map((id) => read(states, engine, id))).toEqual(whole(stacked, engine, true));
      const dense = new StreamStates(stacked);
      const y = IDS.map((_, t) => step(engine, () => [...dense.step(Tensor.from(engine, 1, NX, row(t))).toArray()]));
      expect(y).toEqual(whole(stacked, engine, false));
    }
  });

  it("passes layers by where the network does", () => {
    const engine = new WasmEngine();
    const stacked = network(engine, lstm(), true);
    const states = new StreamStates(stacked);
    expect(IDS.map((id) => read(states, engine, id))).toEqual(whole(stacked, engine, true));
  });

  it("keeps streams apart that step in turn, are forked and go through JSON", () => {
    const engine = new WasmEngine();
    const stacked = network(engine, lstm());
    const expected = whole(stacked, engine, true);
    const first = new StreamStates(stacked);
    const second = new StreamStates(stacked);
    const [a, b]: number[][][] = [[], []];
    for (const id of IDS) {
      a!.push(read(first, engine, id));
      if (b!.length < 4) b!.push(read(second, engine, IDS[b!.length]!));
    }
    expect(a).toEqual(expected);
    const forked = second.fork();
    const revived = StreamStates.fromJSON(stacked, JSON.parse(JSON.stringify(second)));
    for (let t = 4; t < IDS.length; t++) {
      for (const stream of [second, forked, revived]) expect(read(stream, engine, IDS[t]!)).toEqual(expected[t]);
    }
  });

  it("reads the weights of now, on the engine of now", () => {
    const engine = new WasmEngine();
    const stacked = network(engine, gru());
    const states = new StreamStates(stacked);
    for (const id of IDS) read(states, engine, id);
    for (const parameter of stacked.parameters) parameter.assign(numbers(parameter.size, 5));
    const fresh = new StreamStates(stacked);
    expect(IDS.map((id) => read(fresh, engine, id))).toEqual(whole(stacked, engine, true));
    const before = fresh.toJSON();
    const other = new WasmEngine();
    for (const parameter of stacked.parameters) parameter.moveTo(other);
    expect(fresh.toJSON()).toEqual(before);
    const again = StreamStates.fromJSON(stacked, before);
    expect(read(fresh, other, 2)).toEqual(read(again, other, 2));
  });

  it("goes on after memory has grown between two steps", () => {
    const engine = new WasmEngine();
    const stacked = network(engine, lstm());
    const states = new StreamStates(stacked);
    const y = IDS.map((id) => {
      engine.heap.allocate(400_000);
      return read(states, engine, id);
    });
    expect(y).toEqual(whole(stacked, engine, true));
  });

  it("refuses an input of another size and stays where it stood", () => {
    const engine = new WasmEngine();
    const stacked = network(engine, lstm());
    const states = new StreamStates(stacked);
    read(states, engine, 1);
    const before = states.toJSON();
    expect(() => step(engine, () => states.step(Indices.from(engine, [1], 9)))).toThrow("expected [1, 7], got [1, 9]");
    expect(states.toJSON()).toEqual(before);
  });
});
