/**
 * Trains small networks on the problems that long memories are judged by, and prints a table beside the published figures.
 *
 * One process a seed, two at most at once. Exit status 1 where a bound is not met.
 */
import { execFile } from "node:child_process";
import { loadavg } from "node:os";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { type Cell, type Experiment, planOf } from "./plan.ts";
import { problemOf, type SeedOptions, type SeedResult } from "./train-seed.ts";

const AT_ONCE = 2;
const run = promisify(execFile);
const say = (line: string): unknown => process.stdout.write(`${line}\n`);

let busy = 0;
const waiting: (() => void)[] = [];

/** Runs `work` when fewer than `AT_ONCE` others run, in the order of the calls. */
async function inTurn<Result>(work: () => Promise<Result>): Promise<Result> {
  if (busy === AT_ONCE) await new Promise<void>((go) => waiting.push(go));
  else busy++;
  try {
    return await work();
  } finally {
    const next = waiting.shift();
    if (next === undefined) busy--;
    else next();
  }
}

interface Finished extends SeedResult {
  readonly seed: number;
}

const nameOf = (experiment: Experiment, T: number): string =>
  T === 0 ? experiment.title : `${experiment.title}, T = ${T}`;

async function train(experiment: Experiment, cell: Cell, T: number, seed: number): Promise<Finished> {
  const { problem, settings, learningRates } = experiment;
  const options: SeedOptions = { ...settings, problem, cell, T, seed, learningRate: learningRates[cell] };
  const program = fileURLToPath(new URL("./seed-process.js", import.meta.url));
  const { stdout } = await inTurn(() => run(process.execPath, [program, JSON.stringify(options)]));
  const result = JSON.parse(stdout) as SeedResult;
  const { measure } = problemOf(problem, T);
  const outcome = result.succeeded ? "succeeded" : "failed   ";
  const seconds = `${result.seconds.toFixed(0)} s`;
  say(
    `  ${nameOf(experiment, T)}, ${cell}, seed ${seed}: ${outcome} after ${result.sequences} sequences, ${measure} ${result.error.toPrecision(2)}, ${seconds}`,
  );
  return { ...result, seed };
}

/** The seeds of one cell in a few words: `3 of 3 seeds, 3,500 to 9,500 sequences, 4 s`. */
function summaryOf(results: readonly Finished[]): string {
  const won = results.filter(({ succeeded }) => succeeded);
  const failed = results.filter(({ succeeded }) => !succeeded);
  const needed = won.map(({ sequences }) => sequences).sort((a, b) => a - b);
  const seconds = results.reduce((total, each) => total + each.seconds, 0);
  const parts = [`${won.length} of ${results.length} seeds`];
  if (needed.length > 0) {
    const mean = Math.round(needed.reduce((total, each) => total + each, 0) / needed.length);
    parts.push(`${mean.toLocaleString("en")} sequences on average (${needed[0]} to ${needed.at(-1)})`);
  }
  if (failed.length > 0) {
    const names = failed.map(({ seed }) => seed).join(", ");
    parts.push(`seed ${names} not after ${failed[0]!.sequences.toLocaleString("en")}`);
  }
  return `${parts.join("; ")}; ${seconds.toFixed(0)} s`;
}

/** One row of the table: a cell on a problem at a length. */
interface Row {
  readonly name: string;
  readonly cell: Cell;
  readonly got: string;
  readonly bound: string;
}

interface Outcome {
  readonly experiment: Experiment;
  readonly rows: readonly Row[];
  readonly met: boolean;
  /** The first length at which the plain RNN fails as often as asked. */
  readonly separatedAt?: number;
}

async function verify(experiment: Experiment): Promise<Outcome> {
  const { lstmAtLeast, rnnAtMost } = experiment;
  const seeds = Array.from({ length: experiment.seeds }, (_, i) => i + 1);
  const rows: Row[] = [];
  let met = false;
  for (const T of experiment.lengths) {
    const [lstm, rnn] = await Promise.all(
      (["lstm", "rnn"] as const).map((cell) => Promise.all(seeds.map((seed) => train(experiment, cell, T, seed)))),
    );
    const count = (results: readonly Finished[]): number => results.filter(({ succeeded }) => succeeded).length;
    const name = nameOf(experiment, T);
    const remembers = count(lstm!) >= lstmAtLeast;
    const forgets = rnnAtMost === undefined || count(rnn!) <= rnnAtMost;
    const says = (held: boolean, rule: string): string => `${rule}: ${held ? "met" : "not met"}`;
    rows.push(
      { name, cell: "lstm", got: summaryOf(lstm!), bound: says(remembers, `at least ${lstmAtLeast}`) },
      {
        name,
        cell: "rnn",
        got: summaryOf(rnn!),
        bound: rnnAtMost === undefined ? "reported only" : says(forgets, `at most ${rnnAtMost}`),
      },
    );
    met = remembers && forgets;
    if (!remembers || forgets)
      return { experiment, rows, met, ...(met && rnnAtMost !== undefined && { separatedAt: T }) };
  }
  return { experiment, rows, met };
}

function printTable(outcomes: readonly Outcome[]): void {
  for (const { experiment, rows, met, separatedAt } of outcomes) {
    const { settings, learningRates } = experiment;
    const { measure, largestError } = problemOf(experiment.problem, 100);
    say(`\n${experiment.title}: ${met ? "met" : "NOT MET"}`);
    say(`  published  ${experiment.published}`);
    say(`  success    ${measure} at most ${largestError} over ${settings.testSequences} test sequences`);
    say(
      `  run        H = ${settings.hiddenSize}, batches of ${settings.batchSize}, Adam ${learningRates.lstm} (lstm) and ${learningRates.rnn} (rnn), clip ${settings.clipNorm}, forget bias ${settings.forgetBias}, at most ${settings.mostSequences.toLocaleString("en")} sequences`,
    );
    for (const { name, cell, got, bound } of rows) say(`  ${cell.padEnd(9)}  ${name}: ${got}. ${bound}`);
    if (separatedAt !== undefined) say(`  The cells separate at T = ${separatedAt}.`);
  }
}

const unknown = process.argv.slice(2).filter((argument) => argument !== "--full");
if (unknown.length > 0) {
  process.stderr.write(`verify: expected --full or nothing, got ${unknown.join(" ")}.\n`);
  process.exit(2);
}
const started = performance.now();
const outcomes = await Promise.all(planOf(process.argv.includes("--full")).map(verify));
printTable(outcomes);
const load = loadavg()[0]!.toFixed(1);
say(
  `\n${((performance.now() - started) / 60_000).toFixed(1)} minutes with ${AT_ONCE} processes at once; load of the machine at the end ${load}`,
);
process.exit(outcomes.every(({ met }) => met) ? 0 : 1);
