/** A text in pieces, each with tokens of its own. */
export interface TextBlocks {
  /** Tokens of the text. */
  readonly length: number;
  /** The block in which a token lies, and its place there. */
  placeOf(at: number): { readonly block: number; readonly within: number };
  /** The text of a block. */
  block(k: number): string;
}
