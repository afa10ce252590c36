/**
 * Fused element-wise segments as WebAssembly functions.
 *
 * Method. One pointer a distinct operand walks over the rows; each turn of the inner loop loads a vector of four units of
 * every operand needed, computes the whole program in registers and stores its results. Units beyond a multiple of four
 * run through the same program one at a time, so that a unit's bits do not depend on where it stands.
 */
import type { SegmentSpec, SegmentStep } from "../../expression/segment.ts";
import { type FunctionBuilder, I32, type Local, type ModuleBuilder, V128 } from "./assembler.ts";
import { emitExp, emitLog, emitSigmoid, emitSoftplus, emitTanh } from "./vector-math.ts";

const FLOAT_BYTES = 4;
const LANES = 4;
/** Magnitudes below this become 0 in `flush`. */
export const FLUSH_BELOW = 1e-30;

const ONE_BITS = 0x3f800000;

function emitOperation(f: FunctionBuilder, step: SegmentStep, values: readonly Local[]): void {
  switch (step.op) {
    case "constant":
      f.f32x4(step.value);
      return;
    case "add":
    case "sub":
    case "mul":
    case "div":
    case "max":
    case "min":
      f.get(values[step.a]!, values[step.b]!).op(`f32x4.${step.op}`);
      return;
    case "load":
    case "store":
    case "scalar":
      return;
  }
  f.get(values[step.a]!);
  switch (step.op) {
    case "neg":
    case "abs":
    case "sqrt":
      f.op(`f32x4.${step.op}`);
      break;
    case "relu":
      f.f32x4(0).op("f32x4.max");
      break;
    case "positive":
      f.f32x4(0).op("f32x4.gt").i32x4(ONE_BITS).op("v128.and");
      break;
    case "flush":
      f.get(values[step.a]!).op("f32x4.abs").f32x4(FLUSH_BELOW).op("f32x4.lt", "v128.andnot");
      break;
    case "tanh":
      emitTanh(f);
      break;
    case "sigmoid":
      emitSigmoid(f);
      break;
    case "exp":
      emitExp(f);
      break;
    case "log":
      emitLog(f);
      break;
    case "softplus":
      emitSoftplus(f);
      break;
  }
}

/** One turn of the loop over units: all lanes, or the first alone. */
function emitBody(
  f: FunctionBuilder,
  spec: SegmentSpec,
  pointers: readonly Local[],
  values: Local[],
  lanes: 1 | 4,
): void {
  spec.steps.forEach((step, index) => {
    if (step.op === "store") {
      f.get(pointers[step.operand]!, values[step.a]!);
      if (lanes === LANES) f.storeV128(step.column * FLOAT_BYTES);
      else f.storeFirst(step.column * FLOAT_BYTES);
      return;
    }
    if (step.op === "scalar") return;
    if (step.op === "load") {
      f.get(pointers[step.operand]!);
      if (lanes === LANES) f.loadV128(step.column * FLOAT_BYTES);
      else f.loadFirst(step.column * FLOAT_BYTES);
    } else emitOperation(f, step, values);
    f.set(values[index]!);
  });
  spec.strides.forEach((_, operand) => {
    if (isWalked(spec, operand)) f.advance(pointers[operand]!, lanes * FLOAT_BYTES);
  });
}

/** Scalars are read once; every other operand's pointer walks over the units. */
function isWalked(spec: SegmentSpec, operand: number): boolean {
  return spec.steps.some((step) => (step.op === "load" || step.op === "store") && step.operand === operand);
}

/**
 * Adds the function `segment` to a module: (rows, address of each operand in bytes). For a flat segment `rows` counts
 * elements.
 */
export function emitSegment(module: ModuleBuilder, spec: SegmentSpec): void {
  const parameters = [I32, ...spec.strides.map(() => I32)] as (typeof I32)[];
  module.function("segment", parameters, [], (f, [rows, ...pointers]) => {
    const values = spec.steps.map((step) => (step.op === "store" ? -1 : f.local(V128)));
    const left = f.local(I32);
    spec.steps.forEach((step, index) => {
      if (step.op === "scalar") f.get(pointers[step.operand]!).loadSplat(0).set(values[index]!);
    });
    const vectorLoop = (): void => {
      f.repeat(
        () => {
          emitBody(f, spec, pointers, values, LANES);
        },
        () => f.get(left).i32(LANES).op("i32.sub").tee(left).i32(LANES).op("i32.ge_u"),
      );
    };
    const tailLoop = (): void => {
      f.while(
        () => f.get(left),
        () => {
          emitBody(f, spec, pointers, values, 1);
          f.advance(left, -1);
        },
      );
    };
    if (spec.width === "flat") {
      f.get(rows!).set(left);
      f.get(left).i32(LANES).op("i32.ge_u");
      f.if(vectorLoop);
      tailLoop();
      return;
    }
    const width = spec.width;
    f.while(
      () => f.get(rows!),
      () => {
        f.i32(width).set(left);
        if (width >= LANES) vectorLoop();
        if (width % LANES !== 0) tailLoop();
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
