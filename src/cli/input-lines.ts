import { createReadStream, existsSync, statSync } from "node:fs";
import { unusable } from "../checkpoint/unusable-path.ts";
import { decodeText } from "../data/sources/decode-text.ts";
import type { Shell } from "./shell.ts";
import { typed } from "./typed.ts";

/** One line of input, with where it came from for messages. */
export interface InputLine {
  /** As far as it can be read. */
  readonly input: string;
  readonly where: string;
  /** @throws data when it is not UTF-8. */
  read(): string;
}

/** The bytes of a file, or of what is piped in for `-`, as they arrive. */
export async function* inputBytes(shell: Shell, path: string): AsyncGenerator<Uint8Array> {
  if (path === "-") {
    yield* shell.stdin;
    return;
  }
  try {
    yield* createReadStream(path) as AsyncIterable<Uint8Array>;
  } catch (cause) {
    throw unusable(path, "a file that can be read", cause);
  }
}

/**
 * The lines of a file, or of what is piped in for `-`, each as soon as it is whole; empty ones are passed over.
 *
 * @throws data when the file cannot be read.
 */
export async function* inputLines(shell: Shell, path: string): AsyncGenerator<InputLine> {
  const name = path === "-" ? "standard input" : path;
  let number = 0;
  let rest: Uint8Array = new Uint8Array();
  const lineOf = (bytes: Uint8Array): InputLine => {
    number += 1;
    const where = `${name}, line ${number}`;
    const read = (): string => decodeText(bytes, where).replace(/\r$/, "");
    return { input: new TextDecoder().decode(bytes).replace(/\r$/, ""), where, read };
  };
  for await (const bytes of inputBytes(shell, path)) {
    let data: Uint8Array = rest.length === 0 ? bytes : Buffer.concat([rest, bytes]);
    for (let end = data.indexOf(10); end >= 0; end = data.indexOf(10)) {
      const whole = lineOf(data.subarray(0, end));
      if (whole.input.trim() !== "") yield whole;
      data = data.subarray(end + 1);
    }
    rest = data.slice();
  }
  if (rest.length > 0) {
    const last = lineOf(rest);
    if (last.input.trim() !== "") yield last;
  }
}

/** Remarks on texts of the command line that are names of files: their lines may have been meant. */
export function remarkOnFiles(shell: Shell, texts: readonly string[]): void {
  for (const text of texts) {
    if (!existsSync(text) || !statSync(text).isFile()) continue;
    shell.stderr.write(
      `${text} is read as a text, though there is a file of that name: --file ${typed(text)} reads its lines.\n`,
    );
  }
}

/**
 * The texts of the command line, then each line of `--file`, as they arrive; a text that is `-` stands for the lines piped in.
 *
 * @param what how messages call a text of the command line: "score, text".
 */
export async function* inputTexts(
  shell: Shell,
  what: string,
  given: readonly string[],
  file: string | undefined,
): AsyncGenerator<InputLine> {
  for (const [i, text] of given.entries()) {
    if (text === "-") yield* inputLines(shell, "-");
    else yield { input: text, where: `${what} ${i + 1}`, read: () => text };
  }
  if (file !== undefined) yield* inputLines(shell, file);
}
