/** A model as the bytes of its files. */
import { type SafetensorsTensor, writeSafetensors } from "../interop/safetensors.ts";
import { Int8Matrix } from "../tensor/int8-matrix.ts";
import { writeJsonFile } from "./json-file.ts";
import { LIBRARY_VERSION } from "./library-version.ts";
import { type ModelFiles, SCALES, type WeightTensor } from "./model-files.ts";
import { CONFIG, ENCODER, FORMAT_VERSION, WEIGHTS } from "./model-format.ts";

/** A tensor as it stands in the file: as one, or of int8 with the scales beside it. */
function storedAs(name: string, { shape, data, form = "float32" }: WeightTensor): [string, SafetensorsTensor][] {
  if (form === "float32") return [[name, { dtype: "F32", shape, data }]];
  if (form === "float16") return [[name, { dtype: "F16", shape, data }]];
  const [rows, columns] = shape as [number, number];
  const { values, scales } = Int8Matrix.round(data, rows, columns, form === "int8 by rows" ? "rows" : "columns");
  const shapeOfScales = form === "int8 by rows" ? [rows, 1] : [1, columns];
  return [
    [name, { dtype: "I8", shape, data: values }],
    [name + SCALES, { dtype: "F32", shape: shapeOfScales, data: scales }],
  ];
}

/** The files of a model by name, in the order in which they are to be put in place. */
export function modelToBytes(files: ModelFiles): Map<string, Uint8Array> {
  const tensors = new Map(Array.from(files.weights).flatMap(([name, tensor]) => storedAs(name, tensor)));
  const config = { ...files.config, libraryVersion: LIBRARY_VERSION, formatVersion: FORMAT_VERSION };
  return new Map([
    [ENCODER, writeJsonFile(files.encoder)],
    [WEIGHTS, writeSafetensors(tensors)],
    [CONFIG, writeJsonFile(config)],
  ]);
}
