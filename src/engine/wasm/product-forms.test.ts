import { describe, expect, it, vi } from "vitest";
import { testEngineKernels } from "../../../test/conformance/engine-conformance.ts";
import { engineWith } from "../engine-with.ts";
import { type Product, product } from "../product.ts";
import { kernelsAreRight } from "./kernel-self-test.ts";
import { formsFor } from "./product-forms.ts";
import { WasmEngine } from "./wasm-engine.ts";

describe("kernels by choice", () => {
  it.each([
    "wide",
    "fast",
  ] as const)("%s run on every runtime, in what it has of them, and say what they are", (choice) => {
    const engine = engineWith(choice);
    expect(engine).toBe(engineWith(choice));
    const { panelColumns, fused } = formsFor(choice)[0]!.form;
    expect(engine.kernels).toBe(
      `${panelColumns * 16}-bit vectors, multiply and add rounded ${fused ? "once" : "apart"}`,
    );
  });

  it("of another name are an error that names the choices", () => {
    expect(() => engineWith("quick" as "fast")).toThrow('kernels: expected one of default, wide, fast, got "quick".');
  });

  it("end with the default ones, which every runtime has", () => {
    for (const choice of ["default", "wide", "fast"] as const) {
      expect(formsFor(choice).at(-1)).toEqual({ form: { panelColumns: 8, fused: false }, wide: false });
    }
  });

  describe.each(["wide", "fast"] as const)("%s", (choice) => {
    testEngineKernels(() => new WasmEngine({ form: formsFor(choice)[0]!.form }));
  });

  describe("the self-test", () => {
    it("passes the default kernels", () => {
      expect(kernelsAreRight(new WasmEngine())).toBe(true);
    });

    it("fails kernels that lose the last term, the last row or the last column of a product", () => {
      const broken = (change: (p: Product) => Product): WasmEngine => {
        const engine = new WasmEngine();
        const run = engine.run.bind(engine);
        vi.spyOn(engine, "run").mockImplementation((kernel, ...call) => {
          const changed = kernel === (product as unknown) ? [change(call[0] as Product)] : call;
          return run(kernel, ...(changed as typeof call));
        });
        return engine;
      };
      expect(kernelsAreRight(broken((p) => p))).toBe(true);
      expect(kernelsAreRight(broken((p) => ({ ...p, k: p.k - 1 })))).toBe(false);
      expect(kernelsAreRight(broken((p) => ({ ...p, m: Math.max(1, p.m - 1) })))).toBe(false);
      expect(kernelsAreRight(broken((p) => ({ ...p, n: p.n - 1 })))).toBe(false);
    });
  });
});
