/** The notes of a MIDI file, each with its beginning and end. */
import { RecurraError } from "../core/errors.ts";
import { requireOption } from "../core/require-option.ts";
import { requireNames } from "../core/require-options.ts";
import type { MidiEvent, MidiFile } from "./midi-file.ts";

/** One sounding note. */
export interface MidiNote {
  /** 0 to 127; 60 is middle C. */
  readonly pitch: number;
  /** Beginning and end in quarter notes from the beginning of the piece; the end is later than the beginning. */
  readonly start: number;
  readonly end: number;
  /** 1 to 127. */
  readonly velocity: number;
}

/** Notes by rising start, then pitch, with the length of the piece. */
export interface MidiPiece {
  readonly notes: readonly MidiNote[];
  /** Quarter notes from the beginning of the piece to its end, silence at the end included. */
  readonly quarters: number;
}

const PERCUSSION = 9;
/** What a file holds that sets no tempo. */
const DEFAULT_BEATS_PER_MINUTE = 120;
const TICKS_PER_QUARTER = 480;

/** By start, then pitch, then end. */
function inOrder(a: MidiNote, b: MidiNote): number {
  return a.start - b.start || a.pitch - b.pitch || a.end - b.end;
}

/** Ticks a quarter note; a file in film frames is read at 120 quarters a minute. */
function ticksPerQuarterOf({ division }: MidiFile): number {
  if ("ticksPerQuarter" in division) return division.ticksPerQuarter;
  // 29 stands for 30 · 1000 / 1001 frames a second
  const framesPerSecond = division.framesPerSecond === 29 ? 30_000 / 1001 : division.framesPerSecond;
  return (framesPerSecond * division.ticksPerFrame * 60) / DEFAULT_BEATS_PER_MINUTE;
}

/**
 * The notes of all tracks together, without percussion (channel 10, here 9).
 *
 * A note ends at its note-off, where the same key of the same channel is struck again, or at the end of its track. A note-off without a note is passed over, and so is a note of no length.
 *
 * @param where the file's name, for messages.
 * @throws unsupported for a file of format 2, whose tracks are pieces of their own.
 */
export function midiToNotes(file: MidiFile, where: string): MidiPiece {
  if (file.format === 2) {
    throw new RecurraError("unsupported", {
      where,
      expected: "a MIDI file of format 0 or 1",
      got: "format 2, whose tracks are pieces of their own",
    });
  }
  const ticksPerQuarter = ticksPerQuarterOf(file);
  const notes: MidiNote[] = [];
  let lastTick = 0;
  for (const { events, endTick } of file.tracks) {
    const sounding = new Map<number, { readonly tick: number; readonly velocity: number }>();
    const end = (key: number, tick: number): void => {
      const begun = sounding.get(key);
      sounding.delete(key);
      if (begun === undefined || begun.tick === tick) return;
      const start = begun.tick / ticksPerQuarter;
      notes.push({ pitch: key % 128, start, end: tick / ticksPerQuarter, velocity: begun.velocity });
    };
    for (const event of events) {
      if ((event.kind !== "note-on" && event.kind !== "note-off") || event.channel === PERCUSSION) continue;
      const key = event.channel * 128 + event.pitch;
      end(key, event.tick);
      if (event.kind === "note-on") sounding.set(key, { tick: event.tick, velocity: event.velocity });
    }
    for (const key of [...sounding.keys()]) end(key, endTick);
    lastTick = Math.max(lastTick, endTick);
  }
  return { notes: notes.sort(inOrder), quarters: lastTick / ticksPerQuarter };
}

export interface NotesToMidiOptions {
  /** Quarter notes a minute, 4 to 60,000,000; default 120, what a file without a tempo means. */
  readonly tempo?: number;
}

/**
 * A MIDI file of format 0 that plays the notes on channel 1: `midiToNotes` gives them back, times rounded to 1/480 of a quarter.
 *
 * @throws option when the tempo is out of range, or a note has no length.
 *
 * @example
 * ```ts
 * import { writeMidi } from "recurra/interop";
 * const chord = [60, 64, 67].map((pitch) => ({ pitch, start: 0, end: 2, velocity: 80 }));
 * const bytes = writeMidi(notesToMidi({ notes: chord, quarters: 2 }, { tempo: 96 }));
 * ```
 */
export function notesToMidi(piece: MidiPiece, options: NotesToMidiOptions = {}): MidiFile {
  requireNames("notesToMidi", options, ["tempo"]);
  const { tempo = DEFAULT_BEATS_PER_MINUTE } = options;
  requireOption(
    "notesToMidi, tempo",
    tempo,
    tempo >= 4 && tempo <= 60_000_000,
    "quarter notes a minute from 4 to 60000000",
  );
  const tickOf = (quarters: number): number => Math.round(quarters * TICKS_PER_QUARTER);
  const events: MidiEvent[] = [];
  let endTick = tickOf(piece.quarters);
  for (const { pitch, start, end, velocity } of piece.notes) {
    const [from, to] = [tickOf(start), tickOf(end)];
    if (!(to > from)) {
      throw new RecurraError("option", {
        where: "notesToMidi, notes",
        expected: "notes that end later than they begin, by 1/480 of a quarter or more",
        got: `pitch ${pitch} from ${start} to ${end}`,
      });
    }
    events.push({ kind: "note-on", tick: from, channel: 0, pitch, velocity });
    events.push({ kind: "note-off", tick: to, channel: 0, pitch, velocity: 0 });
    endTick = Math.max(endTick, to);
  }
  // at one tick a key is let go before it is struck again
  events.sort((a, b) => a.tick - b.tick || (a.kind === b.kind ? 0 : a.kind === "note-off" ? -1 : 1));
  const microsecondsPerQuarter = Math.round(60_000_000 / tempo);
  const all: MidiEvent[] = [{ kind: "tempo", tick: 0, microsecondsPerQuarter }, ...events];
  return { format: 0, division: { ticksPerQuarter: TICKS_PER_QUARTER }, tracks: [{ events: all, endTick }] };
}
