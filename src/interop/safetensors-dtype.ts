import { fromBfloat16Bits, fromFloat16Bits } from "./safetensors-half.ts";

/** The element types read and written, as the header spells them. */
export type SafetensorsDtype =
  | "BOOL"
  | "U8"
  | "I8"
  | "I16"
  | "U16"
  | "F16"
  | "BF16"
  | "I32"
  | "U32"
  | "F32"
  | "F64"
  | "I64"
  | "U64";

/** The typed arrays tensors are held in: F16 and BF16 as Float32Array, BOOL as Uint8Array of 0 and 1. */
export type SafetensorsData =
  | Uint8Array
  | Int8Array
  | Int16Array
  | Uint16Array
  | Int32Array
  | Uint32Array
  | Float32Array
  | Float64Array
  | BigInt64Array
  | BigUint64Array;

/** How one element type lies in a file and in memory, and is read. */
export interface DtypeLayout {
  /** Bytes an element in the file. */
  readonly size: number;
  /** The class of typed array that holds it. */
  readonly holder: abstract new (
    ...args: never[]
  ) => SafetensorsData;
  /** Reads elements from bytes that are copied, so that their alignment does not matter. */
  read(bytes: Uint8Array): SafetensorsData;
}

interface HolderClass {
  readonly BYTES_PER_ELEMENT: number;
  new (buffer: ArrayBuffer): SafetensorsData;
}

/** Bytes are taken over as they are: the format is little-endian, and so is every machine that Recurra runs on. */
function plain(holder: HolderClass): DtypeLayout {
  return {
    size: holder.BYTES_PER_ELEMENT,
    holder,
    read: (bytes) => new holder(new Uint8Array(bytes).buffer),
  };
}

function half(fromBits: (bits: number) => number): DtypeLayout {
  return {
    size: 2,
    holder: Float32Array,
    read: (bytes) => Float32Array.from(new Uint16Array(new Uint8Array(bytes).buffer), fromBits),
  };
}

/** The layout of each element type, in the reference implementation's order: files list later ones first. */
export const DTYPES: ReadonlyMap<string, DtypeLayout> = new Map<SafetensorsDtype, DtypeLayout>([
  ["BOOL", plain(Uint8Array)],
  ["U8", plain(Uint8Array)],
  ["I8", plain(Int8Array)],
  ["I16", plain(Int16Array)],
  ["U16", plain(Uint16Array)],
  ["F16", half(fromFloat16Bits)],
  ["BF16", half(fromBfloat16Bits)],
  ["I32", plain(Int32Array)],
  ["U32", plain(Uint32Array)],
  ["F32", plain(Float32Array)],
  ["F64", plain(Float64Array)],
  ["I64", plain(BigInt64Array)],
  ["U64", plain(BigUint64Array)],
]);
