/** The form of a generator's steps: what sequences are for the network, and how they come back from it. */
import { RecurraError, shown } from "../core/errors.ts";
import { SavedFields } from "../core/saved-fields.ts";
import { CharVocabulary } from "../data/encoders/char-vocabulary.ts";
import { MidiEventVocabulary } from "../data/encoders/midi-event-vocabulary.ts";
import {
  HIGHEST_PITCH,
  isRoll,
  LOWEST_PITCH,
  PIANO_KEYS,
  type PianoRoll,
  rollToNotes,
  toRoll,
} from "../data/encoders/piano-roll.ts";
import type { Vocabulary } from "../data/encoders/vocabulary.ts";
import { vocabularyFromJSON } from "../data/encoders/vocabulary-from-json.ts";
import { WordVocabulary } from "../data/encoders/word-vocabulary.ts";
import type { MidiPiece } from "../interop/index.ts";
import { isPiece, type Sequence } from "./generator-data.ts";
import type { JsonObject } from "./task.ts";

/** Ids, or for each step the units that are on. */
export type Steps = Int32Array | readonly (readonly number[])[];

/** What differs between text, rolls and events. */
export interface GeneratorForm {
  readonly unit: "char" | "word" | "roll" | "events";
  readonly units: number;
  /** The id that begins and ends a sequence; -1 for rolls, which have no end. */
  readonly endId: number;
  /** The id that is never drawn; -1 where there is none. */
  readonly unknownId: number;
  /** @throws data when a token is unknown. */
  encode(sequence: Sequence): Steps;
  decode(steps: Steps): Sequence;
  /** What a step adds to the text of a sequence. */
  textOf(step: number | readonly number[], before: number | undefined, index: number): string;
  /** Closes the text of a sequence of so many steps. */
  textEnd(length: number): string;
  /** The sequence of a text that `textOf` and `textEnd` gave, or that a user wrote. @throws data when it is none. */
  parse(text: string): Sequence;
  toJSON(): JsonObject;
}

/** Texts as ids of a vocabulary with <EOS>. */
export function textForm(vocabulary: Vocabulary): GeneratorForm {
  return {
    unit: vocabulary.kind,
    units: vocabulary.size,
    endId: vocabulary.endId,
    unknownId: vocabulary.unknownId,
    encode(sequence) {
      return vocabulary.encode(requireText(sequence));
    },
    decode: (steps) => vocabulary.decode(steps as Int32Array),
    textOf: (step, before) => vocabulary.textOf(step as number, before),
    textEnd: () => "",
    parse: (text) => text,
    toJSON: () => vocabulary.toJSON() as unknown as JsonObject,
  };
}

function requireText(sequence: Sequence): string {
  if (typeof sequence === "string") return sequence;
  throw new RecurraError("data", { where: "sequence", expected: "a text", got: "music" });
}

function requireRoll(sequence: Sequence): PianoRoll {
  if (typeof sequence !== "string" && !isPiece(sequence)) return sequence;
  const got = typeof sequence === "string" ? "a text" : "notes";
  throw new RecurraError("data", { where: "sequence", expected: "a piano roll", got });
}

/** The JSON of a roll, checked. */
function parseRoll(text: string): PianoRoll {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (cause) {
    throw new RecurraError("data", {
      where: "beginning",
      expected: "a roll in JSON, [[60, 64, 67], …]",
      got: shown(text),
      cause,
    });
  }
  if (isRoll(value)) return toRoll(value);
  const expected = `a list of steps, each a list of pitches from ${LOWEST_PITCH} to ${HIGHEST_PITCH}`;
  throw new RecurraError("data", { where: "beginning", expected, got: shown(text) });
}

/** Rolls as the keys of each step. */
export const rollForm: GeneratorForm = {
  unit: "roll",
  units: PIANO_KEYS,
  endId: -1,
  unknownId: -1,
  encode: (sequence) => requireRoll(sequence).map((pitches) => pitches.map((pitch) => pitch - LOWEST_PITCH)),
  decode: (steps) => (steps as readonly (readonly number[])[]).map((keys) => keys.map((key) => key + LOWEST_PITCH)),
  textOf(step, _before, index) {
    const pitches = (step as readonly number[]).map((key) => key + LOWEST_PITCH);
    return `${index === 0 ? "[" : ", "}[${pitches.join(", ")}]`;
  },
  textEnd: (length) => (length === 0 ? "[]" : "]"),
  parse: parseRoll,
  toJSON: () => ({ kind: "roll" }),
};

/** Pieces as MIDI events. */
export function eventForm(vocabulary: MidiEventVocabulary): GeneratorForm {
  const names = new Map(Array.from({ length: vocabulary.size }, (_, id) => [vocabulary.nameOf(id), id]));
  const toPiece = (sequence: Sequence): MidiPiece =>
    typeof sequence === "object" && isPiece(sequence) ? sequence : rollToNotes(requireRoll(sequence));
  return {
    unit: "events",
    units: vocabulary.size,
    endId: vocabulary.endId,
    unknownId: -1,
    encode: (sequence) => vocabulary.encode(toPiece(sequence)),
    decode: (steps) => vocabulary.decode(steps as Int32Array),
    textOf: (step, _before, index) => `${index === 0 ? "" : ", "}${vocabulary.nameOf(step as number)}`,
    textEnd: () => "",
    parse(text) {
      if (text.trim().startsWith("[")) return parseRoll(text);
      const tokens = text.split(",").map((name) => name.trim());
      const ids = tokens.filter((name) => name !== "").map((name) => names.get(name) ?? name);
      const odd = ids.find((id) => typeof id === "string");
      if (odd === undefined) return vocabulary.decode(ids as number[]);
      throw new RecurraError("data", {
        where: "beginning",
        expected: "events such as on 60, wait 12",
        got: shown(odd),
      });
    },
    toJSON: () => vocabulary.toJSON() as unknown as JsonObject,
  };
}

/** The form that sequences of a training set ask for. */
export function formOf(unit: GeneratorForm["unit"], sequences: readonly Sequence[]): GeneratorForm {
  if (unit === "roll") return rollForm;
  if (unit === "events") return eventForm(new MidiEventVocabulary());
  const texts = sequences.map(requireText);
  return textForm(unit === "word" ? WordVocabulary.fromText(texts) : CharVocabulary.fromText(texts, { end: true }));
}

/** @throws file-format when the JSON describes none. */
export async function formFromJSON(value: unknown, where: string): Promise<GeneratorForm> {
  const fields = new SavedFields(value, where);
  const { kind } = fields.values;
  if (kind === "roll") return rollForm;
  if (kind !== "events") return textForm(await vocabularyFromJSON(value, where));
  const [unitsPerQuarter, longestShift] = [fields.integer("unitsPerQuarter"), fields.integer("longestShift")];
  return eventForm(new MidiEventVocabulary({ unitsPerQuarter, longestShift }));
}
