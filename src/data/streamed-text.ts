import { RecurraError, withPlace } from "../core/errors.ts";
import type { ByteRanges } from "./byte-ranges.ts";
import { cutNear, SEARCHED } from "./cut-near.ts";
import type { CharVocabulary } from "./encoders/char-vocabulary.ts";
import type { TokenChoice } from "./encoders/choose-tokens.ts";
import type { Vocabulary } from "./encoders/vocabulary.ts";
import type { WordVocabulary, WordVocabularyOptions } from "./encoders/word-vocabulary.ts";
import { streamedCharacters } from "./streamed-characters.ts";
import { StreamedIds } from "./streamed-ids.ts";
import { streamedWords } from "./streamed-words.ts";
import type { TextBlocks } from "./text-blocks.ts";
import { indexText, type TextIndex } from "./text-index.ts";
import type { TokenIds } from "./token-ids.ts";
import { WordBlocks } from "./word-blocks.ts";

/** Code points of a block: a stream of training reads a block for every 256 windows of 64 steps, and holds 64 kB. */
const BLOCK_LENGTH = 16_384;
/** V8's longest string. */
const LONGEST_STRING = 2 ** 29 - 24;

/** A running text, or a part of it, that stays in its file; any place of it is found at once. */
export class StreamedText implements TextBlocks {
  readonly path: string;
  readonly #ranges: ByteRanges;
  readonly #index: TextIndex;
  /** The code point of the file at which the text begins. */
  readonly #start: number;
  /** Code points. */
  readonly length: number;
  /** Where its words lie, once that was asked for. */
  #words: WordBlocks | undefined;

  private constructor(path: string, ranges: ByteRanges, index: TextIndex, start: number, length: number) {
    this.path = path;
    this.#ranges = ranges;
    this.#index = index;
    this.#start = start;
    this.length = length;
  }

  /**
   * Reads the file once, to find where its characters lie.
   *
   * @param path how messages call the file.
   * @param blockLength code points that are read at once.
   * @throws data when the bytes are not UTF-8 text, with the place of the first at fault.
   */
  static async open(path: string, ranges: ByteRanges, blockLength: number = BLOCK_LENGTH): Promise<StreamedText> {
    const index = await indexText(ranges, path, blockLength);
    return new StreamedText(path, ranges, index, 0, index.length);
  }

  /** How often each code point stands in the whole file's text. */
  get counts(): ReadonlyMap<number, number> {
    return this.#index.counts;
  }

  get blockLength(): number {
    return this.#index.blockLength;
  }

