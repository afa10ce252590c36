/**
 * The built command line with a task that trains, and a model that writes, without end. `--deaf` ignores the signal to stop,
 * `--busy start` and `--busy score` let nothing else happen for a minute.
 */
import { nodeShell } from "../../dist/cli/node-shell.js";
import { runCommandLine } from "../../dist/cli/program.js";

const pause = (ms) => new Promise((resolve) => setTimeout(resolve, ms));
const deaf = process.argv.includes("--deaf");
const work = (when) => {
  if (process.argv[process.argv.indexOf("--busy") + 1] !== when) return;
  process.stderr.write(`busy\n`);
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 60_000);
};
const bits = { bitsPerChar: 2 };

const model = {
  task: "language-model",
  parameterCount: 1,
  reading: {},
  flopPerToken: { forward: 0, backward: 0 },
  async *sample() {
    while (true) yield "abcdefgh\n";
  },
  evaluate: () => bits,
  toFiles: () => ({
    config: { task: "language-model" },
    encoder: {},
    weights: new Map([["w", { shape: [1], data: Float32Array.of(1) }]]),
  }),
};

const task = {
  name: "language-model",
  summary: "Trains without end.",
  dataHelp: "any file",
  options: [
    { name: "deaf", flag: "deaf", kind: "boolean", help: "ignore the signal to stop" },
    { name: "busy", flag: "busy", kind: "choice", choices: ["start", "score"], help: "what nothing can interrupt" },
  ],
  async read(source) {
    await source.read(source.files[0]);
    return "";
  },
  baselines: () => [],
  load: async () => model,
  train(_text, _options, { signal }) {
    let step = 0;
    work("start");
    return {
      async *[Symbol.asyncIterator]() {
        while (deaf || !signal.aborted) {
          await pause(5);
          step += 1;
          yield { step, lossNats: 1, tokens: step, tokensPerSecond: 1, elapsedSeconds: step / 200, etaSeconds: 0 };
        }
      },
      get model() {
        return Promise.resolve(model);
      },
      get summary() {
        work("score");
        const counts = { steps: step, tokens: step, seconds: 1, tokensPerSecond: 1, parameters: 1 };
        return Promise.resolve({ ...counts, valid: bits, baselines: [], stopped: true });
      },
    };
  },
};

process.exitCode = await runCommandLine(process.argv.slice(2), nodeShell([task], []));
