import { open } from "node:fs/promises";

/** Bytes that are looked at: a header and a row or two. */
const LOOKED_AT = 4096;

/** The first lines of a text file. */
export async function beginningOf(path: string): Promise<string> {
  const file = await open(path);
  try {
    const { buffer, bytesRead } = await file.read(new Uint8Array(LOOKED_AT));
    return new TextDecoder().decode(buffer.subarray(0, bytesRead));
  } finally {
    await file.close();
  }
}
