import { Command, CommanderError } from "commander";
import { LIBRARY_VERSION } from "../checkpoint/library-version.ts";
import { KERNEL_CHOICES } from "../engine/wasm/product-forms.ts";
import type { OptionRow } from "../tasks/task.ts";
import { type BenchFlags, bench } from "./bench.ts";
import { addCommonFlags } from "./common-flags.ts";
import { type EvalFlags, evaluate } from "./eval.ts";
import { EXIT, reportFault } from "./exit-status.ts";
import { type ExportFlags, exportModel, exportOptions } from "./export.ts";
import { inspect } from "./inspect.ts";
import { listTasks } from "./list-tasks.ts";
import { addOptionFlags, givenOptions } from "./option-flags.ts";
import { type PredictFlags, predict } from "./predict.ts";
import { addResume } from "./resume.ts";
import { sample, sampleOptions } from "./sample.ts";
import { type ScoreFlags, score } from "./score.ts";
import type { Shell } from "./shell.ts";
import { answeringRows, readingRows, sharedFlags } from "./task-flags.ts";
import { addTrainCommands } from "./train.ts";
import { usageError } from "./usage-error.ts";

const benchOptions: readonly OptionRow[] = [
  { name: "seconds", flag: "seconds", kind: "number", minimum: 0, fallback: 3, help: "seconds to time each workload" },
  {
    name: "threads",
    flag: "threads",
    kind: "integer",
    minimum: 1,
    maximum: 64,
    help: "the most threads; default every core",
  },
  {
    name: "kernels",
    flag: "kernels",
    kind: "choice",
    choices: KERNEL_CHOICES,
    fallback: "default",
    help: "which kernels",
  },
];

/** A help page or the version was asked for and has been written. */
const isHelp = (error: CommanderError) => error.exitCode === 0;

function guarded(command: Command, write: (text: string) => void): Command {
  return command
    .helpOption("-h, --help", "this page")
    .showSuggestionAfterError(false)
    .configureOutput({ writeOut: write, writeErr: () => undefined, outputError: () => undefined })
    .exitOverride((error) => {
      throw isHelp(error) ? error : usageError(command, error);
    });
}

