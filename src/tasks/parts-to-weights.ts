/** The weights of a network as a model file holds them. */
import type { Precision, WeightTensor } from "../checkpoint/model-files.ts";
import { requireOneOf } from "../core/require-option.ts";
import { fromFloat16Bits, toFloat16Bits } from "../interop/safetensors-half.ts";
import { Int8Matrix, type Scales } from "../tensor/int8-matrix.ts";
import { type Parts, slotsOfParts } from "./weight-files.ts";

/** A tensor rounded to float16, unless a number of it is beyond what float16 holds. */
function toFloat16(tensor: WeightTensor): WeightTensor {
  const data = tensor.data.map((value) => fromFloat16Bits(toFloat16Bits(value)));
  return data.every(Number.isFinite) ? { ...tensor, data, form: "float16" } : tensor;
}

/** A matrix rounded to int8, with a scale for each row or column. */
function toInt8Tensor({ shape, data }: WeightTensor, by: Scales): WeightTensor {
  const [rows, columns] = shape as [number, number];
  return { shape, data: Int8Matrix.round(data, rows, columns, by).toFloats(), form: `int8 by ${by}` };
}

/**
 * All weights of a network, by the names they have in a model file.
 *
 * @param precision what they are rounded to, int8 the large matrices alone; without it they stay what they are.
 */
export function partsToWeights(parts: Parts, precision?: Precision): Map<string, WeightTensor> {
  if (precision !== undefined) requireOneOf("float32", "float16", "int8")("toFiles, precision", precision);
  const weights = new Map<string, WeightTensor>();
  for (const { name, shape, read, int8 } of slotsOfParts(parts)) {
    const tensor: WeightTensor = { shape, data: Float32Array.from(read()) };
    const isInt8 = int8?.parameters.every((parameter) => parameter.int8 !== undefined) === true;
    const to = precision ?? (isInt8 ? "int8" : "float32");
    if (to === "int8" && int8 !== undefined) weights.set(name, toInt8Tensor(tensor, int8.scales));
    else weights.set(name, to === "float16" ? toFloat16(tensor) : tensor);
  }
  return weights;
}
