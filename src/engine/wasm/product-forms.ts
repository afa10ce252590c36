/** Which emitted form of the products a runtime has, by the user's choice. */
import { DEFAULT_FORM, type ProductForm } from "./gemm.ts";
import { probe } from "./wasm-memory.ts";

/**
 * How products are computed.
 * - `default`: 128-bit vectors, multiply and add rounded apart: the same bytes on every runtime and processor.
 * - `wide`: the same bytes, in 256-bit vectors that V8 makes of pairs (its experimental revectorisation; Node 24 and 26 on
 *   x86-64): about twice as fast.
 * - `fast`: besides, multiply and add rounded once (relaxed SIMD; Node 22, Chromium 114): the last bits then depend on
 *   the processor.
 */
export type KernelChoice = "default" | "wide" | "fast";

/** The names of `KernelChoice`. */
export const KERNEL_CHOICES: readonly KernelChoice[] = ["default", "wide", "fast"];

interface Process {
  readonly arch?: string;
  readonly versions?: { readonly node?: string; readonly bun?: string; readonly deno?: string };
  getBuiltinModule?(name: string): unknown;
}

/** Flags of V8 that a program may set while it runs. */
function v8Flags(): ((flag: string) => void) | undefined {
  const node = (globalThis as { process?: Process }).process;
  const { node: version, bun, deno } = node?.versions ?? {};
  const major = Number.parseInt(version ?? "0", 10);
  if (node?.arch !== "x64" || major < 24 || bun !== undefined || deno !== undefined) return undefined;
  const v8 = node.getBuiltinModule?.("node:v8") as { setFlagsFromString(flag: string): void } | undefined;
  return v8?.setFlagsFromString;
}

/** Whether the runtime knows relaxed SIMD. */
function hasFusedMultiplyAdd(): boolean {
  return WebAssembly.validate(probe((f) => f.f32x4(0).f32x4(0).f32x4(0).op("f32x4.relaxed_madd")));
}

/**
 * The forms to try for a choice, the fastest first; the last one every runtime has.
 *
 * @returns each form with the flag of V8 that it needs.
 */
export function formsFor(choice: KernelChoice): readonly { readonly form: ProductForm; readonly wide: boolean }[] {
  const fused = choice === "fast" && hasFusedMultiplyAdd();
  const forms: { form: ProductForm; wide: boolean }[] = [];
  if (choice !== "default" && v8Flags() !== undefined) forms.push({ form: { panelColumns: 16, fused }, wide: true });
  if (fused) forms.push({ form: { panelColumns: 8, fused }, wide: false });
  return [...forms, { form: DEFAULT_FORM, wide: false }];
}

/**
 * Runs `work` so that what it compiles is compiled by the optimising compiler at once, with or without joined vectors.
 *
 * V8 goes on joining vectors in modules that are compiled later.
 */
export function compiledAtOnce<Result>(wide: boolean, work: () => Result): Result {
  const set = v8Flags();
  if (set === undefined) return work();
  set(wide ? "--experimental-wasm-revectorize" : "--no-experimental-wasm-revectorize");
  // its inlining asks for what the baseline compiler saw of every function, and ends the process (Node 26) where it saw none
  if (wide) set("--no-wasm-inlining");
  set("--no-liftoff");
  try {
    return work();
  } finally {
    set("--liftoff");
  }
}
