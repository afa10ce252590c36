import fc from "fast-check";
import { parseMidi, writeMidi as writeByOracle } from "midi-file";
import { describe, expect, it } from "vitest";
import { RecurraError } from "../core/errors.ts";
import type { MidiEvent, MidiFile } from "./midi-file.ts";
import { readMidi } from "./read-midi.ts";
import { writeMidi } from "./write-midi.ts";

const byte = (most: number) => fc.integer({ min: 0, max: most });
const block = fc.uint8Array({ maxLength: 200 });
const twoBytes = fc.constantFrom(0xa0, 0xb0, 0xe0);
const oneByte = fc.constantFrom(0xc0, 0xd0);
/** An event without its tick. */
const eventAt = (tick: number): fc.Arbitrary<MidiEvent> => {
  const data = (length: number) => fc.uint8Array({ minLength: length, maxLength: length, max: 127 });
  const channelMessage = (command: fc.Arbitrary<number>, length: number) =>
    fc
      .record({ command, channel: byte(15), data: data(length) })
      .map(({ command, channel, data }): MidiEvent => ({ kind: "channel", tick, status: command | channel, data }));
  const key = { tick: fc.constant(tick), channel: byte(15), pitch: byte(127) };
  return fc.oneof(
    fc.record({ kind: fc.constant("note-on" as const), ...key, velocity: fc.integer({ min: 1, max: 127 }) }),
    fc.record({ kind: fc.constant("note-off" as const), ...key, velocity: byte(127) }),
    channelMessage(twoBytes, 2),
    channelMessage(oneByte, 1),
    fc
      .integer({ min: 1, max: 2 ** 24 - 1 })
      .map((microsecondsPerQuarter): MidiEvent => ({ kind: "tempo", tick, microsecondsPerQuarter })),
    fc
      .record({ type: byte(127).filter((type) => type !== 0x2f && type !== 0x51), data: block })
      .map(({ type, data }): MidiEvent => ({ kind: "meta", tick, type, data })),
    fc
      .record({ status: fc.constantFrom(0xf0 as const, 0xf7 as const), data: block })
      .map(({ status, data }): MidiEvent => ({ kind: "system-exclusive", tick, status, data })),
  );
};
const delta = fc.oneof(byte(3), byte(200), byte(100_000), byte(2 ** 27));
const track = fc.array(delta, { minLength: 1, maxLength: 12 }).chain((deltas) => {
  let tick = 0;
  const ticks = deltas.map((each) => {
    tick += each;
    return tick;
  });
  const events = ticks.slice(0, -1).map(eventAt);
  return fc.tuple(...events).map((made) => ({ events: made as MidiEvent[], endTick: tick }));
});
const division = fc.oneof(
  fc.integer({ min: 1, max: 0x7fff }).map((ticksPerQuarter) => ({ ticksPerQuarter })),
  fc.record({ framesPerSecond: fc.constantFrom(24, 25, 29, 30), ticksPerFrame: fc.integer({ min: 1, max: 255 }) }),
);
const file: fc.Arbitrary<MidiFile> = fc.oneof(
  track.chain((only) => division.map((made): MidiFile => ({ format: 0, division: made, tracks: [only] }))),
  fc.record({
    format: fc.constantFrom(1 as const, 2 as const),
    division,
    tracks: fc.array(track, { minLength: 1, maxLength: 3 }),
  }),
);

/** Without the meta events whose length the peer takes for granted. */
function withoutText(made: MidiFile): MidiFile {
  const tracks = made.tracks.map(({ events, endTick }) => ({
    events: events.filter(({ kind }) => kind !== "meta"),
    endTick,
  }));
  return { ...made, tracks };
}

