/** The two written forms of the notes, Waa a⟨t-1⟩ + Wax x⟨t⟩ + ba and Wa [a⟨t-1⟩, x⟨t⟩] + ba, are one program. */
import { add, type Cell, defineCell, Packing, Recurrent, step, Tensor, tanh, WasmEngine } from "recurra";

const separate = defineCell({
  name: "separate",
  states: ["a"],
  step: ({ x, a }, { affine }) => ({ a: tanh(add(affine("aa", a, { bias: false }), affine("ax", x))) }),
});
const joined = defineCell({
  name: "joined",
  states: ["a"],
  step: ({ x, a }, { affine }) => ({ a: tanh(affine("a", a, x)) }),
});

const [B, Tx, nx, na] = [2, 5, 3, 4];
const x = Float64Array.from({ length: B * Tx * nx }, (_, i) => ((i * 37) % 11) / 11 - 0.5); // [B, Tx, nx]
const fill = (length: number, shift: number) =>
  Float64Array.from({ length }, (_, i) => (((i + shift) * 29) % 13) / 13 - 0.5);

/** The outputs [B, Tx, na] of a cell with the same weights whatever their names. */
function outputs(cell: Cell): Float64Array {
  const engine = new WasmEngine();
  const layer = new Recurrent({ engine, name: "rnn", cell, inputSize: nx, hiddenSize: na, seed: 1 });
  layer.weights.matrices.get("x")!.assign(fill(nx * na, 1));
  layer.weights.matrices.get("a")!.assign(fill(na * na, 2));
  layer.weights.bias.assign(fill(na, 3));
  const packing = Packing.uniform(B, Tx);
  return step(engine, () => {
    const rows = Tensor.from(engine, packing.rows, nx, packing.pack(x, nx));
    return packing.unpack(layer.run(rows, packing).output.toArray(), na);
  });
}

const [one, other] = [outputs(separate), outputs(joined)];
console.log(one.every((value, i) => Object.is(value, other[i])) ? "the same bits" : "different bits");
console.log(
  `a⟨${Tx}⟩ of the first sequence: ${Array.from(one.subarray((Tx - 1) * na, Tx * na), (v) => v.toFixed(4)).join(" ")}`,
);
