/** Reads Standard MIDI Files. */
import { byteFault, hex } from "../core/byte-fault.ts";
import { shown } from "../core/errors.ts";
import { requireOption } from "../core/require-option.ts";
import type { MidiDivision, MidiEvent, MidiFile, MidiTrack } from "./midi-file.ts";

const HEADER_BYTES = 14;
const CHUNK_BYTES = 8;
const END_OF_TRACK = 0x2f;
const TEMPO = 0x51;
const LONGEST_VARIABLE_LENGTH = 4;

/** A walk over bytes that knows where it is, and never leaves [0, end). */
class Cursor {
  at: number;
  readonly #bytes: Uint8Array;
  readonly #end: number;
  readonly where: string;

  constructor(bytes: Uint8Array, start: number, end: number, where: string) {
    this.#bytes = bytes;
    this.at = start;
    this.#end = end;
    this.where = where;
  }

  get left(): number {
    return this.#end - this.at;
  }

  byte(what: string): number {
    if (this.left < 1) throw byteFault(this.where, this.at, what, "the end of the track");
    return this.#bytes[this.at++]!;
  }

  /** A data byte: its high bit is 0. */
  data(what: string): number {
    const value = this.byte(what);
    if (value >= 0x80) throw byteFault(this.where, this.at - 1, `${what} from 0 to 127`, hex(value));
    return value;
  }

  /** A number of up to 28 bits in groups of seven, the highest first; all groups but the last have the high bit set. */
  variableLength(what: string): number {
    const start = this.at;
    let value = 0;
    for (let i = 0; i < LONGEST_VARIABLE_LENGTH; i++) {
      const byte = this.byte(what);
      value = value * 128 + (byte & 0x7f);
      if (byte < 0x80) return value;
    }
    throw byteFault(this.where, start, `${what} of at most ${LONGEST_VARIABLE_LENGTH} bytes`, "a longer one");
  }

  /** Bytes that begin with how many they are. */
  block(what: string): Uint8Array {
    const start = this.at;
    const length = this.variableLength(`the length of ${what}`);
    if (length > this.left) {
      throw byteFault(this.where, start, `${what} within its track, ${this.left} bytes`, `${length} bytes`);
    }
    this.at += length;
    return this.#bytes.slice(this.at - length, this.at);
  }
}

function readMeta(cursor: Cursor, tick: number): MidiEvent | "end" {
  const start = cursor.at - 1;
  const type = cursor.data("the type of a meta event");
  const data = cursor.block(`meta event ${hex(type)}`);
  if (type === END_OF_TRACK) return "end";
  if (type !== TEMPO) return { kind: "meta", tick, type, data };
  const microsecondsPerQuarter = data.length === 3 ? data[0]! * 65536 + data[1]! * 256 + data[2]! : 0;
  if (microsecondsPerQuarter === 0) {
    throw byteFault(cursor.where, start, "a tempo of 3 bytes, above 0", shown(Array.from(data)));
  }
  return { kind: "tempo", tick, microsecondsPerQuarter };
}

function readChannelMessage(cursor: Cursor, tick: number, status: number): MidiEvent {
  const channel = status & 0x0f;
  const command = status & 0xf0;
  if (command === 0x80 || command === 0x90) {
    const pitch = cursor.data("a pitch");
    const velocity = cursor.data("a velocity");
    const on = command === 0x90 && velocity > 0;
    return { kind: on ? "note-on" : "note-off", tick, channel, pitch, velocity };
  }
  const count = command === 0xc0 || command === 0xd0 ? 1 : 2;
  const data = Uint8Array.from({ length: count }, () => cursor.data("a data byte"));
  return { kind: "channel", tick, status, data };
}

