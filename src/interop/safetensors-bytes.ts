import type { SafetensorsData, SafetensorsDtype } from "./safetensors-dtype.ts";
import { toBfloat16Bits, toFloat16Bits } from "./safetensors-half.ts";

/** The bytes of elements as they stand in a file; apart from how they are read, since most programs only read. */
export function bytesOf(dtype: SafetensorsDtype, data: SafetensorsData): Uint8Array {
  if (dtype !== "F16" && dtype !== "BF16") return new Uint8Array(data.buffer, data.byteOffset, data.byteLength);
  const toBits = dtype === "F16" ? toFloat16Bits : toBfloat16Bits;
  return new Uint8Array(Uint16Array.from(data as Float32Array, toBits).buffer);
}
