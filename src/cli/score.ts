import { RecurraError } from "../core/errors.ts";
import type { TextScore } from "../tasks/task.ts";
import { answerEach } from "./answer-each.ts";
import { inputTexts, remarkOnFiles } from "./input-lines.ts";
import { formatScore } from "./number-format.ts";
import { openScoringModel } from "./open-model.ts";
import { alignColumns } from "./score-table.ts";
import type { Shell } from "./shell.ts";

export interface ScoreFlags {
  readonly file?: string;
  readonly tokens?: boolean;
  readonly json?: boolean;
  readonly quiet?: boolean;
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

/** Writes how likely each text is: those of the command line, then each line of a file or of what is piped in. */
export async function score(
  shell: Shell,
  directory: string,
  texts: readonly string[],
  { file, tokens = false, json = false, quiet = false }: ScoreFlags,
): Promise<number> {
  if (texts.length === 0 && file === undefined) {
    throw new RecurraError("option", {
      where: "score",
      expected: "a text, or --file with one a line (- reads what is piped in)",
      got: "none",
    });
  }
  const model = await openScoringModel(shell, directory);
  if (!quiet) remarkOnFiles(shell, texts);
  return await answerEach(shell, "score", json, inputTexts(shell, "score, text", texts, file), async (text) => {
    const { perToken, ...total } = model.score(text);
    const line = { event: "score", ...total, ...(tokens ? { perToken } : {}) };
    const lines = json ? [JSON.stringify(line)] : scoreLines({ ...total, perToken }, tokens);
    await shell.write(`${lines.join("\n")}\n`);
  });
}
