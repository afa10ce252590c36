import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { MidiEvent, MidiFile, MidiTrack } from "./midi-file.ts";
import { type MidiNote, midiToNotes, notesToMidi } from "./midi-notes.ts";
import { readMidi } from "./read-midi.ts";
import { writeMidi } from "./write-midi.ts";

const on = (tick: number, pitch: number, channel = 0): MidiEvent => ({
  kind: "note-on",
  tick,
  channel,
  pitch,
  velocity: 64,
});
const off = (tick: number, pitch: number, channel = 0): MidiEvent => ({
  kind: "note-off",
  tick,
  channel,
  pitch,
  velocity: 0,
});
const fileOf = (...tracks: MidiTrack[]): MidiFile => ({ format: 1, division: { ticksPerQuarter: 100 }, tracks });
const spans = (notes: readonly MidiNote[]) => notes.map(({ pitch, start, end }) => [pitch, start, end]);

describe("midiToNotes", () => {
  it("joins the tracks, and leaves percussion out", () => {
    const { notes, quarters } = midiToNotes(
      fileOf(
        { events: [on(100, 64), off(200, 64)], endTick: 200 },
        { events: [on(0, 60), on(0, 35, 9), off(150, 60), off(150, 35, 9)], endTick: 400 },
      ),
      "a.mid",
    );
    expect(notes).toEqual([
      { pitch: 60, start: 0, end: 1.5, velocity: 64 },
      { pitch: 64, start: 1, end: 2, velocity: 64 },
    ]);
    expect(quarters).toBe(4);
  });

  it("ends a note where its key is struck again and at the end of the track; channels do not end each other", () => {
    const events = [off(0, 60), on(0, 60), on(10, 60, 1), on(100, 60), on(100, 70), off(100, 70), off(150, 60, 1)];
    const { notes } = midiToNotes(fileOf({ events, endTick: 300 }), "a.mid");
    expect(spans(notes)).toEqual([
      [60, 0, 1],
      [60, 0.1, 1.5],
      [60, 1, 3],
    ]);
  });

  it("reads film frames at 120 quarters a minute, and no file of format 2", () => {
    const frames = { framesPerSecond: 25, ticksPerFrame: 40 };
    const track = { events: [on(0, 60), off(1000, 60)], endTick: 1000 };
    const { notes } = midiToNotes({ format: 0, division: frames, tracks: [track] }, "a.mid");
    expect(spans(notes)).toEqual([[60, 0, 2]]);
    expect(() => midiToNotes({ ...fileOf(track), format: 2 }, "a.mid")).toThrowErrorMatchingInlineSnapshot(
      `[RecurraError: a.mid: expected a MIDI file of format 0 or 1, got format 2, whose tracks are pieces of their own.]`,
    );
  });
});

describe("notesToMidi", () => {
  it("gives notes that read back the same, through bytes, at any tempo", () => {
    const note = fc.record({
      pitch: fc.integer({ min: 0, max: 127 }),
      start: fc.integer({ min: 0, max: 400 }),
      length: fc.integer({ min: 1, max: 40 }),
      velocity: fc.integer({ min: 1, max: 127 }),
    });
    const tune = fc.uniqueArray(note, { selector: ({ pitch }) => pitch, maxLength: 30 });
    fc.assert(
      fc.property(tune, fc.integer({ min: 4, max: 400 }), (made, tempo) => {
        const notes = made
          .map(({ pitch, start, length, velocity }) => ({
            pitch,
            start: start / 8,
            end: (start + length) / 8,
            velocity,
          }))
          .sort((a, b) => a.start - b.start || a.pitch - b.pitch);
        const bytes = writeMidi(notesToMidi({ notes, quarters: 60 }, { tempo }));
        const file = readMidi(bytes, "a.mid");
        expect(midiToNotes(file, "a.mid")).toEqual({ notes, quarters: 60 });
        expect(file.tracks[0]!.events[0]).toEqual({
          kind: "tempo",
          tick: 0,
          microsecondsPerQuarter: Math.round(60e6 / tempo),
        });
      }),
      { numRuns: 100, seed: 1 },
    );
  });

  it("strikes a key again at the tick where it was let go", () => {
    const notes = [0, 1].map((start) => ({ pitch: 60, start, end: start + 1, velocity: 80 }));
    expect(spans(midiToNotes(notesToMidi({ notes, quarters: 2 }), "a.mid").notes)).toEqual([
      [60, 0, 1],
      [60, 1, 2],
    ]);
  });

  it("refuses a tempo out of range and a note without length", () => {
    const piece = { notes: [{ pitch: 60, start: 1, end: 1, velocity: 80 }], quarters: 2 };
    expect(() => notesToMidi(piece)).toThrow("notes that end later than they begin");
    expect(() => notesToMidi(piece, { tempo: 3 })).toThrow("notesToMidi, tempo: expected quarter notes a minute");
    expect(() => notesToMidi(piece, { tempo: Number.NaN })).toThrow("notesToMidi, tempo");
  });
});

it("notes and files are asked for where something else is given", () => {
  for (const wrong of [undefined, "tune.mid", [77, 84], new ArrayBuffer(14)]) {
    expect(() => readMidi(wrong as never, "tune.mid")).toThrow("tune.mid: expected the bytes of a file, got ");
  }
  expect(() => notesToMidi({ notes: [], quarters: 1 }, { tmepo: 90 } as never)).toThrow(
    'notesToMidi: expected options of tempo, got "tmepo". Did you mean tempo?',
  );
});
