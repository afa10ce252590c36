import { type ErrorParts, RecurraError, shown } from "../../core/errors.ts";
import { requireSome } from "../../core/require-some.ts";
import { type DataFaults, faultOf } from "../data-faults.ts";
import { findColumns } from "../find-column.ts";
import { requireSource, type Source } from "../source.ts";
import { cellPlace, readDelimited } from "./delimited.ts";
import { findInName } from "./find-in-name.ts";
import { readJsonLines } from "./json-lines.ts";
import { isJsonLines, readText } from "./read-records.ts";
import { readWav, type Waveform } from "./wav.ts";

/** A clip of sound and what is said in it. */
export interface TranscribedClip extends Waveform {
  /** The wav file, as messages call it. */
  readonly where: string;
  readonly transcript: string;
}

export interface TranscribedClipsOptions {
  /** For a folder of wav files: a regular expression over a file's name, whose first group (or whole match) is the transcript. */
  readonly labelFrom?: string | undefined;
}

/** A line of a manifest or a file of a folder, or what is wrong with it. */
type Entry = ClipEntry | ErrorParts;

interface ClipEntry {
  readonly place: string;
  readonly path: string;
  readonly transcript: string;
}

const NAMES = {
  path: [["path", "wav", "file", "filename", "audio", "audio_filepath"]],
  transcript: [["transcript", "text", "sentence", "transcription", "label"]],
} as const;
const KNOWN = Object.values(NAMES).flat(2);
const ROLES = ["path", "transcript"] as const;

/**
 * Reads clips with their transcripts: a TSV or JSON Lines manifest of wav path and transcript, or a folder of wav files whose
 * names tell the transcript.
 *
 * Paths are beside the manifest. A table without the names path and transcript (or wav, file; text, sentence) has the path
 * first and the transcript second.
 *
 * @param faults takes files that are no wav, clips of no sample, empty transcripts and names that do not match.
 * @throws data when there is no clip at all; option when the expression or the source is none.
 */
export async function readTranscribedClips(
  source: Source,
  options: TranscribedClipsOptions,
  faults: DataFaults,
): Promise<TranscribedClip[]> {
  requireSource(source);
  const entries = source.isFolder
    ? entriesOfFolder(source, options.labelFrom)
    : await entriesOfManifest(source, faults);
  const clips: TranscribedClip[] = [];
  for (const entry of entries) {
    if ("expected" in entry) {
      faults.add(entry);
      continue;
    }
    const { place, path, transcript } = entry;
    const where = source.pathOf(path);
    try {
      const waveform = readWav(await source.read(path), where);
      if (waveform.samples.length > 0) clips.push({ ...waveform, where, transcript });
      else faults.add({ where: place, expected: "a clip of one sample or more", got: "none" });
    } catch (error) {
      const fault = faultOf(error);
      faults.add(place === where ? fault : { ...fault, where: `${place}: ${fault.where}` });
    }
  }
  requireSome(source.path, clips.length > 0 || faults.count > 0, "clips with transcripts");
  return clips;
}

function entriesOfFolder(source: Source, labelFrom: string | undefined): Entry[] {
  if (labelFrom === undefined) {
    throw new RecurraError("option", {
      where: source.path,
      expected: "--label-from for a folder of wav files",
      got: "none",
      hint: "Give a regular expression whose first group is the transcript in a file's name, or a manifest.",
    });
  }
  const find = findInName(labelFrom);
  return source.files
    .filter((name) => /\.wav$/i.test(name))
    .map((path): Entry => {
      const place = source.pathOf(path);
      const transcript = find(path);
      if (transcript !== "") return { place, path, transcript };
      return { where: place, expected: `a name with a transcript by --label-from ${labelFrom}`, got: shown(path) };
    });
}

async function entriesOfManifest(source: Source, faults: DataFaults): Promise<Entry[]> {
  const name = source.files[0]!;
  const where = source.pathOf(name);
  const text = await readText(source, name);
  const entries: Entry[] = [];
  const add = (places: { path: string; transcript: string }, path: unknown, transcript: unknown): void => {
    const isText = (value: unknown): value is string => typeof value === "string" && value.trim() !== "";
    if (isText(path) && isText(transcript)) {
      entries.push({ place: places.path, path: path.trim(), transcript: transcript.trim() });
      return;
    }
    const [where, expected, got] = isText(path)
      ? [places.transcript, "a transcript", shown(transcript)]
      : [places.path, "a wav path", shown(path)];
    entries.push({ where, expected, got });
  };
  if (isJsonLines(name)) {
    for (const { line, value } of readJsonLines(text, where, faults)) {
      const field = (role: "path" | "transcript"): unknown => {
        const found = NAMES[role][0].find((own) => own in value);
        return found === undefined ? undefined : (value as Record<string, unknown>)[found];
      };
      const place = `${where}, line ${line}`;
      add({ path: place, transcript: place }, field("path"), field("transcript"));
    }
    return entries;
  }
  const table = readDelimited(text, where, faults, { knownNames: KNOWN });
  if (table.columns === 0) return entries;
  const searches = ROLES.map((role) => ({ role, flag: `${role}-column`, names: NAMES[role] }));
  const [pathAt, transcriptAt] = findColumns(table, searches, true) as [number, number];
  for (const row of table.rows) {
    const places = { path: cellPlace(table, row, pathAt), transcript: cellPlace(table, row, transcriptAt) };
    add(places, row.cells[pathAt], row.cells[transcriptAt]);
  }
  return entries;
}
