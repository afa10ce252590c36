/** What kind of fault an error reports; every code has a heading in docs/errors.md. */
export type ErrorCode = "shape" | "option" | "data" | "file-format" | "numeric" | "unsupported" | "memory" | "internal";

/** The parts an error message is built from; the command line and the library show the same ones. */
export interface ErrorParts {
  /** The function, file and line, tensor or option at fault. */
  readonly where: string;
  /** What would have been right. */
  readonly expected: string;
  /** What was found, its value shown. */
  readonly got: string;
  /** What to do about it: one or more full sentences. */
  readonly hint?: string | undefined;
  /** The error underneath, when there is one. */
  readonly cause?: unknown;
}

const LONGEST_VALUE = 80;

function cut(text: string): string {
  return text.length <= LONGEST_VALUE ? text : `${text.slice(0, LONGEST_VALUE - 1)}…`;
}

/** Cuts a value shown in a message to 80 characters. */
export function shown(value: unknown): string {
  if (typeof value === "string") return shownJson(value);
  if (typeof value === "function") return `the uncalled function ${value.name}`;
  if (Array.isArray(value) || ArrayBuffer.isView(value)) return cut(`[${(value as unknown[]).join(", ")}]`);
  // a module and what has no prototype have no text
  return Object(value) instanceof Object ? cut(String(value)) : "an object";
}

/** The same of what JSON.parse gave, as JSON writes it; none where there is none. */
export function shownJson(value: unknown): string {
  // JSON.parse makes an infinity of 1e999, for which JSON has no word
  return typeof value === "number" ? String(value) : cut(JSON.stringify(value) ?? "none");
}

function toMessage(code: ErrorCode, parts: ErrorParts): string {
  const hint = parts.hint === undefined ? "" : ` ${parts.hint}`;
  const report =
    code === "internal" ? " This is a bug of Recurra: report it with the command and the data that led here." : "";
  return `${parts.where}: expected ${parts.expected}, got ${parts.got}.${hint}${report}`;
}

/** An error that names another place, made of the one it names; an error that is none of Recurra's as it is. */
export function withPlace(cause: unknown, place: (where: string) => string): unknown {
  if (!(cause instanceof RecurraError)) return cause;
  return new RecurraError(cause.code, { ...cause.parts, where: place(cause.parts.where), cause });
}

/**
 * The one error class of Recurra: `where: expected E, got G. Hint.`
 *
 * @example
 * ```ts
 * import { RecurraError } from "recurra";
 * const error = new RecurraError("shape", { where: "dense", expected: "[B, 128]", got: "[32, 64]" });
 * error.message; // "dense: expected [B, 128], got [32, 64]."
 * ```
 */
export class RecurraError extends Error {
  readonly code: ErrorCode;
  readonly parts: ErrorParts;

  constructor(code: ErrorCode, parts: ErrorParts) {
    super(toMessage(code, parts), parts.cause === undefined ? undefined : { cause: parts.cause });
    this.name = "RecurraError";
    this.code = code;
    this.parts = parts;
  }
}
