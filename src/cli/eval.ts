import { loadText } from "../data/sources/text-file.ts";
import { EXIT } from "./exit-status.ts";
import { formatCount } from "./number-format.ts";
import { openModel } from "./open-model.ts";
import { scoreTable } from "./score-table.ts";
import type { Shell } from "./shell.ts";

/** Scores a model on a text it was not trained on, beside the naive baseline. */
export async function evaluate(shell: Shell, directory: string, data: string, json: boolean): Promise<number> {
  const model = await openModel(shell, directory);
  const text = await loadText(data);
  const { tokens, ...metrics } = model.evaluate(text);
  const baseline = model.baseline?.(text);
  if (json) {
    const result = {
      event: "eval",
      task: model.task,
      examples: tokens,
      metrics,
      ...(baseline === undefined ? {} : { baseline: { name: baseline.name, ...baseline.metrics } }),
    };
    await shell.write(`${JSON.stringify(result)}\n`);
    return EXIT.done;
  }
  const lines = scoreTable("evaluation", metrics, baseline === undefined ? [] : [baseline]);
  if (tokens !== undefined) lines.push("", `${formatCount(tokens)} tokens of ${data}.`);
  await shell.write(`${lines.join("\n")}\n`);
  return EXIT.done;
}
