import { flopPerToken, WORKLOADS, weightBytesPerToken } from "./workloads.mjs";

/** @typedef {{ workload: string, tokensPerSecond: number, gflops?: number, threads?: number, backend?: string }} Line */
/** @typedef {{ median: number, min: number, max: number, runs: Line[] } | { absent: string } | { failed: string } | { unable: string }} Side */

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
 * Recurra's median over the peer's; null where one of them has none.
 *
 * @param {Side} recurra
 * @param {Side} peer
 */
export function ratioOf(recurra, peer) {
  return "median" in recurra && "median" in peer ? recurra.median / peer.median : null;
}

/**
 * The result as Markdown: machine, versions and commit; Recurra beside the machine's peaks; then every peer.
 *
 * @param {{ date: string, commit: string, machine: Record<string, string | number>, versions: Record<string, string>,
 *   peaks: { gflops: number, cacheGBs: number, memoryGBs: number } | null, options: { runs: number, pinned: string },
 *   workloads: { workload: string, sides: Record<string, Side> }[] }} result
 */
export function toMarkdown(result) {
  const { machine, versions, options, peaks, workloads } = result;
  const peers = Object.keys(workloads[0]?.sides ?? {}).filter((name) => name !== "recurra");
  const own = workloads.map(({ workload, sides }) => [
    workload,
    show(sides.recurra),
    ...ownFigures(workload, sides.recurra, peaks),
  ]);
  const compared = workloads.map(({ workload, sides }) => [
    workload,
    ...peers.map((peer) => showPeer(sides.recurra, sides[peer])),
  ]);
  const peakText =
    peaks === null
      ? "The machine's peaks were not measured."
      : `Peaks of one core in 128-bit WebAssembly: ${peaks.gflops.toFixed(1)} GFLOP/s (multiply and then add, in registers); ` +
        `reads ${peaks.cacheGBs.toFixed(1)} GB/s over 1 MiB, ${peaks.memoryGBs.toFixed(1)} GB/s over 256 MiB.`;
  return [
    `Recurra ${versions.recurra}, commit ${result.commit}, ${result.date}`,
    `Machine: ${machine.model}, ${machine.cores} cores, ${machine.memoryGb} GB, ${machine.system}; load before: ${machine.load}`,
    `Versions: ${Object.entries(versions)
      .filter(([name]) => name !== "recurra")
      .map(([name, version]) => `${name} ${version}`)
      .join(", ")}`,
    `Medians (least to most) of ${options.runs} fresh processes a side, in alternation, ${options.pinned}, one thread.`,
    peakText,
    "",
    ...table(["workload", "Recurra tokens/s", "GFLOP/s", "of the SIMD peak", "weights read, of the read rate"], own),
    ...(peers.length === 0 ? [] : ["", "Tokens/s of each peer, and how many times as fast Recurra is:", ""]),
    ...(peers.length === 0 ? [] : table(["workload", ...peers], compared)),
    ...notes(workloads),
  ].join("\n");
}

/** GFLOP/s, and the shares of the two bounds: products at the peak, and the state's weights read once a step. */
function ownFigures(workload, side, peaks) {
  if (!("median" in side)) return ["-", "-", "-"];
  const spec = WORKLOADS[workload];
  const gflops = (flopPerToken(spec) * side.median) / 1e9;
  const readGBs = (weightBytesPerToken(spec) * side.median) / 1e9;
  const percent = (share) => `${(100 * share).toFixed(0)} %`;
  return [
    gflops.toFixed(1),
    peaks === null ? "-" : percent(gflops / peaks.gflops),
    peaks === null ? "-" : percent(readGBs / peaks.cacheGBs),
  ];
}

/** Why a peer has no figure, once for each reason. */
function notes(workloads) {
  const reasons = new Map();
  for (const { workload, sides } of workloads) {
    for (const [name, side] of Object.entries(sides)) {
      const reason = side.unable ?? side.failed ?? side.absent;
      if (reason === undefined) continue;
      const key = `${name}: ${"unable" in side ? reason : `${"failed" in side ? "failed" : "absent"}, ${reason}`}`;
      reasons.set(key, [...(reasons.get(key) ?? []), workload]);
    }
  }
  const lines = [...reasons].map(([key, names]) => `- ${key} (${names.join(", ")})`);
  return lines.length === 0 ? [] : ["", ...lines];
}

function table(head, rows) {
  return [head, head.map((_, i) => (i === 0 ? "---" : "---:")), ...rows].map((cells) => `| ${cells.join(" | ")} |`);
}

/** @param {Side} side */
function show(side) {
  if ("absent" in side) return "absent";
  if ("failed" in side) return "failed";
  if ("unable" in side) return "-";
  if (side.runs.length === 1) return `${round(side.median)} (1 process)`;
  return `${round(side.median)} (${round(side.min)} to ${round(side.max)})`;
}

function showPeer(recurra, peer) {
  const ratio = ratioOf(recurra, peer);
  return ratio === null ? show(peer) : `${show(peer)}, ${ratio.toFixed(2)}x`;
}

/** Four significant digits, thousands apart. */
function round(value) {
  return Number(value.toPrecision(4)).toLocaleString("en-US", { maximumFractionDigits: 3 });
}
