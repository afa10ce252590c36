/** The engines whose products are computed by choice. */
import { getOrMake } from "../core/get-or-make.ts";
import { requireOption } from "../core/require-option.ts";
import { defaultEngine } from "./default-engine.ts";
import type { Engine } from "./engine.ts";
import { DEFAULT_FORM } from "./wasm/gemm.ts";
import { kernelsAreRight } from "./wasm/kernel-self-test.ts";
import { compiledAtOnce, formsFor, KERNEL_CHOICES, type KernelChoice } from "./wasm/product-forms.ts";
import { WasmEngine } from "./wasm/wasm-engine.ts";

const shared = new Map<KernelChoice, Engine>();

/**
 * The shared engine of a choice of kernels, made when it is first asked for.
 *
 * @param kernels how products are computed; "default" is `defaultEngine()`, the same bytes everywhere. "wide" and "fast"
 *   stand on what not every runtime has: kernels that are missing, or fail a numeric test, are replaced by the next best,
 *   and `engine.kernels` says which run.
 * @throws unsupported where the runtime has no WebAssembly SIMD or a page's policy forbids compiling it; option when the
 *   kernels have another name.
 */
export function engineWith(kernels: KernelChoice): Engine {
  requireOption("kernels", kernels, KERNEL_CHOICES.includes(kernels), `one of ${KERNEL_CHOICES.join(", ")}`);
  return getOrMake(shared, kernels, () => createEngine(kernels));
}

/** The first engine of a choice's forms that passes the test; the default one needs none. */
function createEngine(kernels: KernelChoice): Engine {
  for (const { form, wide } of formsFor(kernels)) {
    if (form === DEFAULT_FORM) break;
    const engine = compiledAtOnce(wide, () => {
      const made = new WasmEngine({ form });
      return kernelsAreRight(made) ? made : undefined;
    });
    if (engine !== undefined) return engine;
  }
  return defaultEngine();
}
