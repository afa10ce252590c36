/** The ids of a text, wherever they are kept. */
export interface TokenIds {
  /** N: how many tokens. */
  readonly length: number;
  /** A place of its own to read from; reading on from where it read last is cheap. */
  cursor(): TokenCursor;
  /** The first `count` ids, or all where there are fewer; not to be written to. */
  first(count: number): Int32Array;
}

/** Reads a text's ids. */
export interface TokenCursor {
  /** Fills `into` with the ids from token `start` on; there must be so many. */
  read(start: number, into: Int32Array): void;
}
