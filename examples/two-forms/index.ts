/**
 * The two forms in which the lectures write a recurrent unit are one program: the same outputs, states and gradients,
 * bit for bit.
 *
 *     a⟨t⟩ = tanh(Waa a⟨t-1⟩ + Wax x⟨t⟩ + ba)
 *     a⟨t⟩ = tanh(Wa [a⟨t-1⟩, x⟨t⟩] + ba)        Wa = [Waa, Wax]
 */
import {
  add,
  type Cell,
  defaultEngine,
  defineCell,
  differentiate,
  elementwise,
  fillNormal,
  mul,
  Packing,
  Random,
  Recurrent,
  step,
  sum,
  Tensor,
  tanh,
} from "recurra";

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

const engine = defaultEngine();
const [nx, na] = [5, 9];
const packing = new Packing([7, 3, 6]);
const values = new Float32Array(packing.rows * nx);
fillNormal(new Random(1, "x"), values, 0, 1);
const square = elementwise((y) => mul(y, y));

const layerOf = (cell: Cell) =>
  new Recurrent({ engine, name: cell.name, cell, inputSize: nx, hiddenSize: na, seed: 1 });

/** The loss Σ y² with all that went into it and came back. */
function run(layer: Recurrent): Record<string, ArrayLike<number>> {
  return step(engine, () => {
    const x = Tensor.from(engine, packing.rows, nx, values, true);
    let outputs: ArrayLike<number> = [];
    let last: ArrayLike<number> = [];
    for (const p of layer.parameters) p.zeroGradient();
    const loss = differentiate(engine, () => {
      const result = layer.run(x, packing);
      outputs = result.output.toArray();
      last = result.last().toArray();
      return sum(square(result.output));
    });
    const gradients = layer.parameters.flatMap((p) => [...p.gradient()]);
    return {
      loss: [loss],
      outputs,
      "last states": last,
      "gradient of x": x.gradient(),
      "gradients of W, b": gradients,
    };
  });
}

const one = layerOf(separate);
const other = layerOf(joined);
// the weights are drawn by name and the names differ, so the numbers are copied
one.parameters.forEach((p, i) => {
  other.parameters[i]!.assign(p.toArray());
});
const [a, b] = [run(one), run(other)];
const differing = Object.keys(a).filter((name) => !Array.from(a[name]!).every((v, i) => Object.is(v, b[name]![i])));

console.log(differing.length === 0 ? "The two forms give the same bits." : `Different: ${differing.join(", ")}.`);
for (const [name, numbers] of Object.entries(a)) console.log(`${name}: ${numbers.length} numbers compared`);
console.log(`loss: ${a.loss![0]!.toFixed(4)}`);
