import type { Command, CommanderError } from "commander";
import { RecurraError, shown } from "../core/errors.ts";
import { nearestName } from "./nearest-name.ts";

/** The words that lead to a command: "train language-model", "recurra" for the program itself. */
export function pathOf(command: Command): string {
  const names: string[] = [];
  for (let at: Command | null = command; at !== null; at = at.parent) names.unshift(at.name());
  return names.length === 1 ? names[0]! : names.slice(1).join(" ");
}

const quoted = (text: string): string => /'([^']*)'/.exec(text)?.[1] ?? text;

/** The argument parser's complaint in the form of our errors, with the nearest known name. */
export function usageError(command: Command, error: CommanderError): RecurraError {
  const where = pathOf(command);
  const help = `See ${where === "recurra" ? where : `recurra ${where}`} --help.`;
  const made = (at: string, expected: string, got: string, hint = help) =>
    new RecurraError("option", { where: at, expected, got, hint, cause: error });
  const named = quoted(error.message);
  const flag = /--[\w-]+/.exec(named)?.[0] ?? named;
  const isTask = where === "train";
  const commands = command.commands.map((each) => each.name()).filter((name) => name !== "help");
  switch (error.code) {
    case "commander.unknownOption": {
      const known = command.options.map(({ long }) => long?.replace(/^--/, "")).filter((long) => long !== undefined);
      const nearest = nearestName(named.replace(/^-+/, "").replace(/=.*$/, ""), [...known, "help"]);
      return made(
        `${where}, ${named}`,
        "a known option",
        shown(named),
        nearest === undefined ? help : `Did you mean --${nearest}?`,
      );
    }
    case "commander.unknownCommand": {
      const nearest = nearestName(named, commands);
      const hint = nearest === undefined ? help : `Did you mean ${nearest}?`;
      return made(where, `${isTask ? "a task" : "a command"}: ${commands.join(", ")}`, shown(named), hint);
    }
    case "commander.help":
      return made(where, `${isTask ? "a task" : "a command"}: ${commands.join(", ")}`, "none");
    case "commander.optionMissingArgument":
      return made(`${where}, ${flag}`, "a value after it", "none");
    case "commander.missingMandatoryOptionValue":
      return made(where, named.replace(/^-\w, /, ""), "none");
    case "commander.missingArgument":
      return made(where, named.toUpperCase(), "none");
    case "commander.excessArguments": {
      const unused = command.args.slice(command.registeredArguments.length);
      return made(where, `${command.registeredArguments.length} arguments`, `also ${shown(unused.join(" "))}`);
    }
    default:
      return made(where, "a command line that can be read", error.message.replace(/^error: /, ""));
  }
}
