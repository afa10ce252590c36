/** One WebAssembly.Memory, created shared wherever that is possible, and the checks that the runtime can serve it. */
import { RecurraError } from "../../core/errors.ts";
import type { Store } from "../allocator.ts";
import { type FunctionBuilder, I32, ModuleBuilder, V128 } from "./assembler.ts";

const PAGE_BYTES = 65_536;
/** The largest memory 32-bit addresses reach: 4 GiB. */
const MOST_PAGES = 65_536;

/** A module of one function with vector instructions, to ask the runtime whether it knows them. */
export function probe(emit: (f: FunctionBuilder) => unknown): Uint8Array<ArrayBuffer> {
  const module = new ModuleBuilder();
  module.function("probe", [I32], [V128], (f) => {
    emit(f);
  });
  return module.toBytes({ shared: false, maximumPages: 1 });
}

/** @throws unsupported when the runtime has no WebAssembly or none with SIMD. */
export function requireWasmSimd(runtime: typeof WebAssembly | undefined): void {
  if (runtime?.validate(probe((f) => f.f32x4(0))) === true) return;
  throw new RecurraError("unsupported", {
    where: "engine",
    expected: "WebAssembly with 128-bit SIMD",
    got: `a runtime without ${runtime === undefined ? "WebAssembly" : "it"}`,
    hint: "Node 20.19, Chromium 91, Firefox 89 and Safari 16.4 or later have it.",
  });
}

/** Compiles a module; a page's policy that forbids it is named. */
export function compile(bytes: Uint8Array<ArrayBuffer>): WebAssembly.Module {
  try {
    return new WebAssembly.Module(bytes);
  } catch (cause) {
    const text = cause instanceof Error ? cause.message : String(cause);
    if (/unsafe-eval|Content Security Policy|blocked by CSP|disallowed by embedder/i.test(text)) {
      throw new RecurraError("unsupported", {
        where: "engine",
        expected: "a page that may compile WebAssembly",
        got: "a Content-Security-Policy that forbids it",
        hint: "Add 'wasm-unsafe-eval' to script-src.",
        cause,
      });
    }
    throw new RecurraError("internal", { where: "engine", expected: "a module that compiles", got: text, cause });
  }
}

/** The memory of a WebAssembly engine, in elements of four bytes. */
export class WasmMemory implements Store {
  readonly memory: WebAssembly.Memory;
  readonly shared: boolean;
  readonly maximumPages: number;
  #floats: Float32Array;
  #integers: Int32Array;

  /** @param maximumBytes the most this engine may take; default 4 GiB, what 32-bit addresses reach. */
  constructor(maximumBytes: number = MOST_PAGES * PAGE_BYTES) {
    this.maximumPages = Math.min(MOST_PAGES, Math.max(1, Math.floor(maximumBytes / PAGE_BYTES)));
    this.shared = typeof SharedArrayBuffer !== "undefined";
    try {
      this.memory = new WebAssembly.Memory({ initial: 1, maximum: this.maximumPages, shared: this.shared });
    } catch (cause) {
      throw new RecurraError("memory", {
        where: "engine",
        expected: `address space for ${this.maximumPages * PAGE_BYTES} bytes`,
        got: cause instanceof Error ? cause.message : String(cause),
        hint: "Create the engine with a smaller maximumBytes.",
        cause,
      });
    }
    this.#floats = new Float32Array(this.memory.buffer);
    this.#integers = new Int32Array(this.memory.buffer);
  }

  get capacity(): number {
    return this.floats.length;
  }

  /** The whole memory as floats; renewed after growth, so never keep it. */
  get floats(): Float32Array {
    // a grown unshared buffer is detached (length 0), a grown shared one is another object
    if (this.#floats.buffer !== this.memory.buffer) this.#floats = new Float32Array(this.memory.buffer);
    return this.#floats;
  }

  /** The whole memory as integers; renewed after growth, so never keep it. */
  get integers(): Int32Array {
    if (this.#integers.buffer !== this.memory.buffer) this.#integers = new Int32Array(this.memory.buffer);
    return this.#integers;
  }

  /** A view of the bytes of `count` elements from `offset` on, valid until memory grows. */
  bytes(offset: number, count: number): Int8Array {
    return new Int8Array(this.memory.buffer, offset * 4, count * 4);
  }

  grow(count: number): void {
    const pages = Math.ceil((count * 4) / PAGE_BYTES);
    try {
      this.memory.grow(pages);
    } catch (cause) {
      throw new RecurraError("memory", {
        where: "engine",
        expected: `${pages * PAGE_BYTES} more bytes of memory`,
        got: `${this.memory.buffer.byteLength} bytes in use of at most ${this.maximumPages * PAGE_BYTES}`,
        hint: "Use a smaller batch, a shorter sequence (bptt) or a smaller hidden size.",
        cause,
      });
    }
  }
}
