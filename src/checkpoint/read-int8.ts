import { RecurraError } from "../core/errors.ts";
import type { SafetensorsTensor } from "../interop/safetensors.ts";
import { Int8Matrix } from "../tensor/int8-matrix.ts";
import { SCALES, type WeightTensor } from "./model-files.ts";

/** A matrix of int8 with the tensor of its scales. */
export function readInt8(
  { shape, data: values }: SafetensorsTensor,
  scales: SafetensorsTensor | undefined,
  where: string,
): WeightTensor {
  const [rows, columns] = shape;
  const found = scales?.data instanceof Float32Array ? scales.shape.join() : "none";
  const by = found === `${rows},1` ? "rows" : found === `1,${columns}` ? "columns" : undefined;
  if (shape.length !== 2 || rows === undefined || columns === undefined || by === undefined) {
    throw new RecurraError("file-format", {
      where,
      expected: `a matrix with F32 scales [${rows}, 1] or [1, ${columns}] as "${SCALES}" beside it`,
      got: `[${shape.join(", ")}] with ${found === "none" ? found : `[${scales!.shape.join(", ")}]`}`,
    });
  }
  const matrix = new Int8Matrix(rows, columns, values as Int8Array, scales!.data as Float32Array, by);
  return { shape, data: matrix.toFloats(), form: `int8 by ${by}` };
}
