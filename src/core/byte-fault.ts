import { RecurraError } from "./errors.ts";

/** The error of a file's bytes from one on: what should stand there, and what does. */
export function byteFault(where: string, at: number, expected: string, got: string, hint?: string): RecurraError {
  return new RecurraError("data", { where: `${where}, byte ${at}`, expected, got, hint });
}

/** A byte as it is written: 0x0f. */
export function hex(byte: number): string {
  return `0x${byte.toString(16).padStart(2, "0")}`;
}
