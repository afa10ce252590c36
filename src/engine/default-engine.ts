/** The engine that models use unless they are given one. */
import type { Engine } from "./engine.ts";
import { WasmEngine } from "./wasm/wasm-engine.ts";

let shared: Engine | undefined;

/**
 * The shared WebAssembly engine, made when it is first asked for; it computes the same bytes everywhere.
 *
 * @throws unsupported where the runtime has no WebAssembly SIMD or a page's policy forbids compiling it.
 */
export function defaultEngine(): Engine {
  shared ??= new WasmEngine();
  return shared;
}
