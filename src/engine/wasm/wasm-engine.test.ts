import { describe } from "vitest";
import { testEngineKernels } from "../../../test/conformance/engine-conformance.ts";
import { WasmEngine } from "./wasm-engine.ts";

describe("WasmEngine", () => {
  testEngineKernels(() => new WasmEngine());
});
