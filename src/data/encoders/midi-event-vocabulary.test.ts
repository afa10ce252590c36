import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { MidiEventVocabulary } from "./midi-event-vocabulary.ts";

const vocabulary = new MidiEventVocabulary({ unitsPerQuarter: 4, longestShift: 6 });
const named = (ids: ArrayLike<number>) => Array.from(ids, (id) => vocabulary.nameOf(id)).join(", ");
const note = (pitch: number, start: number, end: number) => ({ pitch, start, end, velocity: 80 });

describe("MidiEventVocabulary", () => {
  it("writes a piece as events in order, long times as several tokens", () => {
    const notes = [note(64, 0, 2), note(60, 0, 1), note(60, 1, 4.25)];
    expect(named(vocabulary.encode({ notes, quarters: 9 }))).toBe(
      "on 60, on 64, wait 4, off 60, on 60, wait 4, off 64, wait 6, wait 3, off 60",
    );
  });

  it("decode(encode(piece)) is the piece on the grid; encode(decode(ids)) of that is the same stream", () => {
    const piece = fc.array(
      fc.record({
        pitch: fc.integer({ min: 19, max: 110 }),
        start: fc.integer({ min: 0, max: 400 }),
        length: fc.integer({ min: 1, max: 100 }),
      }),
      { maxLength: 20 },
    );
    fc.assert(
      fc.property(piece, (made) => {
        const notes = made.map(({ pitch, start, length }) => note(pitch, start / 10, (start + length) / 10));
        const ids = vocabulary.encode({ notes, quarters: 60 });
        const decoded = vocabulary.decode(ids);
        expect(vocabulary.encode(decoded)).toEqual(ids);
        // every pitch of the piano that begins somewhere begins at its nearest unit
        const begun = new Set(
          notes
            .filter(({ pitch }) => pitch >= 21 && pitch <= 108)
            .map(({ pitch, start }) => `${pitch} ${Math.round(start * 4) / 4}`),
        );
        expect(new Set(decoded.notes.map(({ pitch, start }) => `${pitch} ${start}`))).toEqual(begun);
        for (const { start, end } of decoded.notes) expect(end).toBeGreaterThan(start);
      }),
      { numRuns: 200, seed: 1 },
    );
  });

  it("makes a piece of any tokens: offs of silence, ons of sounding keys, what never ends, an early end", () => {
    const idOf = (name: string) => {
      for (let id = 0; id < vocabulary.size; id++) if (vocabulary.nameOf(id) === name) return id;
      return -1;
    };
    const ids = "off 60, on 60, wait 2, on 60, on 62, wait 1, end, on 70, wait 4".split(", ").map(idOf);
    expect(vocabulary.decode(ids)).toEqual({
      notes: [note(60, 0, 0.5), note(60, 0.5, 0.75), note(62, 0.5, 0.75)],
      quarters: 0.75,
    });
    const anyIds = fc.array(fc.integer({ min: 0, max: vocabulary.size - 1 }), { maxLength: 60 });
    fc.assert(
      fc.property(anyIds, (random) => {
        for (const { start, end } of vocabulary.decode(random).notes) expect(end).toBeGreaterThan(start);
      }),
      { numRuns: 200, seed: 1 },
    );
  });

  it("has a name for each token, the end last, and refuses sizes out of range", () => {
    const names = Array.from({ length: vocabulary.size }, (_, id) => vocabulary.nameOf(id));
    expect(new Set(names).size).toBe(88 + 88 + 6 + 1);
    expect(names[vocabulary.endId]).toBe("end");
    expect(new MidiEventVocabulary().size).toBe(225);
    expect(() => new MidiEventVocabulary({ unitsPerQuarter: 0 })).toThrow(
      "unitsPerQuarter: expected an integer from 1",
    );
    expect(() => new MidiEventVocabulary({ longestShift: 1.5 })).toThrow("longestShift");
  });
});
