import { RecurraError } from "../core/errors.ts";
import { EXIT } from "./exit-status.ts";
import { namedText } from "./named-text.ts";
import type { Shell } from "./shell.ts";

/** An input that has arrived. */
export interface Input<Value> {
  /** What it is called in a report. */
  readonly input: string;
  /** Where it came from, for messages. */
  readonly where: string;
  /** @throws data when it cannot be read. */
  read(): Value | Promise<Value>;
}

/**
 * Answers inputs as they arrive; one at fault is named on stderr, and the next one is taken.
 *
 * @param event the command, as JSON lines say it.
 * @param answer writes the answer to one input.
 * @returns the exit status: 1 where an input was at fault.
 */
export async function answerEach<Value>(
  shell: Shell,
  event: string,
  json: boolean,
  inputs: AsyncIterable<Input<Value>>,
  answer: (value: Value, input: string) => Promise<void>,
): Promise<number> {
  let status: number = EXIT.done;
  for await (const { input, where, read } of inputs) {
    try {
      await namedText(where, async () => answer(await read(), input));
    } catch (error) {
      if (!(error instanceof RecurraError) || error.code !== "data") throw error;
      const at = error.message.startsWith(where) ? "" : `${where}: `;
      shell.stderr.write(`${at}${error.message}\n`);
      if (json) await shell.write(`${JSON.stringify({ event, input, error: error.message })}\n`);
      status = EXIT.userFault;
    }
  }
  return status;
}