/** A file of one track with this content. */
function withTrack(...content: number[]): Uint8Array {
  const header = [0x4d, 0x54, 0x68, 0x64, 0, 0, 0, 6, 0, 0, 0, 1, 0, 96];
  return Uint8Array.from([
    ...header,
    0x4d,
    0x54,
    0x72,
    0x6b,
    0,
    0,
    content.length >> 8,
    content.length & 255,
    ...content,
  ]);
}
const END = [0, 0xff, 0x2f, 0];

describe("readMidi and writeMidi", () => {
  it("read(write(file)) is the file, for 300 generated files of all formats and events", () => {
    fc.assert(
      fc.property(file, (made) => {
        expect(readMidi(writeMidi(made), "made.mid")).toEqual(made);
      }),
      { numRuns: 300, seed: 1 },
    );
  });

  it("reads notes, tempos and times as the package midi-file does", () => {
    fc.assert(
      fc.property(file.map(withoutText), (made) => {
        const oracle = parseMidi(writeMidi(made));
        expect(oracle.header.format).toBe(made.format);
        expect(oracle.tracks).toHaveLength(made.tracks.length);
        oracle.tracks.forEach((events, i) => {
          let tick = 0;
          const found: unknown[] = [];
          for (const event of events) {
            tick += event.deltaTime;
            if (event.type === "noteOn") found.push(["on", tick, event.channel, event.noteNumber, event.velocity]);
            if (event.type === "noteOff") found.push(["off", tick, event.channel, event.noteNumber, event.velocity]);
            if (event.type === "setTempo") found.push(["tempo", tick, event.microsecondsPerBeat]);
          }
          const own = made.tracks[i]!.events.flatMap((event): unknown[] => {
            if (event.kind === "tempo") return [["tempo", event.tick, event.microsecondsPerQuarter]];
            if (event.kind !== "note-on" && event.kind !== "note-off") return [];
            return [[event.kind.slice(5), event.tick, event.channel, event.pitch, event.velocity]];
          });
          expect(found).toEqual(own);
          expect(tick).toBe(made.tracks[i]!.endTick);
        });
      }),
      { numRuns: 100, seed: 2 },
    );
  });

  it("reads what the package midi-file writes, with running status and note-offs as note-ons of velocity 0", () => {
    const notes = [60, 64, 67].flatMap((noteNumber, i) => [
      { deltaTime: i * 7, type: "noteOn" as const, channel: 2, noteNumber, velocity: 90 },
      { deltaTime: 200, type: "noteOff" as const, channel: 2, noteNumber, velocity: 0 },
    ]);
    const end = { deltaTime: 5, type: "endOfTrack" as const, meta: true as const };
    const midi = { header: { format: 0 as const, numTracks: 1, ticksPerBeat: 96 }, tracks: [[...notes, end]] };
    const bytes = Uint8Array.from(writeByOracle(midi, { running: true, useByte9ForNoteOff: true }));
    const { tracks } = readMidi(bytes, "oracle.mid");
    let tick = 0;
    const expected = notes.map(({ deltaTime, type, channel, noteNumber, velocity }) => {
      tick += deltaTime;
      return { kind: type === "noteOn" ? "note-on" : "note-off", tick, channel, pitch: noteNumber, velocity };
    });
    expect(tracks).toEqual([{ events: expected, endTick: tick + 5 }]);
  });

  it("reads the example of the standard, format 0 with running status", () => {
    // RP-001, "Midi Files, example": 4/4, 120 a minute, three notes; the first two held
    const bytes = withTrack(
      ...[0x00, 0xff, 0x58, 0x04, 0x04, 0x02, 0x18, 0x08, 0x00, 0xff, 0x51, 0x03, 0x07, 0xa1, 0x20],
      ...[0x00, 0xc0, 0x05, 0x00, 0xc1, 0x2e, 0x00, 0xc2, 0x46, 0x00, 0x92, 0x30, 0x60, 0x00, 0x3c, 0x60],
      ...[0x60, 0x91, 0x43, 0x40, 0x60, 0x90, 0x4c, 0x20, 0x81, 0x40, 0x82, 0x30, 0x40, 0x00, 0x3c, 0x40],
      ...[0x00, 0x81, 0x43, 0x40, 0x00, 0x80, 0x4c, 0x40, 0x00, 0xff, 0x2f, 0x00],
    );
    const { division: found, tracks } = readMidi(bytes, "example.mid");
    expect(found).toEqual({ ticksPerQuarter: 96 });
    const { events, endTick } = tracks[0]!;
    expect(endTick).toBe(384);
    expect(events.find((event) => event.kind === "tempo")?.microsecondsPerQuarter).toBe(500_000);
    const keys = events.filter((event) => event.kind === "note-on" || event.kind === "note-off");
    expect(keys.map(({ kind, tick, channel, pitch }) => [kind, tick, channel, pitch].join(" "))).toEqual([
      "note-on 0 2 48",
      "note-on 0 2 60",
      "note-on 96 1 67",
      "note-on 192 0 76",
      "note-off 384 2 48",
      "note-off 384 2 60",
      "note-off 384 1 67",
      "note-off 384 0 76",
    ]);
  });

  it("passes over chunks of unknown kinds and longer headers", () => {
    const plain = withTrack(...END);
    const alien = [0x58, 0x59, 0x5a, 0x20, 0, 0, 0, 3, 1, 2, 3];
    const longer = [...plain.slice(0, 7), 8, ...plain.slice(8, 14), 0, 0];
    const bytes = Uint8Array.from([...longer, ...alien, ...plain.slice(14)]);
    expect(readMidi(bytes, "alien.mid")).toEqual(readMidi(plain, "plain.mid"));
  });

  it("says what is wrong with a file, where, in one sentence", () => {
    const said = (bytes: Uint8Array): string => {
      try {
        readMidi(bytes, "a.mid");
      } catch (error) {
        expect(error).toBeInstanceOf(RecurraError);
        return (error as Error).message;
      }
      return "no fault";
    };
    const plain = withTrack(...END);
    const changed = (at: number, ...values: number[]): Uint8Array => {
      const bytes = plain.slice();
      bytes.set(values, at);
      return bytes;
    };
    expect([
      said(new Uint8Array()),
      said(new TextEncoder().encode("RIFF, and some more bytes")),
      said(changed(7, 5)),
      said(changed(9, 3)),
      said(changed(10, 0, 2)),
      said(changed(12, 0, 0)),
      said(changed(12, 0xff, 0x10)),
      said(changed(18, 0, 0, 1, 0)),
      said(plain.subarray(0, -1)),
      said(plain.subarray(0, 14)),
      said(withTrack(0, 0x40, 0x40, ...END)),
      said(withTrack(0, 0x90, 0x90, 0x40, ...END)),
      said(withTrack(0, 0x90, 0x40)),
      said(withTrack(0x81, 0x82, 0x83, 0x84, 0, ...END)),
      said(withTrack(0, 0xf4, ...END)),
      said(withTrack(0, 0xff, 0x51, 2, 7, 7, ...END)),
      said(withTrack(0, 0xff, 0x03, 90, 7, 7, ...END)),
      said(withTrack(0, 0x90, 60, 64)),
    ]).toMatchInlineSnapshot(`
      [
        "a.mid, byte 0: expected a MIDI file, which begins with "MThd", got 0 bytes.",
        "a.mid, byte 0: expected a MIDI file, which begins with "MThd", got "RIFF". This is a RIFF file: take the Standard MIDI File out of it.",
        "a.mid, byte 4: expected a header of 6 bytes or more, 18 at most, got 5.",
        "a.mid, byte 8: expected format 0, 1 or 2, got 3.",
        "a.mid, byte 10: expected 1 track in a file of format 0, got 2.",
        "a.mid, byte 12: expected a division above 0, got 0.",
        "a.mid, byte 12: expected 24, 25, 29 or 30 frames a second and 1 to 255 ticks a frame, got 0xff10.",
        "a.mid, byte 18: expected a chunk of at most 4 bytes, got 256 bytes.",
        "a.mid, byte 18: expected a chunk of at most 3 bytes, got 4 bytes.",
        "a.mid, byte 14: expected 1 tracks, got the end of the file after 0.",
        "a.mid, track 1, byte 23: expected a status byte, 0x80 or above, got 0x40.",
        "a.mid, track 1, byte 24: expected a pitch from 0 to 127, got 0x90.",
        "a.mid, track 1, byte 25: expected a velocity, got the end of the track.",
        "a.mid, track 1, byte 22: expected a time of at most 4 bytes, got a longer one.",
        "a.mid, track 1, byte 23: expected a status byte that a file may hold, got 0xf4.",
        "a.mid, track 1, byte 23: expected a tempo of 3 bytes, above 0, got [7, 7].",
        "a.mid, track 1, byte 25: expected meta event 0x03 within its track, 6 bytes, got 90 bytes.",
        "a.mid, track 1, byte 26: expected an end-of-track event, got the end of the track.",
      ]
    `);
  });

  it("ends with a file or one clear error on 20,000 damaged files", () => {
    const random = fc.sample(file, { numRuns: 40, seed: 3 }).map(writeMidi);
    let faults = 0;
    let state = 1;
    const next = (below: number): number => {
      state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
      return Math.floor((state / 2 ** 32) * below);
    };
    for (let i = 0; i < 20_000; i++) {
      let bytes = random[i % random.length]!.slice();
      const changes = 1 + next(4);
      for (let k = 0; k < changes; k++) bytes[next(bytes.length)] = next(256);
      if (i % 3 === 0) bytes = bytes.slice(0, next(bytes.length));
      try {
        const { tracks } = readMidi(bytes, "damaged.mid");
        for (const { events } of tracks) expect(events.length).toBeLessThan(bytes.length / 2);
      } catch (error) {
        if (!(error instanceof RecurraError) || error.code !== "data") throw error;
        faults++;
      }
    }
    expect(faults).toBeGreaterThan(5_000);
    expect(faults).toBeLessThan(20_000);
  });

  it("refuses to write what a file cannot hold", () => {
    const of = (event: MidiEvent) => () =>
      writeMidi({ format: 0, division: { ticksPerQuarter: 96 }, tracks: [{ events: [event], endTick: 10 }] });
    const on = { kind: "note-on", tick: 0, channel: 0, pitch: 60, velocity: 64 } as const;
    expect(of({ ...on, pitch: 128 })).toThrow("writeMidi, pitch: expected an integer from 0 to 127, got 128.");
    expect(of({ ...on, velocity: 0 })).toThrow("velocity of a note-on: expected an integer from 1 to 127, got 0.");
    expect(of({ ...on, channel: 16 })).toThrow("channel: expected");
    expect(of({ ...on, tick: -1 })).toThrow("tick: expected an integer of 0 or more");
    expect(of({ ...on, tick: 11 })).toThrow("tick: expected an integer of 11 or more, by rising tick, got 10.");
    expect(of({ ...on, tick: 2 ** 28 })).toThrow("a time or length");
    expect(of({ kind: "tempo", tick: 0, microsecondsPerQuarter: 0 })).toThrow("microsecondsPerQuarter");
    expect(of({ kind: "meta", tick: 0, type: 0x2f, data: new Uint8Array() })).toThrow("neither end of track nor tempo");
    expect(of({ kind: "channel", tick: 0, status: 0xc0, data: Uint8Array.of(1, 2) })).toThrow("1 data bytes");
    expect(() => writeMidi({ format: 0, division: { ticksPerQuarter: 96 }, tracks: [] })).toThrow("1 track");
    expect(() => writeMidi({ format: 1, division: { ticksPerQuarter: 0 }, tracks: [] })).toThrow("tracks");
  });
});
