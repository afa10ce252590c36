import { product } from "../../src/engine/product.ts";
import type { WasmEngine } from "../../src/engine/wasm/wasm-engine.ts";

/** Multiplies until as many threads are up as the engine may have. */
export async function startThreads(engine: WasmEngine): Promise<void> {
  const size = 256;
  const offset = engine.heap.allocate(3 * size * size);
  const [a, b, c] = [offset, offset + size * size, offset + 2 * size * size];
  engine.fill(offset, 3 * size * size, 0);
  const deadline = performance.now() + 20_000;
  while (engine.runningThreads < engine.threads) {
    if (performance.now() > deadline) throw new Error(`${engine.runningThreads} of ${engine.threads} threads are up`);
    engine.run(product, { m: size, n: size, k: size, a, lda: size, b, ldb: size, c, ldc: size, s: c, lds: size });
    await new Promise((resolve) => setTimeout(resolve, 1));
  }
  engine.heap.free(offset);
}
