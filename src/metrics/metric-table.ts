/** What the metrics are called, and which way is better: the one list that training, reports and the command line read. */

export interface MetricRow {
  /** For people: "bits/char". */
  readonly word: string;
  /** Which way is better; neither for a share that should meet its target; counts are no scores. */
  readonly better: "lower" | "higher" | "neither" | "count";
}

const lower = (word: string): MetricRow => ({ word, better: "lower" });
const higher = (word: string): MetricRow => ({ word, better: "higher" });
const count = (word: string): MetricRow => ({ word, better: "count" });

/** By the names that results and `--json` have. */
const METRICS: Readonly<Record<string, MetricRow>> = {
  bitsPerChar: lower("bits/char"),
  bitsPerToken: lower("bits/token"),
  perplexity: lower("perplexity"),
  lossNats: lower("loss"),
  accuracy: higher("accuracy"),
  macroF1: higher("macro F1"),
  microF1: higher("micro F1"),
  tokenAccuracy: higher("token accuracy"),
  entityF1: higher("entity F1"),
  exactMatch: higher("exact match"),
  charErrorRate: lower("char error rate"),
  wordErrorRate: lower("word error rate"),
  bleu: higher("BLEU"),
  nllPerStep: lower("nats/step"),
  mae: lower("MAE"),
  rmse: lower("RMSE"),
  mase: lower("MASE"),
  coverage: { word: "coverage", better: "neither" },
  tokens: count("tokens"),
  examples: count("examples"),
};

/** A metric's row; one that is not in the table is lower when better, and called by its name. */
export function metricRow(name: string): MetricRow {
  return METRICS[name] ?? lower(name);
}

/** A score that is smaller when better, whatever the metric. */
export function lossOf(name: string, value: number): number {
  return metricRow(name).better === "higher" ? -value : value;
}
