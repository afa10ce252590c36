/**
 * A WebAssembly assembler: the few instructions the kernels use, written into one module at a time.
 *
 * The builder is a plain stack machine: each method appends one instruction, so an emitter reads in the order in
 * which the processor works. Source: WebAssembly Core Specification 2.0, section 5 (binary format).
 */

import { type Instruction, PLAIN, VECTOR } from "./instructions.ts";

/** The value types of the kernels. */
export const I32 = 0x7f;
export const F32 = 0x7d;
export const F64 = 0x7c;
export const V128 = 0x7b;
export type ValueType = typeof I32 | typeof F32 | typeof F64 | typeof V128;

/** A local variable or parameter of the function being built. */
export type Local = number;

/** Appends an unsigned number, in as many bytes as it needs. */
function unsignedLeb(value: number, out: number[] = []): number[] {
  let rest = value >>> 0;
  do {
    const byte = rest & 0x7f;
    rest >>>= 7;
    out.push(rest === 0 ? byte : byte | 0x80);
  } while (rest !== 0);
  return out;
}

function signedLeb(out: number[], value: number): void {
  let rest = value | 0;
  for (;;) {
    const byte = rest & 0x7f;
    rest >>= 7;
    if ((rest === 0 && (byte & 0x40) === 0) || (rest === -1 && (byte & 0x40) !== 0)) {
      out.push(byte);
      return;
    }
    out.push(byte | 0x80);
  }
}

const scratch = new DataView(new ArrayBuffer(4));

function float32Bytes(out: number[], value: number): void {
  scratch.setFloat32(0, value, true);
  for (let i = 0; i < 4; i++) out.push(scratch.getUint8(i));
}

/** Builds the body of one function. */
export class FunctionBuilder {
  readonly #code: number[] = [];
  readonly #locals: ValueType[] = [];
  readonly #parameterCount: number;
  readonly #free: Local[] = [];
  readonly #constants = new Map<string, { readonly local: Local; readonly bytes: readonly number[] }>();

  constructor(parameterCount: number) {
    this.#parameterCount = parameterCount;
  }

  /** Declares a local variable; it starts at zero. */
  local(type: ValueType): Local {
    this.#locals.push(type);
    return this.#parameterCount + this.#locals.length - 1;
  }

  /** Borrows a v128 scratch local; hand it back with `release` so that few locals are declared. */
  borrow(): Local {
    return this.#free.pop() ?? this.local(V128);
  }

  release(...locals: Local[]): void {
    this.#free.push(...locals);
  }

  /** Appends an instruction that takes an index. */
  #indexed(code: number, index: number): this {
    this.#code.push(code);
    unsignedLeb(index, this.#code);
    return this;
  }

  get(...locals: Local[]): this {
    for (const local of locals) this.#indexed(0x20, local);
    return this;
  }

  set(local: Local): this {
    return this.#indexed(0x21, local);
  }

  tee(local: Local): this {
    return this.#indexed(0x22, local);
  }

  /** Appends plain instructions in the order given. */
  op(...instructions: Instruction[]): this {
    for (const name of instructions) {
      if (name in PLAIN) this.#code.push(PLAIN[name as keyof typeof PLAIN]);
      else this.#indexed(0xfd, VECTOR[name as keyof typeof VECTOR]);
    }
    return this;
  }

