import { checkOutput, saveModel } from "../checkpoint/model-directory.ts";
import type { OptionValues, Task } from "../tasks/task.ts";
import { EXIT } from "./exit-status.ts";
import { formatCount, formatDuration, formatScaled } from "./number-format.ts";
import { canSample } from "./open-model.ts";
import { readOption } from "./option-flags.ts";
import { scoreTable } from "./score-table.ts";
import type { Shell } from "./shell.ts";
import { watchTraining } from "./watched-training.ts";

/** What `npm start` trains, and where it goes. */
export interface FirstRun {
  readonly task: Task;
  /** The model's options, the length of training excepted. */
  readonly options: OptionValues;
  /** One line about the model. */
  readonly about: string;
  /** Where the model directory is written; a model that is there is replaced. */
  readonly out: string;
  loadBook(): Promise<string>;
  /** What to try next, ready to be copied. */
  readonly next: readonly string[];
}

const PROMPT = "Call me";
const TEMPERATURE = 0.8;
const SAMPLE_LENGTH = 500;
const SAMPLE_SEED = 1;

/** The seconds to train: a minute, or what RECURRA_START_SECONDS says. */
export function startSeconds(given: string | undefined): number {
  if (given === undefined || given === "") return 60;
  const row = { name: "seconds", flag: "seconds", kind: "number", minimum: 0.1, maximum: 86_400, help: "" } as const;
  return Number(readOption(row, given, "npm start, RECURRA_START_SECONDS"));
}

/**
 * The tour for a newcomer: trains on a book for a minute, shows how good the model is, lets it write, saves it and says what to try next.
 *
 * @returns the exit status.
 */
export async function firstRun(shell: Shell, plan: FirstRun, seconds: number): Promise<number> {
  const { out, task } = plan;
  await checkOutput(out, { force: true });
  const text = await plan.loadBook();
  const say = (...lines: string[]) => shell.write(`${lines.join("\n")}\n`);
  await say(
    `Moby Dick, ${formatCount(text.length)} characters. ${plan.about}`,
    `Training for ${formatDuration(seconds)} on the first nine tenths; the last tenth is kept back to validate on. Ctrl-C ends it early.`,
    "",
  );
  return await watchTraining(
    shell,
    (signal) => task.train([text], { ...plan.options, minutes: seconds / 60 }, { signal }),
    async ({ model, reports, interrupted, summary }) => {
      await saveModel(out, model.toFiles(), { force: true, reports });
      const { steps, tokens, tokensPerSecond, parameters, valid, baselines } = await summary();
      await say(
        "",
        `${formatCount(steps)} steps, ${formatCount(tokens)} characters at ${formatScaled(tokensPerSecond)} a second; ${formatCount(parameters)} parameters.`,
        "",
        ...scoreTable("validation", valid, baselines),
        "",
      );
      if (canSample(model)) {
        await say(`What it writes after "${PROMPT}", at temperature ${TEMPERATURE}:`, "");
        await shell.write(PROMPT);
        const choice = { prompt: PROMPT, length: SAMPLE_LENGTH, temperature: TEMPERATURE, seed: SAMPLE_SEED };
        for await (const piece of model.sample(choice)) await shell.write(piece);
        await say("", "");
      }
      await say(`The model is saved in ${out}. Try next:`, "", ...plan.next.map((command) => `  ${command}`));
      return interrupted ? EXIT.interrupted : EXIT.done;
    },
    { limitSeconds: seconds },
  );
}
