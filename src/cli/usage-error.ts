import type { Command, CommanderError } from "commander";
import { RecurraError, shown } from "../core/errors.ts";
import { nearestHint, nearestName } from "../core/nearest-name.ts";
import { typed } from "./typed.ts";

/** The words that lead to a command: "train language-model", "recurra" for the program itself. */
export function pathOf(command: Command): string {
  const names: string[] = [];
  for (let at: Command | null = command; at !== null; at = at.parent) names.unshift(at.name());
  return names.length === 1 ? names[0]! : names.slice(1).join(" ");
}

const quoted = (text: string): string => /'([^']*)'/.exec(text)?.[1] ?? text;

/** Flags that are easily left out before what they name. */
const NAMING = ["data", "prompt"];

/** The words given beyond the arguments of a command, and the flag to write before them where one was left out. */
function unusedWords(command: Command): { readonly unused: string; readonly hint?: string } {
  const words = command.args.slice(command.registeredArguments.length);
  const [unused] = words;
  const flag = NAMING.find(
    (name) => command.options.some(({ long }) => long === `--${name}`) && command.getOptionValue(name) === undefined,
  );
  if (unused === undefined || words.length > 1 || flag === undefined) return { unused: words.join(" ") };
  return { unused, hint: `Write --${flag} ${typed(unused)}.` };
}

/**
 * The argument parser's complaint in the form of our errors, with the nearest known name.
 *
 * @param advice what to do, where the command knows more than that there is a page of help.
 */
export function usageError(command: Command, error: CommanderError, advice?: string): RecurraError {
  const where = pathOf(command);
  const help = advice ?? `See ${where === "recurra" ? where : `recurra ${where}`} --help.`;
  const made = (at: string, expected: string, got: string, hint = help) =>
    new RecurraError("option", { where: at, expected, got, hint, cause: error });
  const named = quoted(error.message);
  const flag = /--[\w-]+/.exec(named)?.[0] ?? named;
  const isTask = where === "train";
  const commands = command.commands.map((each) => each.name()).filter((name) => name !== "help");
  switch (error.code) {
    case "commander.unknownOption": {
      const known = command.options.map(({ long }) => long?.replace(/^--/, "")).filter((long) => long !== undefined);
      const { parent } = command;
      if (parent?.options.some(({ long }) => long === flag)) {
        const hint = `${flag} belongs to ${parent.parent === null ? "" : "recurra "}${pathOf(parent)}: leave ${command.name()} out.`;
        return made(`${where}, ${named}`, "a known option", shown(named), hint);
      }
      const nearest = nearestName(named.replace(/^-+/, "").replace(/=.*$/, ""), [...known, "help"]);
      const hint = nearest === undefined ? help : `Did you mean --${nearest}?`;
      return made(`${where}, ${named}`, "a known option", shown(named), hint);
    }
    case "commander.unknownCommand": {
      const hint = advice ?? nearestHint(named, commands) ?? help;
      return made(where, `${isTask ? "a task" : "a command"}: ${commands.join(", ")}`, shown(named), hint);
    }
    case "commander.help":
      return made(where, `${isTask ? "a task" : "a command"}: ${commands.join(", ")}`, "none");
    case "commander.optionMissingArgument":
      return made(`${where}, ${flag}`, "a value after it", "none");
    case "commander.missingMandatoryOptionValue":
      return made(where, named.replace(/^-\w, /, ""), "none", unusedWords(command).hint);
    case "commander.missingArgument":
      return made(where, named.toUpperCase(), "none");
    case "commander.excessArguments": {
      const { unused, hint } = unusedWords(command);
      const { length } = command.registeredArguments;
      return made(where, `${length} ${length === 1 ? "argument" : "arguments"}`, `also ${shown(unused)}`, hint);
    }
    default:
      return made(where, "a command line that can be read", error.message.replace(/^error: /, ""));
  }
}
