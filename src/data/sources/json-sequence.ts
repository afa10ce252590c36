import { shownJson } from "../../core/errors.ts";
import type { NumberSteps } from "./labelled-sequence.ts";

/** What is wrong with a sequence, and where in it. */
export interface SequenceFault {
  /** Indices from the whole sequence to the value at fault. */
  readonly path: readonly number[];
  readonly expected: string;
  readonly got: string;
}

/**
 * A sequence as JSON has it: a text, a list of symbols, a list of numbers, or a list of vectors of equal size.
 *
 * @returns the sequence; or what is wrong: an empty one, a step of another kind, a vector of another size, a number that is none.
 * @example
 * ```ts
 * readJsonSequence([[1, 2], [3]]); // { path: [1], expected: "2 numbers, as at the first step", got: "1" }
 * ```
 */
export function readJsonSequence(value: unknown): string | readonly string[] | NumberSteps | SequenceFault {
  if (typeof value === "string") {
    const text = value.trim();
    return text === "" ? { path: [], expected: "a text", got: "an empty one" } : text;
  }
  if (!Array.isArray(value)) {
    return { path: [], expected: "a text, or a list of symbols, numbers or vectors", got: shownJson(value) };
  }
  const [first] = value as unknown[];
  if (first === undefined) return { path: [], expected: "a sequence of one step or more", got: "none" };
  if (typeof first === "string") {
    const odd = value.findIndex((step) => typeof step !== "string" || step === "");
    return odd < 0 ? (value as string[]) : { path: [odd], expected: "a symbol", got: shownJson(value[odd]) };
  }
  if (!Array.isArray(first)) {
    const odd = value.findIndex((step) => !Number.isFinite(step));
    return odd < 0 ? (value as number[]) : { path: [odd], expected: "a finite number", got: shownJson(value[odd]) };
  }
  for (const [t, step] of value.entries()) {
    if (!Array.isArray(step))
      return { path: [t], expected: `a vector of ${first.length} numbers`, got: shownJson(step) };
    if (step.length === 0) return { path: [t], expected: "a vector of one number or more", got: "none" };
    if (step.length !== first.length) {
      return { path: [t], expected: `${first.length} numbers, as at the first step`, got: `${step.length}` };
    }
    const odd = step.findIndex((item) => !Number.isFinite(item));
    if (odd >= 0) return { path: [t, odd], expected: "a finite number", got: shownJson(step[odd]) };
  }
  return value as number[][];
}

/** Whether a sequence was read, and no fault found. */
export function isSequenceFault(read: ReturnType<typeof readJsonSequence>): read is SequenceFault {
  return typeof read === "object" && !Array.isArray(read);
}
