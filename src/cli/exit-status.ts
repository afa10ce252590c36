import { RecurraError } from "../core/errors.ts";

/** What the program ends with. */
export const EXIT = { done: 0, userFault: 1, usage: 2, bug: 70, interrupted: 130 } as const;

/** The exit status that a fault calls for: 2 for the command line, 1 for data, file, model or machine, 70 for a bug of ours. */
function exitStatusOf(error: unknown): number {
  if (!(error instanceof RecurraError)) return EXIT.bug;
  if (error.code === "option") return EXIT.usage;
  // once a run is made, a shape that does not fit is never what a user of the command line typed
  return error.code === "internal" || error.code === "shape" ? EXIT.bug : EXIT.userFault;
}

/** One line for people: the message, or for what is not our own error a request to report it. */
function errorLine(error: unknown): string {
  const message = error instanceof Error ? error.message : String(error);
  const line = message.replaceAll(/\s*\n\s*/g, " ").trim();
  if (error instanceof RecurraError) return line;
  const name = error instanceof Error && error.name !== "Error" ? `${error.name}: ` : "";
  return `recurra: expected no fault of its own, got ${name}${line}. This is a bug of Recurra: report it with the command and what --debug prints.`;
}

/** The stack of an error and of those underneath. */
function stackOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const below = error.cause === undefined ? "" : `\ncaused by ${stackOf(error.cause)}`;
  return `${error.stack ?? error.message}${below}`;
}

/**
 * Writes an error as one line, with its stack when that was asked for.
 *
 * @returns the exit status.
 */
export function reportFault(error: unknown, write: (text: string) => unknown, debug: boolean): number {
  write(`${errorLine(error)}\n`);
  if (debug) write(`${stackOf(error)}\n`);
  return exitStatusOf(error);
}
