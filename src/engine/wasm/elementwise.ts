/**
 * Fused element-wise segments as WebAssembly functions.
 *
 * Method. One pointer a distinct operand walks over the rows; each turn of the inner loop loads vectors of four units of
 * every operand needed, computes the whole program in registers and stores its results. A polynomial is a chain in which
 * each operation waits for the one before, so several vectors take each step side by side. Units beyond a multiple of
 * four run through the same program one at a time, so that a unit's bits do not depend on where it stands.
 */
import type { SegmentSpec, SegmentStep } from "../../expression/segment.ts";
import { type FunctionBuilder, I32, type Local, type ModuleBuilder, V128 } from "./assembler.ts";
import type { Instruction } from "./instructions.ts";
import { emitExp, emitLog, emitSigmoid, emitSoftplus, emitTanh } from "./vector-math.ts";

const FLOAT_BYTES = 4;
const LANES = 4;
/** Magnitudes below this become 0 in `flush`. */
const FLUSH_BELOW = 1e-30;

const ONE_BITS = 0x3f800000;

type Operation = Exclude<SegmentStep, { readonly op: "load" | "store" | "scalar" }>;

/** Operations that take many instructions, each on the vector on the stack. */
export const FUNCTIONS: Readonly<Record<string, (f: FunctionBuilder) => void>> = {
  tanh: emitTanh,
  sigmoid: emitSigmoid,
  exp: emitExp,
  log: emitLog,
  softplus: emitSoftplus,
};

/** Replaces the vector x on the stack, which a local holds too, by 0 where it is below 1e-30: a processor traps at denormals. */
export function emitFlush(f: FunctionBuilder, x: Local): void {
  f.get(x).op("f32x4.abs").f32x4(FLUSH_BELOW).op("f32x4.lt", "v128.andnot");
}

/** Operations of a few instructions; the vector x is on the stack. All others are one. */
const FEW: Readonly<Record<string, (f: FunctionBuilder, x: Local) => void>> = {
  relu: (f) => f.f32x4(0).op("f32x4.max"),
  positive: (f) => f.f32x4(0).op("f32x4.gt").i32x4(ONE_BITS).op("v128.and"),
  flush: emitFlush,
};

/** Steps of a program without functions that is short enough for four vectors. */
const SHORT = 16;

/**
 * How many vectors take each step side by side. Four hide the waiting of a chain; where many values or constants are
 * needed at a time they no longer fit the fifteen registers, and two are faster.
 */
function vectorsTogether({ steps }: SegmentSpec): number {
  const functions = steps.filter(({ op }) => op in FUNCTIONS).length;
  return functions > 3 || (functions === 0 && steps.length > SHORT) ? 2 : 4;
}

/** Leaves the value of a step on the stack. */
function emitOperation(f: FunctionBuilder, step: Operation, values: readonly Local[]): void {
  if (step.op === "constant") {
    f.f32x4(step.value);
    return;
  }
  const x = values[step.a]!;
  f.get(x);
  if ("b" in step) f.get(values[step.b]!);
  const emit = FUNCTIONS[step.op] ?? FEW[step.op];
  if (emit === undefined) f.op(`f32x4.${step.op}` as Instruction);
  else emit(f, x);
}

/** One turn of the loop over units: so many vectors side by side, or, of 0, one unit in the first lane of a vector. */
function emitTurn(
  f: FunctionBuilder,
  spec: SegmentSpec,
  pointers: readonly Local[],
  values: readonly (readonly Local[])[],
  vectors: number,
): void {
  const [load, store] = vectors > 0 ? (["loadV128", "storeV128"] as const) : (["loadFirst", "storeFirst"] as const);
  spec.steps.forEach((step, index) => {
    if (step.op === "scalar") return;
    values.slice(0, vectors || 1).forEach((own, v) => {
      if (step.op === "store") {
        f.get(pointers[step.operand]!, own[step.a]!)[store]((step.column + v * LANES) * FLOAT_BYTES);
        return;
      }
      if (step.op === "load") f.get(pointers[step.operand]!)[load]((step.column + v * LANES) * FLOAT_BYTES);
      else emitOperation(f, step, own);
      f.set(own[index]!);
    });
  });
  spec.strides.forEach((_, operand) => {
    if (isWalked(spec, operand)) f.advance(pointers[operand]!, (vectors * LANES || 1) * FLOAT_BYTES);
  });
}

/** Scalars are read once; every other operand's pointer walks over the units. */
export function isWalked(spec: SegmentSpec, operand: number): boolean {
  return spec.steps.some((step) => (step.op === "load" || step.op === "store") && step.operand === operand);
}

/**
 * Adds the function `segment` to a module: (rows, address of each operand in bytes). For a flat segment `rows` counts
 * elements.
 */
export function emitSegment(module: ModuleBuilder, spec: SegmentSpec): void {
  const parameters = [I32, ...spec.strides.map(() => I32)] as (typeof I32)[];
  module.function("segment", parameters, [], (f, [rows, ...pointers]) => {
    const together = vectorsTogether(spec);
    const values = Array.from({ length: together }, () =>
      spec.steps.map((step) => (step.op === "store" ? -1 : f.local(V128))),
    );
    const left = f.local(I32);
    spec.steps.forEach((step, index) => {
      if (step.op !== "scalar") return;
      for (const own of values) f.get(pointers[step.operand]!).loadSplat(0).set(own[index]!);
    });
    /** All turns for `left` units, how many ever these are, or `width` of them. */
    const turns = (width?: number): void => {
      let rest = width ?? 0;
      for (const vectors of [together, 1, 0]) {
        const units = vectors * LANES || 1;
        const loop = (): void => {
          f.repeat(
            () => emitTurn(f, spec, pointers, values, vectors),
            () => f.get(left).i32(units).op("i32.sub").tee(left).i32(units).op("i32.ge_u"),
          );
        };
        if (width === undefined) f.get(left).i32(units).op("i32.ge_u").if(loop);
        else if (rest >= units) loop();
        rest %= units;
      }
    };
    if (spec.width === "flat") {
      f.get(rows!).set(left);
      turns();
      return;
    }
    const width = spec.width;
    f.while(
      () => f.get(rows!),
      () => {
        f.i32(width).set(left);
        turns(width);
        spec.strides.forEach((stride, operand) => {
          const step = (stride - width) * FLOAT_BYTES;
          if (isWalked(spec, operand) && step !== 0) f.advance(pointers[operand]!, step);
        });
        f.advance(rows!, -1);
      },
    );
  });
}

/** Equal for equal programs alone; JSON has no infinities, NaN or -0, so constants are written once more. */
export function segmentKey(spec: SegmentSpec): string {
  let key = JSON.stringify(spec);
  for (const step of spec.steps) {
    if (step.op === "constant") key += Object.is(step.value, -0) ? ",-0" : `,${step.value}`;
  }
  return key;
}
