/** @typedef {{ workload: string, tokensPerSecond: number, gflops?: number, threads?: number, backend?: string }} Line */
/** @typedef {{ median: number, min: number, max: number, runs: Line[] } | { absent: string } | { failed: string }} Side */

/**
 * The median; of an even count, the mean of the two in the middle.
 *
 * @param {readonly number[]} values
 */
export function medianOf(values) {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 === 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
}

/**
 * Median and spread of the tokens/s of fresh processes.
 *
 * @param {Line[]} runs
 */
export function summarise(runs) {
  const speeds = runs.map((line) => line.tokensPerSecond);
  return { median: medianOf(speeds), min: Math.min(...speeds), max: Math.max(...speeds), runs };
}

/**
 * Recurra's median over the peer's; null where one of them is absent or failed.
 *
 * @param {Side} recurra
 * @param {Side} peer
 */
export function ratioOf(recurra, peer) {
  return "median" in recurra && "median" in peer ? recurra.median / peer.median : null;
}

/**
 * The result as Markdown: machine, versions and commit above one row a workload.
 *
 * @param {{ date: string, commit: string, machine: Record<string, string | number>, versions: Record<string, string>,
 *   options: { runs: number, pinned: string }, workloads: { workload: string, sides: Record<string, Side> }[] }} result
 */
export function toMarkdown(result) {
  const peers = Object.keys(result.workloads[0]?.sides ?? {}).filter((name) => name !== "recurra");
  const rows = result.workloads.map(({ workload, sides }) => {
    const ratios = peers.map((peer) => ratioOf(sides.recurra, sides[peer]));
    return [
      workload,
      show(sides.recurra),
      showGflops(sides.recurra),
      ...peers.flatMap((peer, i) => [show(sides[peer]), ratios[i] === null ? "-" : `${ratios[i].toFixed(2)}x`]),
    ];
  });
  const head = ["workload", "Recurra tokens/s", "GFLOP/s", ...peers.flatMap((peer) => [`${peer} tokens/s`, "ratio"])];
  const { machine, versions, options } = result;
  return [
    `Recurra ${versions.recurra}, commit ${result.commit}, ${result.date}`,
    `Machine: ${machine.model}, ${machine.cores} cores, ${machine.memoryGb} GB, ${machine.system}; load before: ${machine.load}`,
    `Versions: ${Object.entries(versions)
      .filter(([name]) => name !== "recurra")
      .map(([name, version]) => `${name} ${version}`)
      .join(", ")}`,
    `Medians (least to most) of ${options.runs} fresh processes a side, in alternation, ${options.pinned}, one thread.`,
    "",
    toRow(head),
    toRow(head.map((_, i) => (i === 0 ? "---" : "---:"))),
    ...rows.map(toRow),
  ].join("\n");
}

/** @param {readonly string[]} cells */
function toRow(cells) {
  return `| ${cells.join(" | ")} |`;
}

/** @param {Side} side */
function show(side) {
  if ("absent" in side) return "absent";
  if ("failed" in side) return "failed";
  return `${round(side.median)} (${round(side.min)} to ${round(side.max)})`;
}

/** @param {Side} side */
function showGflops(side) {
  if (!("median" in side)) return "-";
  const figures = side.runs.map((line) => line.gflops).filter((figure) => typeof figure === "number");
  return figures.length === 0 ? "-" : medianOf(figures).toFixed(1);
}

/** Four significant digits, thousands apart. */
function round(value) {
  return Number(value.toPrecision(4)).toLocaleString("en-US", { maximumFractionDigits: 3 });
}
