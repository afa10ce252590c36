import { CharVocabulary } from "../data/encoders/char-vocabulary.ts";
import { loadText } from "../data/sources/text-file.ts";
import { unigram } from "../metrics/unigram.ts";
import type { Baseline } from "../tasks/task.ts";
import { EXIT } from "./exit-status.ts";
import { namedText } from "./named-text.ts";
import { formatCount } from "./number-format.ts";
import { openModel } from "./open-model.ts";
import { scoreTable } from "./score-table.ts";
import type { Shell } from "./shell.ts";

/**
 * What counting the text's own characters gives, order ignored: no training text is at hand to count, and a baseline that
 * has seen the very text is the stricter one.
 */
function unigramOf(text: string): Baseline {
  const vocabulary = CharVocabulary.fromText(text);
  const ids = vocabulary.encode(text);
  const bits = unigram(ids, vocabulary.size).bitsPerToken(ids);
  return {
    name: "unigram of this text",
    metrics: { bitsPerToken: bits, bitsPerChar: bits, perplexity: 2 ** bits },
  };
}

/** Scores a model on a text it was not trained on, beside the naive baseline. */
export async function evaluate(shell: Shell, directory: string, data: string, json: boolean): Promise<number> {
  const model = await openModel(shell, directory);
  const text = await loadText(data);
  const { tokens, ...metrics } = await namedText(data, () => model.evaluate(text));
  const baseline = unigramOf(text);
  if (json) {
    const result = {
      event: "eval",
      task: model.task,
      examples: tokens,
      metrics,
      baseline: { name: baseline.name, ...baseline.metrics },
    };
    await shell.write(`${JSON.stringify(result)}\n`);
    return EXIT.done;
  }
  const lines = scoreTable("evaluation", metrics, [baseline]);
  if (tokens !== undefined) lines.push("", `${formatCount(tokens)} tokens of ${data}.`);
  await shell.write(`${lines.join("\n")}\n`);
  return EXIT.done;
}