  i32(value: number): this {
    this.#code.push(0x41);
    signedLeb(this.#code, value);
    return this;
  }

  f32(value: number): this {
    this.#code.push(0x43);
    float32Bytes(this.#code, value);
    return this;
  }

  /** A vector with the same float in all four lanes. */
  f32x4(value: number): this {
    const bytes: number[] = [];
    for (let lane = 0; lane < 4; lane++) float32Bytes(bytes, value);
    return this.#constant(bytes);
  }

  /** A vector with the same integer (its 32 bits) in all four lanes. */
  i32x4(value: number): this {
    const bytes: number[] = [];
    for (let lane = 0; lane < 4; lane++) for (let i = 0; i < 4; i++) bytes.push((value >>> (8 * i)) & 0xff);
    return this.#constant(bytes);
  }

  /** Each distinct vector is set once, at the head of the function: V8 would rebuild it on every turn of a loop. */
  #constant(bytes: readonly number[]): this {
    const key = bytes.join();
    let constant = this.#constants.get(key);
    if (constant === undefined) {
      constant = { local: this.local(V128), bytes };
      this.#constants.set(key, constant);
    }
    return this.get(constant.local);
  }

  #memory(code: number, align: number, offset: number): this {
    this.#code.push(code, align);
    unsignedLeb(offset, this.#code);
    return this;
  }

  #vectorMemory(code: number, align: number, offset: number): this {
    this.#code.push(0xfd);
    return this.#memory(code, align, offset);
  }

  // Addresses are bytes; the address is on the stack, `offset` is added to it at no cost.
  loadV128(offset = 0): this {
    return this.#vectorMemory(0, 2, offset);
  }
  storeV128(offset = 0): this {
    return this.#vectorMemory(11, 2, offset);
  }
  /** One float into all four lanes. */
  loadSplat(offset = 0): this {
    return this.#vectorMemory(9, 2, offset);
  }
  /** One float into lane 0, zero in the others. */
  loadFirst(offset = 0): this {
    return this.#vectorMemory(92, 2, offset);
  }
  /** Stores lane 0 alone. */
  storeFirst(offset = 0): this {
    this.#vectorMemory(90, 2, offset);
    this.#code.push(0);
    return this;
  }
  /** Stores lanes 0 and 1. */
  storeLow(offset = 0): this {
    this.#vectorMemory(91, 2, offset);
    this.#code.push(0);
    return this;
  }
  /** One byte into all sixteen lanes of bytes. */
  loadByte(offset = 0): this {
    return this.#vectorMemory(7, 0, offset);
  }
  /** Eight signed bytes as eight 16-bit integers. */
  loadBytes(offset = 0): this {
    return this.#vectorMemory(1, 0, offset);
  }
  loadF32(offset = 0): this {
    return this.#memory(0x2a, 2, offset);
  }
  storeF32(offset = 0): this {
    return this.#memory(0x38, 2, offset);
  }
  loadI32(offset = 0): this {
    return this.#memory(0x28, 2, offset);
  }
  /** Takes one lane of the pair on the stack as an f64. */
  extractF64(lane: 0 | 1): this {
    this.#code.push(0xfd, 33, lane);
    return this;
  }
  /** Shuffles the lanes of the two vectors on the stack: lanes 0 to 3 are of the first, 4 to 7 of the second. */
  shuffle(a: number, b: number, c: number, d: number): this {
    this.#code.push(0xfd, 13);
    for (const lane of [a, b, c, d]) for (let i = 0; i < 4; i++) this.#code.push(lane * 4 + i);
    return this;
  }

  call(functionIndex: number): this {
    return this.#indexed(0x10, functionIndex);
  }

  /** local += bytes. */
  advance(local: Local, bytes: number): this {
    return this.get(local).i32(bytes).op("i32.add").set(local);
  }

  /** Runs the body while the condition, left on the stack by `condition`, holds; tests before the first turn. */
  while(condition: () => void, body: () => void): this {
    this.#code.push(0x02, 0x40, 0x03, 0x40);
    condition();
    this.#code.push(0x45, 0x0d, 1);
    body();
    this.#code.push(0x0c, 0, 0x0b, 0x0b);
    return this;
  }

  /** Runs the body at least once and again while `condition` leaves a non-zero i32: one branch a turn. */
  repeat(body: () => void, condition: () => void): this {
    this.#code.push(0x03, 0x40);
    body();
    condition();
    this.#code.push(0x0d, 0, 0x0b);
    return this;
  }

