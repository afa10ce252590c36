import type { Command } from "commander";

/** Gives a command the flags that all of them have; called last, so that its own stand first in the help. */
export function addCommonFlags(command: Command): void {
  command
    .option("--json", "one JSON object a line on stdout, the last one the result")
    .option("--quiet", "no progress, no remarks")
    .option("--debug", "the stack of an error");
}
