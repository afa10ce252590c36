import { metricRow } from "../metrics/metric-table.ts";
import type { Metrics } from "../tasks/task.ts";

/** A metric's name for people: "bits/char". */
export function metricWord(name: string): string {
  return metricRow(name).word;
}

/** The scores worth a column, the main one first: counts are left out, and bits a token where characters are the tokens. */
export function scoreNames(metrics: Metrics): string[] {
  const names = Object.keys(metrics).filter((name) => metricRow(name).better !== "count");
  if (metrics.bitsPerChar === undefined) return names;
  const same = metrics.bitsPerChar === metrics.bitsPerToken;
  return ["bitsPerChar", ...names.filter((name) => name !== "bitsPerChar" && !(same && name === "bitsPerToken"))];
}
