/** Music as a stream of events, and events as tokens. */
import { requireInteger } from "../../core/require-option.ts";
import type { MidiNote, MidiPiece } from "../../interop/midi-notes.ts";
import { HIGHEST_PITCH, LOWEST_PITCH, PIANO_KEYS } from "./piano-roll.ts";

export interface MidiEventVocabularyOptions {
  /** Time units a quarter note; default 12: a sixteenth is 3 of them, a triplet's eighth 4. */
  readonly unitsPerQuarter?: number;
  /** The longest time that one token passes, in units; default four quarters. Longer times take several tokens. */
  readonly longestShift?: number;
}

/** What `toJSON` gives. */
export interface MidiEventVocabularyJson {
  readonly kind: "events";
  readonly unitsPerQuarter: number;
  readonly longestShift: number;
}

const DEFAULT_UNITS_PER_QUARTER = 12;
const DEFAULT_QUARTERS = 4;
const VELOCITY = 80;
const OFF = PIANO_KEYS;
const SHIFT = 2 * PIANO_KEYS;

/** Notes in units, overlaps of one pitch resolved. */
interface UnitNote {
  readonly pitch: number;
  readonly start: number;
  end: number;
}

/**
 * Tokens of a piece: 88 note-ons, 88 note-offs, time shifts of 1 to `longestShift` units, and the end.
 *
 * Velocities and channels are no part of it. At one time note-offs come first, lower keys first; so `encode` gives one stream for one piece, and
 * `encode(decode(encode(piece)))` is the same stream.
 *
 * Source: Oore, Simon, Dieleman, Eck and Simonyan 2018, arXiv 1808.03715, section 3.2, here without velocity and with time in shares of a quarter note instead of 10 ms.
 *
 * @example
 * ```ts
 * const vocabulary = new MidiEventVocabulary();
 * const ids = vocabulary.encode({ notes: [{ pitch: 60, start: 0, end: 1, velocity: 80 }], quarters: 1 });
 * Array.from(ids, (id) => vocabulary.nameOf(id)); // ["on 60", "wait 12", "off 60"]
 * ```
 */
export class MidiEventVocabulary {
  readonly unitsPerQuarter: number;
  readonly longestShift: number;

  constructor(options: MidiEventVocabularyOptions = {}) {
    const { unitsPerQuarter = DEFAULT_UNITS_PER_QUARTER } = options;
    const { longestShift = DEFAULT_QUARTERS * unitsPerQuarter } = options;
    requireInteger("MidiEventVocabulary, unitsPerQuarter", unitsPerQuarter, 1, 480);
    requireInteger("MidiEventVocabulary, longestShift", longestShift, 1, 10_000);
    this.unitsPerQuarter = unitsPerQuarter;
    this.longestShift = longestShift;
  }

  /** Tokens in all. */
  get size(): number {
    return SHIFT + this.longestShift + 1;
  }

  /** The token that ends a piece; `encode` does not write it. */
  get endId(): number {
    return this.size - 1;
  }

  /** `on 60`, `off 60`, `wait 12`, `end`. */
  nameOf(id: number): string {
    if (id < OFF) return `on ${LOWEST_PITCH + id}`;
    if (id < SHIFT) return `off ${LOWEST_PITCH + id - OFF}`;
    return id < this.endId ? `wait ${id - SHIFT + 1}` : "end";
  }

  /** The notes that a piano has, in units; a note is 1 unit long at least, and ends where its key is struck again. */
  #unitNotes(notes: readonly MidiNote[]): UnitNote[] {
    const last = new Map<number, UnitNote>();
    const result: UnitNote[] = [];
    const toUnits = (quarters: number): number => Math.round(quarters * this.unitsPerQuarter);
    const sorted = notes
      .filter(({ pitch }) => pitch >= LOWEST_PITCH && pitch <= HIGHEST_PITCH)
      .map(({ pitch, start, end }) => ({ pitch, start: toUnits(start), end: toUnits(end) }))
      .sort((a, b) => a.start - b.start || a.pitch - b.pitch || a.end - b.end);
    for (const { pitch, start, end } of sorted) {
      const note = { pitch, start, end: Math.max(start + 1, end) };
      const before = last.get(pitch);
      if (before?.start === start) {
        before.end = note.end;
        continue;
      }
      if (before !== undefined) before.end = Math.min(before.end, start);
      last.set(pitch, note);
      result.push(note);
    }
    return result;
  }

  /** The tokens of a piece, without the end. Silence after the last note is left out. */
  encode(piece: MidiPiece): Int32Array {
    const events = this.#unitNotes(piece.notes).flatMap(({ pitch, start, end }) => [
      { time: start, id: pitch - LOWEST_PITCH },
      { time: end, id: OFF + pitch - LOWEST_PITCH },
    ]);
    const rank = (id: number): number => (id >= OFF ? id - OFF : id + OFF);
    events.sort((a, b) => a.time - b.time || rank(a.id) - rank(b.id));
    const ids: number[] = [];
    let now = 0;
    for (const { time, id } of events) {
      for (; now < time; now = Math.min(time, now + this.longestShift)) {
        ids.push(SHIFT + Math.min(time - now, this.longestShift) - 1);
      }
      ids.push(id);
    }
    return Int32Array.from(ids);
  }

  /**
   * The piece of any tokens, also of those that no piece has: a note-off of a silent key is passed over, a key struck while it sounds begins a new note, what sounds at the
   * end ends there, and nothing after an end token is read.
   */
  decode(ids: ArrayLike<number>): MidiPiece {
    const notes: MidiNote[] = [];
    const sounding = new Map<number, number>();
    let now = 0;
    const end = (pitch: number): void => {
      const start = sounding.get(pitch);
      sounding.delete(pitch);
      if (start === undefined || start === now) return;
      notes.push({
        pitch,
        start: start / this.unitsPerQuarter,
        end: now / this.unitsPerQuarter,
        velocity: VELOCITY,
      });
    };
    for (let i = 0; i < ids.length && ids[i] !== this.endId; i++) {
      const id = ids[i]!;
      if (id >= SHIFT) now += id - SHIFT + 1;
      else {
        end(LOWEST_PITCH + (id % PIANO_KEYS));
        if (id < OFF) sounding.set(LOWEST_PITCH + id, now);
      }
    }
    for (const pitch of [...sounding.keys()]) end(pitch);
    notes.sort((a, b) => a.start - b.start || a.pitch - b.pitch);
    return { notes, quarters: now / this.unitsPerQuarter };
  }

  toJSON(): MidiEventVocabularyJson {
    return { kind: "events", unitsPerQuarter: this.unitsPerQuarter, longestShift: this.longestShift };
  }
}
