/** A sequence of tokens with a tag each, and where it stands. */
export interface TaggedSentence {
  /** The file's name. */
  readonly file: string;
  readonly tokens: readonly string[];
  readonly tags: readonly string[];
  /** The line of each token, counted from 1; the same for all where a sentence is one line. */
  readonly lines: readonly number[];
  /** Where in a line its tags stand, for messages: `column 2`, `member "tags"`. */
  readonly tagPlace?: string | undefined;
}
