import { access, readFile, writeFile } from "node:fs/promises";
import { join, parse } from "node:path";
import { unusable } from "../checkpoint/unusable-path.ts";
import { RecurraError, shown } from "../core/errors.ts";
import type { OptionRow, SamplingModel } from "../tasks/task.ts";
import { EXIT } from "./exit-status.ts";
import { namedText } from "./named-text.ts";
import { openSamplingModel } from "./open-model.ts";
import type { Shell } from "./shell.ts";

const LARGEST_SEED = 2 ** 53 - 1;

/** The options of `sample`. */
export const sampleOptions: readonly OptionRow[] = [
  {
    name: "prompt",
    flag: "prompt",
    kind: "string",
    help: "what the text begins with; for music a .mid file, the JSON of a roll, or events",
  },
  {
    name: "length",
    flag: "length",
    kind: "integer",
    minimum: 1,
    help: "tokens to write after the prompt: characters, words, or steps of music (default 400, of a generator by its unit)",
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
  {
    name: "condition",
    flag: "condition",
    kind: "string",
    help: "what a generator makes the sequence from: a label, or numbers with commas between them",
  },
  {
    name: "out",
    flag: "out",
    kind: "string",
    help: "a .mid file to write music to; with --count, FILE-1.mid, FILE-2.mid, …",
  },
  {
    name: "tempo",
    flag: "tempo",
    kind: "number",
    minimum: 4,
    maximum: 1000,
    fallback: 120,
    help: "quarter notes a minute of the .mid file",
  },
  { name: "force", flag: "force", kind: "boolean", fallback: false, help: "write over a file that exists" },
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
  readonly condition?: string;
  readonly out?: string;
  readonly tempo?: number;
  readonly force?: boolean;
}

const LENGTH = 400;
const TEMPO = 120;

/** `tune.mid` for a single sample, else `tune-1.mid`, `tune-2.mid`, … */
function midiPath(out: string, index: number, count: number): string {
  const { dir, name, ext } = parse(out);
  return count === 1 ? out : join(dir, `${name}-${index + 1}${ext}`);
}

/** Says before anything is written why music cannot go to a file. */
async function checkOut(model: SamplingModel, out: string, count: number, force: boolean): Promise<void> {
  const where = `sample, --out ${out}`;
  if (model.writesMusic !== true) {
    throw new RecurraError("option", {
      where,
      expected: "a model that writes music",
      got: `one of the task ${model.task}`,
    });
  }
  if (!/\.midi?$/i.test(out)) {
    throw new RecurraError("option", { where, expected: "a name that ends in .mid", got: shown(out) });
  }
  if (force) return;
  for (let i = 0; i < count; i++) {
    const path = midiPath(out, i, count);
    const exists = await access(path).then(
      () => true,
      () => false,
    );
    if (exists) {
      const hint = "--force writes over it.";
      throw new RecurraError("option", { where, expected: "a file that does not exist", got: shown(path), hint });
    }
  }
}

/** The prompt, or what the MIDI file of that name holds. */
async function promptOf(model: SamplingModel, prompt: string): Promise<string> {
  if (model.fromMidi === undefined || !/\.midi?$/i.test(prompt)) return prompt;
  let bytes: Uint8Array;
  try {
    bytes = await readFile(prompt);
  } catch (cause) {
    throw unusable(`sample, --prompt ${prompt}`, "a MIDI file", cause);
  }
  return model.fromMidi(bytes, prompt);
}

async function writeFileOrSay(path: string, bytes: Uint8Array): Promise<void> {
  try {
    await writeFile(path, bytes);
  } catch (cause) {
    throw unusable(path, "a file that can be written, in a folder that exists", cause);
  }
}

/** Writes samples as they are produced; with `json` one object a sample when it is whole. */
export async function sample(shell: Shell, directory: string, flags: SampleFlags, json: boolean): Promise<number> {
  const model = await openSamplingModel(shell, directory);
  const { temperature = 1, count = 1, out, tempo = TEMPO, force = false } = flags;
  const { topK, topP, condition } = flags;
  const length = flags.length ?? (model.task === "generator" ? undefined : LENGTH);
  if (out !== undefined) await checkOut(model, out, count, force);
  const prompt = await promptOf(model, flags.prompt ?? "");
  const given = Object.entries({ length, topK, topP, condition }).filter(([, value]) => value !== undefined);
  const choice = Object.fromEntries(given) as Pick<SampleFlags, "length" | "topK" | "topP" | "condition">;
  const firstSeed = flags.seed ?? shell.freshSeed();
  const held = json || out !== undefined;
  for (let i = 0; i < count; i++) {
    const seed = firstSeed + i;
    if (!held && i > 0 && model.task !== "generator") await shell.write("\n");
    // The prompt is held back until the first piece shows that the model can read it.
    let text = "";
    let before = model.writesMusic === true ? "" : prompt;
    await namedText("sample, --prompt", async () => {
      for await (const piece of model.sample({ prompt, temperature, seed, ...choice })) {
        if (held) text += piece;
        else await shell.write(before + piece);
        before = "";
      }
    });
    if (out !== undefined) {
      const path = midiPath(out, i, count);
      await writeFileOrSay(path, model.toMidi!(text, tempo));
      if (!json) await shell.write(`${path}\n`);
    }
    if (json) {
      const file = out === undefined ? {} : { out: midiPath(out, i, count), tempo };
      const from = condition === undefined ? {} : { condition };
      await shell.write(`${JSON.stringify({ event: "sample", prompt, ...from, text, seed, temperature, ...file })}\n`);
    } else if (out === undefined) await shell.write(`${before}\n`);
  }
  return EXIT.done;
}
