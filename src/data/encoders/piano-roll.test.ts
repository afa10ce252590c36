import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { midiToNotes, notesToMidi, readMidi, writeMidi } from "../../interop/index.ts";
import { notesToRoll, type PianoRoll, readKeys, rollToNotes, writeKeys } from "./piano-roll.ts";

const step = fc
  .uniqueArray(fc.integer({ min: 21, max: 108 }), { maxLength: 6 })
  .map((each) => each.sort((a, b) => a - b));
const rolls = fc.array(step, { maxLength: 20 });

describe("piano rolls", () => {
  it("come back from notes, from MIDI bytes and from multi-hot vectors, at any step length", () => {
    fc.assert(
      fc.property(rolls, fc.constantFrom(1, 0.25, 0.5, 1 / 3), (roll, stepQuarters) => {
        const notes = rollToNotes(roll, { stepQuarters });
        expect(notesToRoll(notes, { stepQuarters })).toEqual(roll);
        const bytes = writeMidi(notesToMidi(notes, { tempo: 90 }));
        const back = midiToNotes(readMidi(bytes, "a.mid"), "a.mid");
        expect(notesToRoll(back, { stepQuarters })).toEqual(roll);
        const values = new Float32Array(88 * roll.length);
        roll.forEach((pitches, t) => {
          writeKeys(pitches, values, 88 * t);
        });
        expect(roll.map((_, t) => readKeys(values, 88 * t))).toEqual(roll);
      }),
      { numRuns: 100, seed: 1 },
    );
  });

  it("hold a key that sounds in steps behind each other as one note", () => {
    const roll: PianoRoll = [[60, 64], [60], [60, 64], []];
    expect(rollToNotes(roll).notes.map(({ pitch, start, end }) => [pitch, start, end])).toEqual([
      [60, 0, 3],
      [64, 0, 1],
      [64, 2, 3],
    ]);
    expect(rollToNotes(roll).quarters).toBe(4);
  });

  it("put beginnings and ends at the nearest step, one step at least, within the piano", () => {
    const note = (pitch: number, start: number, end: number) => ({ pitch, start, end, velocity: 80 });
    const notes = [note(60, 0.4, 0.6), note(64, 0.6, 2.4), note(62, 2.9, 3.1), note(20, 0, 4), note(109, 0, 4)];
    expect(notesToRoll({ notes, quarters: 2 })).toEqual([[60], [64], [], [62]]);
    expect(() => notesToRoll({ notes, quarters: 2 }, { stepQuarters: 0 })).toThrow("a length above 0");
    expect(() => rollToNotes([], { stepQuarters: Number.NaN })).toThrow("a length above 0");
  });
});
