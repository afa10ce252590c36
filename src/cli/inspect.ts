import { loadModelFiles } from "../checkpoint/load-model-files.ts";
import type { Json, JsonObject } from "../checkpoint/model-files.ts";
import { RecurraError } from "../core/errors.ts";
import { type GradientFlow, gradientFlow } from "../tasks/gradient-flow.ts";
import { LanguageModel } from "../tasks/language-model.ts";
import type { TaskModel } from "../tasks/task.ts";
import { EXIT } from "./exit-status.ts";
import { namedText } from "./named-text.ts";
import { formatCount } from "./number-format.ts";
import { openModel } from "./open-model.ts";
import { alignColumns } from "./score-table.ts";
import type { Shell } from "./shell.ts";

const ROWS = 24;
const BAR = 40;
const SMALLEST = 1e-6;

/** At most `ROWS` of the distances 1 to `last`, evenly spread, both ends among them. */
function distancesTo(last: number): number[] {
  const rows = Math.min(ROWS, last);
  return Array.from({ length: rows }, (_, i) => (rows === 1 ? 1 : Math.round(1 + (i * (last - 1)) / (rows - 1))));
}

/** How far back the gradient reaches, in plain words. */
function reachSentence({ reach, steps }: GradientFlow): string {
  const from = `The gradient of the last prediction's loss`;
  return reach === undefined
    ? `${from} stays above 1 % of its largest over all ${formatCount(steps - 1)} steps back.`
    : `${from} falls under 1 % of its largest ${formatCount(reach)} ${reach === 1 ? "step" : "steps"} back, and stays there.`;
}

/** The norms by distance as bars on a logarithmic scale, a row a distance, the sentence last. */
export function flowPlot(flow: GradientFlow): string[] {
  const { states, steps } = flow;
  const norms = Array.from({ length: steps - 1 }, (_, t) => Math.max(...states.map((state) => state.norms[t]!)));
  const largest = Math.max(...norms);
  const rows = distancesTo(steps - 1).map((back) => {
    const share = largest === 0 ? 0 : norms[steps - 1 - back]! / largest;
    const filled = share <= SMALLEST ? 0 : 1 - Math.log10(share) / Math.log10(SMALLEST);
    const percent = share === 0 ? "0" : share >= 1e-3 ? (share * 100).toFixed(1) : (share * 100).toExponential(0);
    return [`  ${String(back).padStart(5)}`, `${percent} %`, "█".repeat(Math.round(filled * BAR)).padEnd(BAR)];
  });
  const names = states.map(({ state }) => state).join(", ");
  return [
    `Gradient of the last loss with respect to each earlier state (${names}), by steps back,`,
    `as a share of its largest; the bars are logarithmic, from 0.0001 % to 100 %:`,
    ...alignColumns(rows),
    reachSentence(flow),
  ];
}

function toLanguageModel(model: TaskModel, directory: string): LanguageModel {
  if (model instanceof LanguageModel) return model;
  throw new RecurraError("option", {
    where: `inspect ${directory}, --gradient-flow`,
    expected: "a language model",
    got: `a model of the task ${model.task}`,
  });
}

/** Writes what a model is made of and what it costs; with a text also how far gradients reach back in it. */
export async function inspect(
  shell: Shell,
  directory: string,
  text: string | undefined,
  json: boolean,
): Promise<number> {
  const files = await loadModelFiles(directory);
  const model = await openModel(shell, directory);
  const flow = text === undefined ? undefined : await flowOf(toLanguageModel(model, directory), text);
  const architecture = (files.config.architecture ?? {}) as JsonObject;
  const { flopPerToken, parameterCount } = model;
  if (json) {
    const result = {
      event: "inspect",
      task: model.task,
      architecture,
      ...(model instanceof LanguageModel ? { vocabulary: model.vocabulary.size } : {}),
      parameters: parameterCount,
      flopPerToken,
      ...(flow === undefined ? {} : { gradientFlow: { ...flow, reach: flow.reach ?? null } }),
    };
    await shell.write(`${JSON.stringify(result)}\n`);
    return EXIT.done;
  }
  const { cell, ...sizes } = architecture;
  const cellName = typeof cell === "string" ? cell : "a cell of your own";
  const rows: [string, string][] = [
    ["task", model.task],
    ["cell", cellName],
    ...Object.entries(sizes).map(([name, value]): [string, string] => [name, shownValue(value)]),
    ...(model instanceof LanguageModel ? [["vocabulary", formatCount(model.vocabulary.size)] as [string, string]] : []),
    ["parameters", formatCount(parameterCount)],
    ["FLOP per token, forward", formatCount(flopPerToken.forward)],
    ["FLOP per token, backward", formatCount(flopPerToken.backward)],
  ];
  const lines = alignColumns(rows);
  if (flow !== undefined) lines.push("", ...flowPlot(flow));
  await shell.write(`${lines.join("\n")}\n`);
  return EXIT.done;
}

const shownValue = (value: Json): string => (typeof value === "object" ? JSON.stringify(value) : String(value));

async function flowOf(model: LanguageModel, text: string): Promise<GradientFlow> {
  return gradientFlow(model.network, await namedText("--gradient-flow", () => encoded(model, text)));
}

/** @throws data when the text is shorter than three tokens or has one that the model does not know. */
function encoded(model: LanguageModel, text: string): Int32Array {
  const ids = model.vocabulary.encode(text);
  if (ids.length >= 3) return ids;
  throw new RecurraError("data", {
    where: "--gradient-flow",
    expected: "a text of at least three tokens",
    got: String(ids.length),
  });
}
