import type { OptionRow } from "../tasks/task.ts";
import { EXIT } from "./exit-status.ts";
import { namedText } from "./named-text.ts";
import { openSamplingModel } from "./open-model.ts";
import type { Shell } from "./shell.ts";

const LARGEST_SEED = 2 ** 53 - 1;

/** The options of `sample`. */
export const sampleOptions: readonly OptionRow[] = [
  { name: "prompt", flag: "prompt", kind: "string", help: "what the text begins with" },
  {
    name: "length",
    flag: "length",
    kind: "integer",
    minimum: 1,
    fallback: 400,
    help: "tokens to write after the prompt: characters, or words of a word model",
  },
  {
    name: "temperature",
    flag: "temperature",
    kind: "number",
    minimum: 0,
    maximum: 100,
    fallback: 1,
    help: "1 draws as the model says, less is surer of itself, more is wilder",
  },
  {
    name: "topK",
    flag: "top-k",
    kind: "integer",
    minimum: 1,
    help: "draw from the k likeliest tokens alone",
  },
  {
    name: "topP",
    flag: "top-p",
    kind: "number",
    minimum: 0.000001,
    maximum: 1,
    help: "draw from the fewest tokens whose probability is p or more together, after top-k",
  },
  {
    name: "seed",
    flag: "seed",
    kind: "integer",
    minimum: 0,
    maximum: LARGEST_SEED,
    help: "the same seed gives the same text; without it, each run another",
  },
  {
    name: "count",
    flag: "count",
    kind: "integer",
    minimum: 1,
    fallback: 1,
    help: "samples to write, of consecutive seeds",
  },
];

/** The options of `sample` that were given. */
export interface SampleFlags {
  readonly prompt?: string;
  readonly length?: number;
  readonly temperature?: number;
  readonly topK?: number;
  readonly topP?: number;
  readonly seed?: number;
  readonly count?: number;
}

/** Writes samples as they are produced; with `json` one object a sample when it is whole. */
export async function sample(shell: Shell, directory: string, flags: SampleFlags, json: boolean): Promise<number> {
  const model = await openSamplingModel(shell, directory);
  const { prompt = "", length = 400, temperature = 1, count = 1, topK, topP } = flags;
  const choice = { ...(topK === undefined ? {} : { topK }), ...(topP === undefined ? {} : { topP }) };
  const firstSeed = flags.seed ?? shell.freshSeed();
  for (let i = 0; i < count; i++) {
    const seed = firstSeed + i;
    if (!json && i > 0) await shell.write("\n");
    // The prompt is held back until the first piece shows that the model can read it.
    let text = "";
    let before = prompt;
    await namedText("sample, --prompt", async () => {
      for await (const piece of model.sample({ prompt, length, temperature, seed, ...choice })) {
        if (json) text += piece;
        else await shell.write(before + piece);
        before = "";
      }
    });
    await shell.write(
      json ? `${JSON.stringify({ event: "sample", prompt, text, seed, temperature })}\n` : `${before}\n`,
    );
  }
  return EXIT.done;
}
