/** A value that JSON can hold. */
export type Json = null | boolean | number | string | readonly Json[] | { readonly [key: string]: Json };

/** A JSON object. */
export interface JsonObject {
  readonly [key: string]: Json;
}

/** What the numbers of a saved model are kept as; `float32` are those that training gave. */
export type Precision = "float32" | "float16" | "int8";

/** How a tensor is stored; int8 numbers of a matrix have a float32 scale for each row, or each column. */
export type WeightForm = "float32" | "float16" | "int8 by rows" | "int8 by columns";

/** Ends the name of the tensor with the scales of a matrix of int8. */
export const SCALES = ".scales";

/** One tensor of a model's weights. */
export interface WeightTensor {
  /** Row-major sizes. */
  readonly shape: readonly number[];
  /** As `[product of shape]`: what the stored numbers stand for, widened. */
  readonly data: Float32Array;
  /** Default `float32`. */
  readonly form?: WeightForm;
}

/** What a model directory holds of a model, without the disk: what a task's model gives, and is made from again. */
export interface ModelFiles {
  /** `config.json`: `task` by its name, and the architecture; the versions are added when it is saved. */
  readonly config: JsonObject;
  /** `encoder.json`: vocabulary, labels, scaler. */
  readonly encoder: JsonObject;
  /** `model.safetensors`, by tensor name. */
  readonly weights: ReadonlyMap<string, WeightTensor>;
}