  /** Runs the body until `leave`, called anywhere in it, finds a non-zero i32 on the stack; `onTheWay` is done before. */
  loop(body: (leave: (onTheWay?: () => void) => void) => void): this {
    this.#code.push(0x02, 0x40, 0x03, 0x40);
    body((onTheWay) => {
      if (onTheWay === undefined) this.#code.push(0x0d, 1);
      else
        this.if(() => {
          onTheWay();
          this.#code.push(0x0c, 2);
        });
    });
    this.#code.push(0x0c, 0, 0x0b, 0x0b);
    return this;
  }

  /** Runs one of two bodies by the i32 on the stack. */
  if(then: () => void, otherwise?: () => void): this {
    this.#code.push(0x04, 0x40);
    then();
    if (otherwise !== undefined) {
      this.#code.push(0x05);
      otherwise();
    }
    this.#code.push(0x0b);
    return this;
  }

  /** The encoded body with its local declarations. */
  toBytes(): number[] {
    const runs: { type: ValueType; count: number }[] = [];
    for (const type of this.#locals) {
      const last = runs.at(-1);
      if (last?.type === type) last.count++;
      else runs.push({ type, count: 1 });
    }
    const body = unsignedLeb(runs.length);
    for (const run of runs) unsignedLeb(run.count, body).push(run.type);
    for (const { local, bytes } of this.#constants.values()) {
      body.push(0xfd, 12, ...bytes, 0x21);
      unsignedLeb(local, body);
    }
    return body.concat(this.#code, 0x0b);
  }
}

interface BuiltFunction {
  readonly name: string;
  readonly parameters: readonly ValueType[];
  readonly results: readonly ValueType[];
  readonly body: number[];
}

/** Collects functions over one imported memory, `env.memory`, and encodes them as a module. */
export class ModuleBuilder {
  readonly #functions: BuiltFunction[] = [];

  /**
   * Adds an exported function.
   *
   * @param emit receives the builder and one local for each parameter.
   * @returns the function's index, for `call`.
   */
  function<const Parameters extends readonly ValueType[]>(
    name: string,
    parameters: Parameters,
    results: readonly ValueType[],
    emit: (f: FunctionBuilder, parameters: { readonly [I in keyof Parameters]: Local }) => void,
  ): number {
    const f = new FunctionBuilder(parameters.length);
    emit(f, parameters.map((_, index) => index) as { [I in keyof Parameters]: Local });
    this.#functions.push({ name, parameters, results, body: f.toBytes() });
    return this.#functions.length - 1;
  }

  /** @param shared whether the imported memory is shared, with the stated largest size in pages of 64 KiB. */
  toBytes(memory: { readonly shared: boolean; readonly maximumPages: number }): Uint8Array<ArrayBuffer> {
    // whole lists at a time: a push for each byte takes milliseconds before it is optimised
    let out: number[] = [0x00, 0x61, 0x73, 0x6d, 0x01, 0x00, 0x00, 0x00];
    const sized = (content: readonly number[]): number[] => unsignedLeb(content.length).concat(content);
    const name = (text: string): number[] => sized([...new TextEncoder().encode(text)]);
    const section = (id: number, content: readonly number[]): void => {
      out = out.concat(id, sized(content));
    };
    const ofEach = (id: number, entryOf: (f: BuiltFunction, index: number) => number[]): void =>
      section(id, unsignedLeb(this.#functions.length).concat(...this.#functions.map(entryOf)));

    ofEach(1, ({ parameters, results }) => [0x60, ...sized(parameters), ...sized(results)]);
    const limits = [memory.shared ? 0x03 : 0x01, 0, ...unsignedLeb(memory.maximumPages)];
    section(2, [1, ...name("env"), ...name("memory"), 0x02, ...limits]);
    ofEach(3, (_, index) => unsignedLeb(index));
    ofEach(7, (f, index) => [...name(f.name), 0x00, ...unsignedLeb(index)]);
    ofEach(10, ({ body }) => sized(body));
    return new Uint8Array(out);
  }
}
