/** A value that JSON can hold. */
export type Json = null | boolean | number | string | readonly Json[] | { readonly [key: string]: Json };

/** A JSON object. */
export interface JsonObject {
  readonly [key: string]: Json;
}

/** One tensor of a model's weights. */
export interface WeightTensor {
  /** Row-major sizes. */
  readonly shape: readonly number[];
  /** As `[product of shape]`. */
  readonly data: Float32Array;
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
