/** A check that the emitted kernels of an engine compute what they should, for forms that stand on experiments of a runtime. */
import { exactExp } from "../../core/exact-math.ts";
import { Random } from "../../core/random.ts";
import type { Engine } from "../engine.ts";
import { product } from "../product.ts";
import { BLOCK_TERMS } from "./gemm.ts";

const TOLERANCE = 1e-5;

/** A product with tails in rows, columns and terms, from its definition in float64. */
function productIsRight(engine: Engine, m: number, n: number, k: number, transposedA: boolean): boolean {
  const random = new Random(m * n, "kernel self-test");
  const draw = (count: number, at: number): Float32Array => {
    const values = new Float32Array(count);
    for (let i = 0; i < count; i++) values[i] = random.uniform(at + i) - 0.5;
    return values;
  };
  const mark = engine.arena.mark();
  const [a, b] = [draw(m * k, 0), draw(k * n, m * k)];
  const [pa, pb, pc] = [a.length, b.length, m * n].map((count) => engine.arena.allocate(count)) as [
    number,
    number,
    number,
  ];
  engine.write(pa, a);
  engine.write(pb, b);
  engine.fill(pc, m * n, 1);
  const lda = transposedA ? m : k;
  engine.run(product, { m, n, k, a: pa, lda, transposedA, b: pb, ldb: n, c: pc, ldc: n, s: pc, lds: n });
  const c = engine.read(pc, m * n);
  engine.arena.release(mark);
  for (let i = 0; i < m; i++) {
    for (let j = 0; j < n; j++) {
      let sum = 1;
      for (let l = 0; l < k; l++) sum += (transposedA ? a[l * m + i]! : a[i * k + l]!) * b[l * n + j]!;
      if (!(Math.abs(c[i * n + j]! - sum) < TOLERANCE * Math.sqrt(k))) return false;
    }
  }
  return true;
}

/** σ(x) against its definition, over vectors and a tail. */
function gatesAreRight(engine: Engine): boolean {
  const count = 1003;
  const mark = engine.arena.mark();
  const x = engine.arena.allocate(count);
  engine.write(
    x,
    Float32Array.from({ length: count }, (_, i) => (i - count / 2) / 50),
  );
  const before = engine.read(x, count);
  const sigmoid = engine.segment({
    width: "flat",
    strides: [0],
    steps: [
      { op: "load", operand: 0, column: 0 },
      { op: "sigmoid", a: 0 },
      { op: "store", operand: 0, column: 0, a: 1 },
    ],
  });
  sigmoid(count, [x]);
  const after = engine.read(x, count);
  engine.arena.release(mark);
  return before.every((value, i) => Math.abs(after[i]! - 1 / (1 + exactExp(-value))) < TOLERANCE);
}

/** @returns whether products of every form and an element-wise pass are right to 1e-5. */
export function kernelsAreRight(engine: Engine): boolean {
  const sizes = [
    [1, 70, 33],
    [7, 67, BLOCK_TERMS + 9],
    [20, 64, 40],
  ] as const;
  return (
    sizes.every(([m, n, k]) => productIsRight(engine, m, n, k, false) && productIsRight(engine, m, n, k, true)) &&
    gatesAreRight(engine)
  );
}
