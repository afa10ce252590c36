/** Writes Standard MIDI Files. */
import { isInteger } from "../core/is-integer.ts";
import { requireInteger, requireOption } from "../core/require-option.ts";
import type { MidiDivision, MidiEvent, MidiFile, MidiTrack } from "./midi-file.ts";

const LARGEST_VARIABLE_LENGTH = 2 ** 28 - 1;

function require(right: boolean, what: string, expected: string, got: unknown): void {
  requireOption(`writeMidi, ${what}`, got, right, expected);
}

function requireWhole(what: string, value: number, least: number, most: number): number {
  requireInteger(`writeMidi, ${what}`, value, least, most);
  return value;
}

/** Groups of seven bits, the highest first; all but the last have the high bit set. */
function pushVariableLength(bytes: number[], value: number): void {
  requireWhole("a time or length", value, 0, LARGEST_VARIABLE_LENGTH);
  for (let shift = 21; shift > 0; shift -= 7) if (value >= 2 ** shift) bytes.push(((value >>> shift) & 0x7f) | 0x80);
  bytes.push(value & 0x7f);
}

function pushBlock(bytes: number[], data: Uint8Array): void {
  pushVariableLength(bytes, data.length);
  for (const byte of data) bytes.push(byte);
}

function pushEvent(bytes: number[], event: MidiEvent): void {
  switch (event.kind) {
    case "note-on":
    case "note-off": {
      const on = event.kind === "note-on";
      const channel = requireWhole("channel", event.channel, 0, 15);
      const pitch = requireWhole("pitch", event.pitch, 0, 127);
      const velocity = requireWhole(`velocity of a ${event.kind}`, event.velocity, on ? 1 : 0, 127);
      bytes.push((on ? 0x90 : 0x80) | channel, pitch, velocity);
      return;
    }
    case "tempo": {
      const tempo = requireWhole("microsecondsPerQuarter", event.microsecondsPerQuarter, 1, 2 ** 24 - 1);
      bytes.push(0xff, 0x51, 3, tempo >>> 16, (tempo >>> 8) & 0xff, tempo & 0xff);
      return;
    }
    case "channel": {
      requireWhole("status of a channel message", event.status, 0xa0, 0xef);
      const count = event.status >= 0xc0 && event.status < 0xe0 ? 1 : 2;
      require(event.data.length === count, "a channel message", `${count} data bytes`, event.data);
      bytes.push(event.status);
      for (const byte of event.data) bytes.push(requireWhole("a data byte", byte, 0, 127));
      return;
    }
    case "meta":
      requireWhole("type of a meta event", event.type, 0, 127);
      require(event.type !== 0x2f && event.type !== 0x51, "a meta event", "neither end of track nor tempo", event.type);
      bytes.push(0xff, event.type);
      pushBlock(bytes, event.data);
      return;
    case "system-exclusive":
      bytes.push(event.status);
      pushBlock(bytes, event.data);
  }
}

function trackBytes(track: MidiTrack): number[] {
  const bytes: number[] = [];
  let tick = 0;
  const advance = (to: number): void => {
    require(isInteger(to, tick), "tick", `an integer of ${tick} or more, by rising tick`, to);
    pushVariableLength(bytes, to - tick);
    tick = to;
  };
  for (const event of track.events) {
    advance(event.tick);
    pushEvent(bytes, event);
  }
  advance(track.endTick);
  bytes.push(0xff, 0x2f, 0);
  return bytes;
}

function divisionWord(division: MidiDivision): number {
  if ("ticksPerQuarter" in division) return requireWhole("ticksPerQuarter", division.ticksPerQuarter, 1, 0x7fff);
  const { framesPerSecond, ticksPerFrame } = division;
  require([24, 25, 29, 30].includes(framesPerSecond), "framesPerSecond", "24, 25, 29 or 30", framesPerSecond);
  return (256 - framesPerSecond) * 256 + requireWhole("ticksPerFrame", ticksPerFrame, 1, 255);
}

/**
 * Writes a Standard MIDI File: `readMidi` gives the same file back.
 *
 * Every event is written with its status byte, without running status, so that no reader need know it.
 *
 * @throws option when an event is out of the range that the format has for it, or ticks fall.
 * Source: MIDI Manufacturers Association 1996, "Standard MIDI Files 1.0" (RP-001).
 *
 * @example
 * ```ts
 * const bytes = writeMidi({ format: 0, division: { ticksPerQuarter: 480 }, tracks: [{ events, endTick: 1920 }] });
 * ```
 */
export function writeMidi(file: MidiFile): Uint8Array {
  const { format, division, tracks } = file;
  require(format !== 0 || tracks.length === 1, "tracks", "1 track in a file of format 0", tracks.length);
  requireWhole("tracks", tracks.length, 1, 0xffff);
  const contents = tracks.map(trackBytes);
  const bytes = new Uint8Array(14 + contents.reduce((total, content) => total + 8 + content.length, 0));
  const view = new DataView(bytes.buffer);
  const putId = (at: number, id: string): void => {
    for (let i = 0; i < id.length; i++) bytes[at + i] = id.charCodeAt(i);
  };
  putId(0, "MThd");
  view.setUint32(4, 6);
  view.setUint16(8, format);
  view.setUint16(10, tracks.length);
  view.setUint16(12, divisionWord(division));
  let at = 14;
  for (const content of contents) {
    putId(at, "MTrk");
    view.setUint32(at + 4, content.length);
    bytes.set(content, at + 8);
    at += 8 + content.length;
  }
  return bytes;
}
