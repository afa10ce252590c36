import { RecurraError } from "../core/errors.ts";
import type { ScoringModel, TextScore } from "../tasks/task.ts";
import { EXIT } from "./exit-status.ts";
import { inputLines } from "./input-lines.ts";
import { namedText } from "./named-text.ts";
import { formatScore } from "./number-format.ts";
import { openScoringModel } from "./open-model.ts";
import { alignColumns } from "./score-table.ts";
import type { Shell } from "./shell.ts";

export interface ScoreFlags {
  readonly file?: string;
  readonly tokens?: boolean;
  readonly json?: boolean;
}

const LN2 = Math.LN2;

/** One text's score for people: the total, and with `tokens` a line for each token. */
function scoreLines(score: TextScore, tokens: boolean): string[] {
  const { text, logProbability, tokens: count, bitsPerToken, perplexity } = score;
  const total = `${text}\n  log p ${formatScore(logProbability)} nats, ${count} tokens, ${formatScore(bitsPerToken)} bits a token, perplexity ${formatScore(perplexity)}`;
  if (!tokens) return [total];
  const rows = score.perToken.map(({ token, logProbability: own }) => [
    `  ${JSON.stringify(token).slice(1, -1)}`,
    formatScore(own),
    `${formatScore(-own / LN2)} bits`,
  ]);
  return [total, ...alignColumns(rows)];
}

async function scoreOne(shell: Shell, model: ScoringModel, text: string, where: string, flags: ScoreFlags) {
  const { perToken, ...score } = await namedText(where, () => model.score(text));
  if (flags.json === true) {
    const line = { event: "score", ...score, ...(flags.tokens === true ? { perToken } : {}) };
    await shell.write(`${JSON.stringify(line)}\n`);
  } else await shell.write(`${scoreLines({ ...score, perToken }, flags.tokens === true).join("\n")}\n`);
}

/** Writes how likely each text is: those of the command line, then each line of a file or of what is piped in. */
export async function score(
  shell: Shell,
  directory: string,
  texts: readonly string[],
  flags: ScoreFlags,
): Promise<number> {
  if (texts.length === 0 && flags.file === undefined) {
    throw new RecurraError("option", {
      where: "score",
      expected: "a text, or --file with one a line (- reads what is piped in)",
      got: "none",
    });
  }
  const model = await openScoringModel(shell, directory);
  for (const [i, text] of texts.entries()) await scoreOne(shell, model, text, `score, text ${i + 1}`, flags);
  if (flags.file === undefined) return EXIT.done;
  for await (const { line, where } of inputLines(shell, flags.file)) await scoreOne(shell, model, line, where, flags);
  return EXIT.done;
}
