/**
 * Files of other programs.
 *
 * ```ts run
 * import { midiToNotes, notesToMidi, readMidi, writeMidi } from "recurra/interop";
 *
 * const chord = [60, 64, 67].map((pitch) => ({ pitch, start: 0, end: 2, velocity: 80 }));
 * const bytes = writeMidi(notesToMidi({ notes: chord, quarters: 2 }, { tempo: 96 }));
 * const { notes } = midiToNotes(readMidi(bytes, "chord.mid"), "chord.mid");
 * console.log(bytes.length, notes.map(({ pitch }) => pitch).join(" "));
 * ```
 * ```text output
 * 58 60 64 67
 * ```
 * @module
 */
export type { MidiDivision, MidiEvent, MidiFile, MidiTrack } from "./midi-file.ts";
export { type MidiNote, type MidiPiece, midiToNotes, type NotesToMidiOptions, notesToMidi } from "./midi-notes.ts";
export { readMidi } from "./read-midi.ts";
export { writeMidi } from "./write-midi.ts";