  /** The code points from `start` to before `end`, both counted in this text. */
  part(start: number, end: number): StreamedText {
    return new StreamedText(this.path, this.#ranges, this.#index, this.#start + start, end - start);
  }

  /** The block in which a code point of this text lies, and its place there. */
  placeOf(at: number): { readonly block: number; readonly within: number } {
    const place = this.#start + at;
    const block = Math.floor(place / this.blockLength);
    return { block, within: place - block * this.blockLength };
  }

  /** The byte of the file at which a code point of this text begins. */
  byteOf(at: number): number {
    const { block, within } = this.placeOf(at);
    const before = within === 0 ? "" : Array.from(this.block(block)).slice(0, within).join("");
    return this.#index.byteStarts[block]! + new TextEncoder().encode(before).length;
  }

  /** The characters of this text, those of a block at a time. */
  *pieces(): Generator<string, void, void> {
    const end = this.#start + this.length;
    for (let at = this.#start; at < end; ) {
      const { block, within } = this.placeOf(at - this.#start);
      const whole = this.block(block);
      const count = Math.min(this.blockLength - within, end - at);
      yield within === 0 && count === this.blockLength
        ? whole
        : Array.from(whole)
            .slice(within, within + count)
            .join("");
      at += count;
    }
  }

  /** The text of bytes of the file. */
  textBetween(start: number, end: number): string {
    const bytes = new Uint8Array(end - start);
    this.#ranges.read(start, bytes);
    return new TextDecoder("utf-8", { ignoreBOM: true }).decode(bytes);
  }

  /** The text of a block of the file. */
  block(k: number): string {
    const { byteStarts, unitStarts } = this.#index;
    const text = this.textBetween(byteStarts[k]!, byteStarts[k + 1]!);
    const units = unitStarts[k + 1]! - unitStarts[k]!;
    if (text.length === units) return text;
    throw new RecurraError("data", {
      where: this.path,
      expected: "the text that was there when it was opened",
      got: `${text.length} instead of ${units} characters from byte ${byteStarts[k]} on`,
    });
  }

  /** Whether the whole file's text ends with a character. */
  endsWith(character: string): boolean {
    return this.length > 0 && this.block(this.#index.byteStarts.length - 2).endsWith(character);
  }

  /**
   * Splits the whole file's text in two, where `splitRunningText` would split it if it were held.
   *
   * @param validFraction the share of the second part, above 0 and at most 0.5.
   * @throws data when a part would be empty.
   */
  split(validFraction: number): { readonly train: StreamedText; readonly valid: StreamedText } {
    const { units } = this.#index;
    const at = units - Math.round(units * validFraction);
    const near = this.#around(at, SEARCHED + 2);
    const cut = cutNear(near.text, at - near.units);
    const place = near.length + Array.from(near.text.slice(0, cut)).length;
    if (place === 0 || place >= this.length) {
      throw new RecurraError("data", {
        where: this.path,
        expected: `some text on either side of a split at ${1 - validFraction}`,
        got: `${units} characters`,
      });
    }
    return { train: this.part(0, place), valid: this.part(place, this.length) };
  }

  /**
   * The whole file's text around a UTF-16 unit: from the beginning of its block to `count` units behind it or more, as far as there are any.
   *
   * @returns `units` and `length`: the units and the code points of the file before the piece.
   */
  #around(unit: number, count: number): { readonly text: string; readonly units: number; readonly length: number } {
    const { unitStarts } = this.#index;
    let [first, last] = [0, Math.max(0, unitStarts.length - 2)];
    while (first < last) {
      const middle = (first + last + 1) >> 1;
      if (unitStarts[middle]! <= unit) first = middle;
      else last = middle - 1;
    }
    const units = unitStarts[first]!;
    let text = "";
    for (let k = first; k + 1 < unitStarts.length && units + text.length < unit + count; k++) text += this.block(k);
    return { text, units, length: first * this.blockLength };
  }

  /**
   * The vocabulary of the code points of texts, each the whole of its file where it is not held.
   *
   * @throws as `CharVocabulary.fromText`.
   */
  characterVocabulary(texts: readonly (string | StreamedText)[], choice: TokenChoice = {}): CharVocabulary {
    return streamedCharacters(texts, choice);
  }

  /**
   * The vocabulary of this text's words.
   *
   * @param options with the splitter "rule".
   * @throws as `WordVocabulary.fromText`.
   */
  wordVocabulary(options: WordVocabularyOptions = {}): WordVocabulary {
    const counts = new Map<string, number>();
    this.#words = new WordBlocks(this, (word) => {
      const count = counts.get(word) ?? 0;
      // a slice of a block would hold the whole of it
      counts.set(count === 0 ? Array.from(word).join("") : word, count + 1);
    });
    return streamedWords(counts, options);
  }

  /**
   * The ids of its characters or words, which are read from the file as they are asked for.
   *
   * @param vocabulary of code points, or of words found by the rule.
   * @throws data when a character of the file is unknown and there is no <UNK>.
   */
  encode(vocabulary: Vocabulary): TokenIds {
    if (vocabulary.kind === "word") {
      this.#words ??= new WordBlocks(this);
      return new StreamedIds(this.#words, vocabulary);
    }
    if (vocabulary.unknownId < 0) this.#requireKnown(vocabulary);
    return new StreamedIds(this, vocabulary);
  }

  /** The whole file's text as a string. @throws data when it is longer than a string can be. */
  held(): string {
    const { units, byteStarts } = this.#index;
    if (units > LONGEST_STRING) {
      throw new RecurraError("data", {
        where: this.path,
        expected: `a text of at most ${LONGEST_STRING} characters`,
        got: `${units}`,
        hint: "Only running text may be of any length, without --lines, --graphemes and --splitter intl.",
      });
    }
    return Array.from({ length: byteStarts.length - 1 }, (_, k) => this.block(k)).join("");
  }

  /** Names the first character that the vocabulary lacks, and where it stands. */
  #requireKnown(vocabulary: Vocabulary): void {
    const isKnown = (codePoint: number) => vocabulary.indexOf(String.fromCodePoint(codePoint)) >= 0;
    if (Array.from(this.counts.keys()).every(isKnown)) return;
    let [lines, columns] = [0, 0];
    for (let k = 0; k + 1 < this.#index.byteStarts.length; k++) {
      const text = this.block(k);
      try {
        vocabulary.encode(text);
      } catch (cause) {
        throw withPlace(cause, (where) =>
          where.replace(
            /character (\d+) \(line (\d+), column (\d+)\)/,
            (_, character: string, line: string, column: string) => {
              const before = line === "1" ? columns : 0;
              return `character ${Number(character) + k * this.blockLength} (line ${Number(line) + lines}, column ${Number(column) + before})`;
            },
          ),
        );
      }
      const ended = text.split("\n");
      lines += ended.length - 1;
      columns = Array.from(ended.at(-1)!).length + (ended.length === 1 ? columns : 0);
    }
  }
}