/** The events of one track chunk, whose content the cursor walks. */
function readTrack(cursor: Cursor): MidiTrack {
  const events: MidiEvent[] = [];
  let tick = 0;
  /** The status byte that data bytes without one go on with; 0 while there is none. */
  let running = 0;
  while (cursor.left > 0) {
    tick += cursor.variableLength("a time");
    const start = cursor.at;
    let status = cursor.byte("an event");
    if (status < 0x80) {
      if (running === 0) throw byteFault(cursor.where, start, "a status byte, 0x80 or above", hex(status));
      status = running;
      cursor.at = start;
    }
    if (status === 0xff) {
      running = 0;
      const event = readMeta(cursor, tick);
      if (event === "end") return { events, endTick: tick };
      events.push(event);
    } else if (status === 0xf0 || status === 0xf7) {
      running = 0;
      events.push({ kind: "system-exclusive", tick, status, data: cursor.block("a system-exclusive message") });
    } else if (status > 0xf0) {
      throw byteFault(cursor.where, start, "a status byte that a file may hold", hex(status));
    } else {
      running = status;
      events.push(readChannelMessage(cursor, tick, status));
    }
  }
  throw byteFault(cursor.where, cursor.at, "an end-of-track event", "the end of the track");
}

function readDivision(view: DataView, where: string): MidiDivision {
  const value = view.getUint16(12);
  if (value === 0) throw byteFault(where, 12, "a division above 0", "0");
  if (value < 0x8000) return { ticksPerQuarter: value };
  const framesPerSecond = -view.getInt8(12);
  const ticksPerFrame = view.getUint8(13);
  if (![24, 25, 29, 30].includes(framesPerSecond) || ticksPerFrame === 0) {
    throw byteFault(where, 12, "24, 25, 29 or 30 frames a second and 1 to 255 ticks a frame", hex(value));
  }
  return { framesPerSecond, ticksPerFrame };
}

/**
 * Reads a Standard MIDI File of any format.
 *
 * Running status is resolved, and a note-on of velocity 0 is the note-off that it stands for. Chunks of unknown kinds are passed over, as the standard asks.
 *
 * @param where the file's name, for messages.
 * @throws option when the bytes are none; data, with the byte at fault, when the bytes are no MIDI file, are cut off, or hold what no track may hold.
 * Source: MIDI Manufacturers Association 1996, "Standard MIDI Files 1.0" (RP-001).
 *
 * @example
 * ```ts
 * const file = readMidi(bytes, "tune.mid");
 * console.log(file.tracks.map((track) => track.events.length));
 * ```
 */
export function readMidi(bytes: Uint8Array, where: string): MidiFile {
  requireOption(where, bytes, bytes instanceof Uint8Array, "the bytes of a file");
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const idAt = (at: number): string => String.fromCharCode(...bytes.subarray(at, at + 4));
  const isRiff = idAt(0) === "RIFF";
  if (bytes.length < HEADER_BYTES || idAt(0) !== "MThd") {
    const got = bytes.length < HEADER_BYTES ? `${bytes.length} bytes` : shown(idAt(0));
    const hint = isRiff ? "This is a RIFF file: take the Standard MIDI File out of it." : undefined;
    throw byteFault(where, 0, `a MIDI file, which begins with "MThd"`, got, hint);
  }
  const headerLength = view.getUint32(4);
  const format = view.getUint16(8);
  const count = view.getUint16(10);
  if (headerLength < 6 || headerLength > bytes.length - CHUNK_BYTES) {
    throw byteFault(
      where,
      4,
      `a header of 6 bytes or more, ${bytes.length - CHUNK_BYTES} at most`,
      String(headerLength),
    );
  }
  if (format !== 0 && format !== 1 && format !== 2) throw byteFault(where, 8, "format 0, 1 or 2", String(format));
  if (count === 0 || (format === 0 && count !== 1)) {
    throw byteFault(where, 10, format === 0 ? "1 track in a file of format 0" : "1 track or more", String(count));
  }
  const division = readDivision(view, where);
  const tracks: MidiTrack[] = [];
  let at = CHUNK_BYTES + headerLength;
  while (tracks.length < count) {
    if (at + CHUNK_BYTES > bytes.length) {
      const got = `the end of the file after ${tracks.length}`;
      throw byteFault(where, at, `${count} tracks`, got);
    }
    const length = view.getUint32(at + 4);
    const start = at + CHUNK_BYTES;
    if (length > bytes.length - start) {
      throw byteFault(where, at + 4, `a chunk of at most ${bytes.length - start} bytes`, `${length} bytes`);
    }
    if (idAt(at) === "MTrk") {
      const inTrack = `${where}, track ${tracks.length + 1}`;
      tracks.push(readTrack(new Cursor(bytes, start, start + length, inTrack)));
    }
    at = start + length;
  }
  return { format, division, tracks };
}
