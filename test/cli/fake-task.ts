import { RecurraError } from "../../src/core/errors.ts";
import { readTexts } from "../../src/data/sources/read-texts.ts";
import type {
  Metrics,
  ModelFiles,
  OptionValues,
  SampleOptions,
  SamplingModel,
  Task,
  TrainingControl,
  TrainingReport,
  TrainingRun,
  TrainingSummary,
} from "../../src/tasks/task.ts";

const bits = (x: number): Metrics => ({ bitsPerToken: x, perplexity: 2 ** x, bitsPerChar: x });

/** A model that repeats one letter. */
class EchoModel implements SamplingModel {
  readonly task = "language-model";
  readonly parameterCount = 3;
  readonly reading = {};
  readonly flopPerToken = { forward: 2, backward: 4 };
  readonly letter: string;

  constructor(letter: string) {
    this.letter = letter;
  }

  async *sample({ prompt = "", length = 10, seed = 0 }: SampleOptions = {}): AsyncIterable<string> {
    if (prompt.includes("#")) {
      throw new RecurraError("data", { where: "prompt", expected: "a known character", got: '"#"' });
    }
    for (let i = 0; i < length; i++) yield seed % 2 === 0 ? this.letter : this.letter.toUpperCase();
  }

  evaluate(texts: readonly string[]): Metrics {
    return { ...bits(2), tokens: texts.join("\n").length - 1 };
  }

  toFiles(): ModelFiles {
    return {
      config: { task: "language-model", architecture: { cell: "echo" } },
      encoder: { letter: this.letter },
      weights: new Map([["w", { shape: [3], data: Float32Array.of(1, 2, 3) }]]),
    };
  }
}

function trainEcho(
  texts: readonly string[],
  options: OptionValues = {},
  control: TrainingControl = {},
): TrainingRun<EchoModel> {
  const text = texts.join("\n");
  const totalSteps = Number(options.steps ?? 10);
  let steps = 0;
  async function* reports(): AsyncGenerator<TrainingReport> {
    while (steps < totalSteps && control.signal?.aborted !== true) {
      steps += 1;
      if (text.includes("burst")) throw new TypeError("burst");
      yield {
        step: steps,
        totalSteps,
        lossNats: 1,
        gradientNorm: 1,
        learningRate: 0.1,
        tokens: steps * 10,
        tokensPerSecond: 1000,
        elapsedSeconds: steps,
        etaSeconds: totalSteps - steps,
        ...(steps === totalSteps ? { valid: bits(2) } : {}),
      };
    }
  }
  const summary = (): TrainingSummary => ({
    steps,
    tokens: steps * 10,
    seconds: steps,
    tokensPerSecond: 1000,
    parameters: 3,
    valid: bits(control.valid === undefined ? 2 : 3),
    baselines: [
      { name: "unigram", metrics: bits(4) },
      { name: "Kneser-Ney 5-gram", metrics: bits(1.5) },
    ],
    stopped: steps < totalSteps,
  });
  return {
    [Symbol.asyncIterator]: reports,
    get model() {
      return Promise.resolve(new EchoModel(text[0]!));
    },
    get summary() {
      return Promise.resolve(summary());
    },
  };
}

/** A task of the shape of a real one, whose training takes no time. */
export const fakeTask: Task<readonly string[]> = {
  name: "language-model",
  summary: "Learns to write.",
  dataHelp: "a UTF-8 text file, or a folder of .txt files",
  options: [
    { name: "cell", flag: "cell", kind: "choice", choices: ["rnn", "gru", "lstm"], fallback: "lstm", help: "the cell" },
    { name: "hiddenSize", flag: "hidden", kind: "integer", minimum: 1, maximum: 4096, fallback: 128, help: "units" },
    { name: "steps", flag: "steps", kind: "integer", minimum: 1, excludes: ["minutes"], help: "updates" },
    { name: "minutes", flag: "minutes", kind: "number", minimum: 0, help: "minutes" },
  ],
  read: async (source) => (await readTexts(source)).map(({ text }) => text),
  train: trainEcho,
  baselines: () => [{ name: "unigram of this text", metrics: bits(3) }],
  load: async (files) => new EchoModel(String(files.encoder.letter)),
};
