/** What a Standard MIDI File holds. */

/** Something that happens at a tick of a track. */
export type MidiEvent =
  | {
      readonly kind: "note-on";
      readonly tick: number;
      /** 0 to 15; 9 is percussion by convention. */
      readonly channel: number;
      /** 0 to 127; 60 is middle C, 69 is A at 440 Hz. */
      readonly pitch: number;
      /** How hard the key is struck, 1 to 127: a note-on of velocity 0 is read as a note-off. */
      readonly velocity: number;
    }
  | {
      readonly kind: "note-off";
      readonly tick: number;
      readonly channel: number;
      readonly pitch: number;
      /** How fast the key is let go, 0 to 127. */
      readonly velocity: number;
    }
  | {
      readonly kind: "tempo";
      readonly tick: number;
      /** 1 to 16,777,215; 500,000 is 120 beats a minute. */
      readonly microsecondsPerQuarter: number;
    }
  | {
      /** Any other message of a channel: a program, a controller, a pitch bend. */
      readonly kind: "channel";
      readonly tick: number;
      /** The status byte, 0xA0 to 0xEF, its low half the channel. */
      readonly status: number;
      /** One data byte for a program (0xC0) or channel pressure (0xD0), else two; each 0 to 127. */
      readonly data: Uint8Array;
    }
  | {
      /** Any other meta event: a text, a key, a time signature. */
      readonly kind: "meta";
      readonly tick: number;
      /** 0 to 127, but neither 0x2F (end of track) nor 0x51 (tempo). */
      readonly type: number;
      readonly data: Uint8Array;
    }
  | {
      readonly kind: "system-exclusive";
      readonly tick: number;
      /** 0xF0 begins a message; 0xF7 goes on with one, or escapes arbitrary bytes. */
      readonly status: 0xf0 | 0xf7;
      readonly data: Uint8Array;
    };

export interface MidiTrack {
  /** By rising tick; events of one tick in their order. */
  readonly events: readonly MidiEvent[];
  /** The tick of the end of the track, not before its last event. */
  readonly endTick: number;
}

/** How long a tick is: a share of a quarter note, which tempo events set, or of a film frame. */
export type MidiDivision =
  | { readonly ticksPerQuarter: number }
  | {
      /** 24, 25, 29 (29.97, drop frame) or 30. */
      readonly framesPerSecond: number;
      readonly ticksPerFrame: number;
    };

/**
 * A Standard MIDI File.
 *
 * Source: MIDI Manufacturers Association 1996, "Standard MIDI Files 1.0" (RP-001).
 */
export interface MidiFile {
  /** 0: one track; 1: tracks that sound together; 2: tracks that are pieces of their own. */
  readonly format: 0 | 1 | 2;
  readonly division: MidiDivision;
  readonly tracks: readonly MidiTrack[];
}
