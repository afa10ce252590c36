import type { Metrics } from "../tasks/task.ts";

const WORDS: ReadonlyMap<string, string> = new Map([
  ["bitsPerChar", "bits/char"],
  ["bitsPerToken", "bits/token"],
  ["perplexity", "perplexity"],
]);

/** Counts, which are no scores. */
const COUNTS: ReadonlySet<string> = new Set(["tokens", "examples"]);

/** A metric's name for people: "bits/char". */
export function metricWord(name: string): string {
  return WORDS.get(name) ?? name;
}

/** The scores worth a column, the main one first: counts are left out, and bits a token where characters are the tokens. */
export function scoreNames(metrics: Metrics): string[] {
  const names = Object.keys(metrics).filter((name) => !COUNTS.has(name));
  const order = ["bitsPerChar", "bitsPerToken", "perplexity"];
  names.sort((a, b) => (order.indexOf(a) + 1 || 99) - (order.indexOf(b) + 1 || 99));
  const same = metrics.bitsPerChar !== undefined && metrics.bitsPerChar === metrics.bitsPerToken;
  return same ? names.filter((name) => name !== "bitsPerToken") : names;
}
