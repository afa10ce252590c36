/** Piano rolls: which of the 88 keys of a piano sound at each step. */
import { isInteger } from "../../core/is-integer.ts";
import { requireOption } from "../../core/require-option.ts";
import type { MidiNote, MidiPiece } from "../../interop/midi-notes.ts";

/** Keys of a piano, from A0 (pitch 21) to C8 (pitch 108). */
export const PIANO_KEYS = 88;
export const LOWEST_PITCH = 21;
export const HIGHEST_PITCH: number = LOWEST_PITCH + PIANO_KEYS - 1;

/** The sounding pitches of each step, rising, each once; an empty step is silence. */
export type PianoRoll = readonly (readonly number[])[];

/** Whether a value is the pitch of a key. */
export function isPitch(value: unknown): boolean {
  return isInteger(value, LOWEST_PITCH, HIGHEST_PITCH);
}

/** Whether a value is a list of steps, each a list of pitches. */
export function isRoll(value: unknown): value is number[][] {
  return Array.isArray(value) && value.every((step) => Array.isArray(step) && step.every(isPitch));
}

/** The pitches of each step, rising, each once. */
export function toRoll(steps: readonly Iterable<number>[]): PianoRoll {
  return steps.map((pitches) => [...new Set(pitches)].sort((a, b) => a - b));
}

const VELOCITY = 80;
const QUARTER = 1;

export interface PianoRollOptions {
  /** How long a step is, in quarter notes; default 1. A sixteenth is 0.25. */
  readonly stepQuarters?: number;
}

function requireStep(where: string, stepQuarters: number): void {
  const isLength = stepQuarters > 0 && Number.isFinite(stepQuarters);
  requireOption(`${where}, stepQuarters`, stepQuarters, isLength, "a length above 0, in quarter notes");
}

/**
 * The roll of a piece.
 *
 * Beginnings and ends go to the nearest step, and every note sounds for one step at least. A roll does not say whether a key that sounds in two steps is held or struck
 * again. Pitches that a piano lacks are left out.
 */
export function notesToRoll(piece: MidiPiece, options: PianoRollOptions = {}): PianoRoll {
  const { stepQuarters = QUARTER } = options;
  requireStep("notesToRoll", stepQuarters);
  const steps: Set<number>[] = [];
  const reach = (length: number): void => {
    while (steps.length < length) steps.push(new Set());
  };
  reach(Math.round(piece.quarters / stepQuarters));
  for (const { pitch, start, end } of piece.notes) {
    if (pitch < LOWEST_PITCH || pitch > HIGHEST_PITCH) continue;
    const from = Math.round(start / stepQuarters);
    const to = Math.max(from + 1, Math.round(end / stepQuarters));
    reach(to);
    for (let t = from; t < to; t++) steps[t]!.add(pitch);
  }
  return toRoll(steps);
}

/**
 * The notes of a roll: a key that sounds in steps behind each other is one held note. `notesToRoll` gives the roll back.
 */
export function rollToNotes(roll: PianoRoll, options: PianoRollOptions = {}): MidiPiece {
  const { stepQuarters = QUARTER } = options;
  requireStep("rollToNotes", stepQuarters);
  const notes: MidiNote[] = [];
  roll.forEach((pitches, t) => {
    for (const pitch of pitches) {
      if (roll[t - 1]?.includes(pitch)) continue;
      let end = t + 1;
      while (roll[end]?.includes(pitch)) end += 1;
      notes.push({ pitch, start: t * stepQuarters, end: end * stepQuarters, velocity: VELOCITY });
    }
  });
  return { notes, quarters: roll.length * stepQuarters };
}

/**
 * A step as a multi-hot vector.
 *
 * @param values written at `at` to `at + 87`: 1 for a key that sounds; zeros must stand there.
 */
export function writeKeys(pitches: readonly number[], values: Float32Array, at = 0): void {
  for (const pitch of pitches) values[at + pitch - LOWEST_PITCH] = 1;
}

/** The pitches of a multi-hot vector of 88 numbers: those of a half or more. */
export function readKeys(values: ArrayLike<number>, at = 0): number[] {
  const pitches: number[] = [];
  for (let key = 0; key < PIANO_KEYS; key++) if (values[at + key]! >= 0.5) pitches.push(LOWEST_PITCH + key);
  return pitches;
}
