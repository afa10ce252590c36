/**
 * What the machine can do at all, one core, in WebAssembly: `node bench/peaks.mjs` after `npm run build`.
 *
 * gflops: 128-bit multiply and then add with everything in registers. cacheGBs: 128-bit loads over 1 MiB again and again,
 * what a model of that size can be read with. memoryGBs: the same over 256 MiB.
 */
import { pathToFileURL } from "node:url";
import { I32, ModuleBuilder, V128 } from "../dist/engine/wasm/assembler.js";

const ROUNDS = 100;
const ROUND_MS = 4;
/** Pairs of a product and its sum: with the factor, all 15 vector registers that V8 gives. */
const PAIRS = 7;
/** Of all pairs in one turn of the loop, so that what a turn costs besides is small. */
const ROUNDS_A_TURN = 4;
const LOADS = 4;
const MIB = 2 ** 20;

function instantiate(pages, add) {
  const module = new ModuleBuilder();
  add(module);
  const memory = new WebAssembly.Memory({ initial: pages, maximum: pages });
  new Uint8Array(memory.buffer).fill(1); // pages that nobody wrote are all the same one
  const bytes = module.toBytes({ shared: false, maximumPages: pages });
  return new WebAssembly.Instance(new WebAssembly.Module(bytes), { env: { memory } }).exports;
}

/**
 * Multiply and then add on 7 independent pairs of registers.
 *
 * Every product has an operand that changes: the compiler would take one that does not out of the loop.
 */
export function peakWork() {
  const { peak } = instantiate(1, (module) => {
    module.function("peak", [I32], [], (f, [turns]) => {
      const locals = () => Array.from({ length: PAIRS }, () => f.local(V128));
      const [products, sums, factor] = [locals(), locals(), f.local(V128)];
      f.f32x4(0.999).set(factor);
      for (const product of products) f.f32x4(1).set(product);
      f.repeat(
        () => {
          for (let round = 0; round < ROUNDS_A_TURN; round++) {
            for (const product of products) f.get(product, factor).op("f32x4.mul").set(product);
            for (const [i, sum] of sums.entries()) f.get(sum, products[i]).op("f32x4.add").set(sum);
          }
          f.advance(turns, -1);
        },
        () => f.get(turns),
      );
      for (const sum of sums) f.i32(0).get(sum).storeV128();
    });
  });
  return { run: () => peak(5_000), flop: 5_000 * ROUNDS_A_TURN * PAIRS * 8 };
}

/** Reads `bytes` of memory, front to back, into 4 sums. */
function readWork(bytes) {
  const { read } = instantiate(bytes / 65_536 + 1, (module) => {
    module.function("read", [I32], [], (f, [count]) => {
      const sums = Array.from({ length: LOADS }, () => f.local(V128));
      const [from, end] = [f.local(I32), f.local(I32)];
      f.i32(65_536).set(from);
      f.get(from, count).op("i32.add").set(end);
      f.repeat(
        () => {
          sums.forEach((sum, i) => {
            f.get(sum, from)
              .loadV128(16 * i)
              .op("v128.or")
              .set(sum);
          });
          f.advance(from, 16 * LOADS);
        },
        () => f.get(from, end).op("i32.ne"),
      );
      for (const sum of sums) f.i32(0).get(sum).storeV128();
    });
  });
  return { run: () => read(bytes), bytes };
}

/** The best of many short rounds of what `amount` a call comes to, in 1e9 a second. */
function rateOf({ run, amount }) {
  for (let i = 0; i < 3; i++) run();
  let best = 0;
  for (let round = 0; round < ROUNDS; round++) {
    const start = performance.now();
    let calls = 0;
    while (performance.now() - start < ROUND_MS) {
      run();
      calls++;
    }
    best = Math.max(best, (amount * calls) / (performance.now() - start) / 1e6);
  }
  return best;
}

export function measurePeaks() {
  const peak = peakWork();
  const [cache, memory] = [readWork(MIB), readWork(256 * MIB)];
  return {
    gflops: rateOf({ run: peak.run, amount: peak.flop }),
    cacheGBs: rateOf({ run: cache.run, amount: cache.bytes }),
    memoryGBs: rateOf({ run: memory.run, amount: memory.bytes }),
  };
}

if (import.meta.url === pathToFileURL(process.argv[1]).href) {
  console.log(JSON.stringify({ workload: "peaks", ...measurePeaks() }));
}
