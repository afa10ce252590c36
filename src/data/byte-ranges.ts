/** The bytes of a file that is too large to be held, read at once where they are wanted. */
export interface ByteRanges {
  /** Bytes of the file. */
  readonly size: number;
  /**
   * Fills `into` with the bytes from `offset` on.
   *
   * @throws data when the file cannot be read, or is not what it was when it was opened.
   */
  read(offset: number, into: Uint8Array): void;
}
