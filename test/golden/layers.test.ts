import { describe, it } from "vitest";
import { differentiate } from "../../src/autograd/differentiate.ts";
import { elementwise } from "../../src/autograd/elementwise.ts";
import { sum } from "../../src/autograd/sum.ts";
import { builtInCells } from "../../src/cells/index.ts";
import { Packing } from "../../src/core/packing.ts";
import type { Engine } from "../../src/engine/engine.ts";
import { ReferenceEngine } from "../../src/engine/reference/reference-engine.ts";
import { WasmEngine } from "../../src/engine/wasm/wasm-engine.ts";
import { add, mul } from "../../src/expression/expression.ts";
import { fromPytorch, type Matrix, type ReadableMatrix, toPytorch } from "../../src/interop/pytorch-weights.ts";
import { Bidirectional, type Recurrent, Stacked, type States } from "../../src/layers/index.ts";
import { readNamed, writeNamed } from "../../src/recurrence/cell-weights.ts";
import { step } from "../../src/tensor/tape.ts";
import { Tensor } from "../../src/tensor/tensor.ts";
import { expectClose, type Golden, goldenNames, loadGolden } from "./load-golden.ts";

const product = elementwise((a, b) => mul(a, b));
const plus = elementwise((a, b) => add(a, b));
const STATE_NAMES: Record<string, string> = { a: "h", c: "c" };

const ENGINES: [string, () => Engine, number][] = [
  ["float32 WebAssembly", () => new WasmEngine(), 1e-5],
  ["float64 reference", () => new ReferenceEngine(), 1e-8],
];

/** One recurrent layer with PyTorch's suffix for it and its place among the states of h_n. */
interface Part {
  readonly layer: Recurrent;
  readonly suffix: string;
}

function weightsOf(part: Part, from: Golden["weights"]): Map<string, Matrix> {
  const names = ["weight_ih", "weight_hh", "bias_ih", "bias_hh"];
  return new Map(names.map((name) => [name, from[`${name}${part.suffix}`]!]));
}

function setWeights(golden: Golden, part: Part): void {
  const named = fromPytorch(part.layer.cell.name, weightsOf(part, golden.weights), "golden");
  for (const weight of part.layer.weights.named) writeNamed(weight, named.get(weight.name)!.data);
}

const names = goldenNames().filter((name) => {
  if (name.startsWith("training-")) return false;
  const { layers, bidirectional } = loadGolden(name).case;
  return layers > 1 || bidirectional;
});

describe.each(ENGINES)("layers in %s", (_, engineOf, bound) => {
  it.each(names)("%s matches PyTorch: outputs, states and every gradient", (name) => {
    const golden = loadGolden(name);
    const { case: c, inputs, outputs, grads } = golden;
    const engine = engineOf();
    const cell = builtInCells[c.cell.replace(/-.*/, "")]!();
    const options = { engine, name: "rnn", cell, inputSize: c.nx, hiddenSize: c.na, seed: 1 };
    const bidirectional = c.bidirectional ? new Bidirectional(options) : undefined;
    const stacked = c.bidirectional ? undefined : new Stacked({ ...options, layers: c.layers });
    const parts: Part[] =
      bidirectional === undefined
        ? stacked!.layers.map((layer, l) => ({ layer, suffix: `_l${l}` }))
        : [
            { layer: bidirectional.forward, suffix: "_l0" },
            { layer: bidirectional.backward, suffix: "_l0_reverse" },
          ];
    for (const part of parts) setWeights(golden, part);

    const packing = new Packing(c.lengths ?? new Array<number>(c.B).fill(c.Tx));
    step(engine, () => {
      const x = Tensor.from(engine, packing.rows, c.nx, packing.pack(inputs.x!.data, c.nx), true);
      const slice = (tensor: string, i: number) => inputs[tensor]!.data.subarray(i * c.B * c.na, (i + 1) * c.B * c.na);
      const initial = parts.map((_unused, i): States => {
        const entries = cell.states.map((state): [string, Tensor] => [
          state,
          Tensor.from(engine, c.B, c.na, slice(`${STATE_NAMES[state]}_0`, i), true),
        ]);
        return new Map(entries);
      });
      differentiate(engine, () => {
        let output: Tensor;
        let last: States[];
        if (bidirectional === undefined) {
          const result = stacked!.run(x, packing, { initial });
          output = result.output;
          last = [...result.last()];
        } else {
          const result = bidirectional.run(x, packing, { initial: { forward: initial[0]!, backward: initial[1]! } });
          output = result.output;
          last = (["forward", "backward"] as const).map(
            (side) => new Map(cell.states.map((state) => [state, result.last(state)[side]])),
          );
        }
        const size = output.columns;
        expectClose(packing.unpack(output.toArray(), size), outputs.output!.data, bound, "output");
        const r = Tensor.from(engine, packing.rows, size, packing.pack(inputs.loss_output!.data, size));
        const terms = [sum(product(output, r))];
        last.forEach((states, i) => {
          for (const [state, tensor] of states) {
            const expected = outputs[`${STATE_NAMES[state]}_n`]!.data.subarray(i * c.B * c.na, (i + 1) * c.B * c.na);
            expectClose(tensor.toArray(), expected, bound, `last ${state} ${i}`);
            const weights = Tensor.from(engine, c.B, c.na, slice(`loss_${STATE_NAMES[state]}_n`, i));
            terms.push(sum(product(tensor, weights)));
          }
        });
        return terms.reduce((total, term) => plus(total, term));
      });

      expectClose(packing.unpack(x.gradient(), c.nx), grads.x!.data, bound, "dx");
      initial.forEach((states, i) => {
        for (const [state, tensor] of states) {
          const expected = grads[`${STATE_NAMES[state]}_0`]!.data.subarray(i * c.B * c.na, (i + 1) * c.B * c.na);
          expectClose(tensor.gradient(), expected, bound, `d initial ${state} ${i}`);
        }
      });
      for (const part of parts) {
        const ours = new Map<string, ReadableMatrix>();
        for (const weight of part.layer.weights.named) {
          const vector = weight.name.endsWith(".bias");
          const shape = vector ? [weight.columns] : [weight.parameter.rows, weight.columns];
          ours.set(weight.name, { shape, read: () => readNamed(weight, true) });
        }
        for (const [tensor, { read }] of toPytorch(part.layer.cell.name, ours)) {
          // bias_hh is frozen where it is redundant, and its gradient then repeats bias_ih's
          if (tensor === "bias_hh") continue;
          expectClose(read(), grads[`${tensor}${part.suffix}`]!.data, bound, `d${tensor}${part.suffix}`);
        }
      }
    });
  });
});
