/** The name of the token that ends a sequence or stands between texts. */
export const END = "<EOS>";
/** The name of the token that stands for all that a vocabulary does not have. */
export const UNKNOWN = "<UNK>";

/**
 * The tokens of a language model and their ids: characters or words.
 *
 * Ids run from 0: <UNK> first where there is one, then <EOS> where there is one, then the tokens in the chosen order.
 */
export interface Vocabulary {
  /** What a token is. */
  readonly kind: "char" | "word";
  /** V: how many ids there are. */
  readonly size: number;
  /** The id of <UNK>, or -1 where there is none. */
  readonly unknownId: number;
  /** The id of <EOS>, or -1 where there is none. */
  readonly endId: number;
  /** All tokens in the order of their ids, "<UNK>" and "<EOS>" included. */
  readonly tokens: readonly string[];
  /** What a user should know of a vocabulary that was saved under other circumstances; undefined when there is nothing to say. */
  readonly note: string | undefined;
  /** The id of a token, of "<UNK>" or of "<EOS>"; of an unknown one the id of <UNK>, or -1 where there is none. */
  indexOf(token: string): number;
  /** The tokens of a text, known or not. */
  split(text: string): string[];
  /**
   * The ids of a text; <EOS> is never among them, whatever the text says.
   *
   * @throws data when a token is unknown and there is no <UNK>.
   */
  encode(text: string): Int32Array;
  /**
   * The text of ids: what `textOf` gives for each, joined.
   *
   * @throws data when an id is not from 0 to V - 1.
   */
  decode(ids: Iterable<number>): string;
  /**
   * What one id adds to a text, for writing it as it is made; <EOS> is a line end.
   *
   * @param before the id before it, which decides whether a space parts two words; none at the beginning.
   * @throws data when an id is not from 0 to V - 1.
   */
  textOf(id: number, before?: number): string;
  /**
   * The one-hot matrix of a text as `[T, V]`, one row a token, for reading; models look rows up and never build it.
   *
   * @throws as `encode`.
   */
  oneHot(text: string): Uint8Array[];
  /** A plain object for `encoder.json`; `vocabularyFromJSON` reads it. */
  toJSON(): { readonly kind: "char" | "word" };
}