/** The whole command line as a tree of commands; `finish` is given the exit status of the one that ran. */
function programOf(shell: Shell, write: (text: string) => void, finish: (status: number) => void): Command {
  const group = (parent: Command, name: string) => guarded(parent.command(name), write).helpCommand(false);
  const leaf = (parent: Command, name: string) => group(parent, name).allowExcessArguments(false);

  const program = guarded(new Command("recurra"), write)
    .enablePositionalOptions()
    .description("Train, sample and measure recurrent sequence models.")
    .version(LIBRARY_VERSION, "--version", "the version of recurra")
    .helpCommand("help [command]", "the page of a command")
    .addHelpText(
      "after",
      `
Examples:
  recurra train language-model --data book.txt --out models/book --minutes 2
  recurra train --resume models/book --minutes 10
  recurra sample models/book --prompt "Call me" --temperature 0.8
  recurra eval models/book --data other.txt
  recurra score models/book "The apple and pear salad" --tokens`,
    );

  const train = group(program, "train").description("Train a model of a task and save it as a directory.");
  addTrainCommands(shell, train, leaf, finish);
  addResume(shell, train, finish);

  const sampling = leaf(program, "sample")
    .description("Write text with a trained model.")
    .argument("<dir>", "a model directory");
  addOptionFlags(sampling, sampleOptions, "sample");
  sampling.action(async (directory: string, flags: { json?: boolean }) => {
    finish(await sample(shell, directory, givenOptions(sampling, sampleOptions, "sample"), flags.json === true));
  });

  const reading = sharedFlags(shell.tasks, readingRows);
  const evaluating = leaf(program, "eval")
    .description("Measure a trained model on data it was not trained on, beside naive baselines.")
    .argument("<dir>", "a model directory")
    .usage("<dir> --data <path> [options]")
    .requiredOption("--data <path>", "data of the model's task (required)")
    .option("--skip-bad", "go on without records that are at fault, and say how many");
  addOptionFlags(evaluating, reading, "eval");
  evaluating.action(async (directory: string, flags: EvalFlags) => {
    finish(await evaluate(shell, directory, flags, givenOptions(evaluating, reading, "eval")));
  });

  const exporting = leaf(program, "export")
    .description("Write a smaller copy of a model, and what that costs in quality.")
    .argument("<dir>", "a model directory")
    .option("--data <path>", "data of the model's task to measure the loss of quality on")
    .option("--skip-bad", "go on without records that are at fault");
  addOptionFlags(exporting, [...exportOptions, ...reading], "export");
  exporting.action(async (directory: string, flags: ExportFlags) => {
    const given = (rows: readonly OptionRow[]) => givenOptions(exporting, rows, "export");
    finish(await exportModel(shell, directory, flags, given(exportOptions), given(reading)));
  });

  const predicting = leaf(program, "predict")
    .description("Answer inputs with a trained model: a label, tags, a translation, a forecast.")
    .argument("<dir>", "a model directory")
    .argument("[input...]", "lines of text or JSON, or files, as the task has them; - reads what is piped in")
    .option("--file <path>", "a file with an input a line, or a single file; - reads what is piped in, as it arrives")
    .option("--stream", "answer as an input arrives, a token a line or the bytes of a file")
    .addHelpText(
      "after",
      `
Inputs and answers (--json says more):
  classifier   a text, or a .wav file: the label, its probability
  tagger       a sentence, its words apart: a tag for each
  translator   a text: its translation
  transcriber  a .wav file: what is said
  generator    a condition: a sequence
  forecaster   a CSV file of the past: a line a step, with its time, the
               forecast and the ends of its interval`,
    );
  const answering = sharedFlags(shell.tasks, answeringRows);
  addOptionFlags(predicting, answering, "predict");
  predicting.action(async (directory: string, inputs: string[], flags: PredictFlags) => {
    finish(await predict(shell, directory, inputs, flags, givenOptions(predicting, answering, "predict")));
  });

  const scoring = leaf(program, "score")
    .description("Say how likely a language model finds texts.")
    .argument("<dir>", "a model directory")
    .argument("[text...]", "the texts; - reads what is piped in, a text a line")
    .option("--file <path>", "a file with a text a line; - reads what is piped in, as it arrives")
    .option("--tokens", "the log-probability of each token too, so that the odd word shows")
    .action(async (directory: string, texts: string[], flags: ScoreFlags) => {
      finish(await score(shell, directory, texts, flags));
    });

  const inspecting = leaf(program, "inspect")
    .description("Show what a model is made of, what a token costs and how far gradients reach back.")
    .argument("<dir>", "a model directory")
    .option("--gradient-flow <text>", "the norm of the gradient of the last loss by steps back in this text")
    .action(async (directory: string, flags: { gradientFlow?: string; json?: boolean }) => {
      finish(await inspect(shell, directory, flags.gradientFlow, flags.json === true));
    });

  const timing = leaf(program, "bench")
    .description("Time training steps, a stream and a batch on this machine.")
    .argument("[workload...]", "which ones; default all")
    .addHelpText("after", () => {
      const lines = shell.workloads.map(({ name, description }) => `  ${name.padEnd(8)}  ${description}`);
      return lines.length === 0 ? "" : `\nWorkloads:\n${lines.join("\n")}`;
    });
  addOptionFlags(timing, benchOptions, "bench");
  timing.action(async (names: string[], flags: BenchFlags) => {
    finish(await bench(shell, names, flags));
  });

  const listing = leaf(program, "tasks")
    .description("List the tasks with their options.")
    .action(async (flags: { json?: boolean }) => finish(await listTasks(shell, flags.json === true)));
  const commands = [sampling, evaluating, exporting, predicting, scoring, inspecting, timing, listing];
  for (const command of [train, ...train.commands, ...commands]) addCommonFlags(command);
  return program;
}

/**
 * Runs one command line.
 *
 * Nothing is thrown: a fault is one line on stderr, and its stack with `--debug`.
 *
 * @param argv the words after the program's name.
 * @returns the exit status.
 */
export async function runCommandLine(argv: readonly string[], shell: Shell): Promise<number> {
  let status: number = EXIT.done;
  let help = "";
  const program = programOf(
    shell,
    (text) => {
      help += text;
    },
    (ended) => {
      status = ended;
    },
  );
  try {
    if (argv.length === 0) {
      shell.stderr.write(program.helpInformation());
      return EXIT.usage;
    }
    await program.parseAsync(argv, { from: "user" });
    return status;
  } catch (error) {
    if (error instanceof CommanderError) {
      await shell.write(help);
      return EXIT.done;
    }
    return reportFault(error, (text) => shell.stderr.write(text), argv.includes("--debug"));
  }
}
