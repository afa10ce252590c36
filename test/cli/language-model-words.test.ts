import { spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { jsonLines } from "./fake-shell.ts";

const dist = fileURLToPath(new URL("../../dist/", import.meta.url));
const built = join(dist, "cli/main.js");
const CELL = `import { defineCell, tanh } from ${JSON.stringify(join(dist, "index.js"))};
export const mine = defineCell({ name: "mine", states: ["a"], step: ({ x, a }, { affine }) => ({ a: tanh(affine("a", a, x)) }) });
export const nothing = 1;
`;

describe.skipIf(!existsSync(built))(
  "the built program with words, lines, files of flags and cells of one's own",
  () => {
    let root: string;
    let model: string;
    const at = (name: string) => join(root, name);
    const recurra = (argv: string[], input = "") => {
      const { status, stdout, stderr } = spawnSync(process.execPath, [built, ...argv], { encoding: "utf8", input });
      return { status, stdout, stderr: stderr.replaceAll(root, "ROOT") };
    };
    const train = (...more: string[]) => ["train", "language-model", "--data", at("lines.txt"), ...more];

    beforeAll(async () => {
      root = await mkdtemp(join(tmpdir(), "recurra-"));
      model = at("model");
      await writeFile(at("lines.txt"), "the cat was full.\nthe cats were full.\n".repeat(60));
      await writeFile(at("cell.mjs"), CELL);
      await writeFile(at("flags.yaml"), "# a comment\nunit: word\nlines: true\nhidden: 12\nlr: 0.02\nsteps: 80\n");
      expect(recurra(train("--config", at("flags.yaml"), "--out", model, "--quiet"))).toEqual({
        status: 0,
        stdout: "",
        stderr: "",
      });
    });
    afterAll(() => rm(root, { recursive: true, force: true }));

    it("scores texts of the command line and of a pipe, a token at a time on request", () => {
      const { status, stdout } = recurra(["score", model, "the cats were full.", "--tokens"]);
      expect(status).toBe(0);
      expect(stdout).toMatch(/^the cats were full\.\n {2}log p -\d.* nats, 6 tokens, .*\n {2}the .*\n/);
      expect(stdout).toContain("<EOS>");
      const lines = "the cat was full.\n\nthe cat were full.\n";
      const piped = recurra(["score", model, "--file", "-", "--json"], lines);
      expect(recurra(["score", model, "-", "--json"], lines)).toEqual(piped);
      const [right, wrong] = jsonLines(piped.stdout) as { text: string; logProbability: number }[];
      expect([right!.text, wrong!.text]).toEqual(["the cat was full.", "the cat were full."]);
      expect(right!.logProbability).toBeGreaterThan(wrong!.logProbability);
      expect(recurra(["score", model]).status).toBe(2);
      expect(recurra(["score", model, "--file", at("absent")])).toMatchObject({
        status: 1,
        stderr: "ROOT/absent: expected a file that can be read, got nothing of that name.\n",
      });
    });

    it("counts the baselines of an evaluation on the training data while it is at hand", async () => {
      const names = (...argv: string[]) =>
        (jsonLines(recurra(argv).stdout)[0]!.baselines as { name: string }[]).map(({ name }) => name);
      expect(names("eval", model, "--data", at("lines.txt"), "--json")).toEqual(["unigram", "interpolated trigram"]);
      await writeFile(at("other.txt"), "the cat was full.\n");
      await rm(join(model, "training.safetensors"));
      expect(names("eval", model, "--data", at("other.txt"), "--json")).toEqual(["unigram of this text"]);
    });

    it("lets the command line go before the file of flags, and names what is wrong in the file", async () => {
      const [done] = jsonLines(
        recurra(train("--config", at("flags.yaml"), "--epochs", "1", "--out", at("less"), "--json")).stdout,
      ).slice(-1);
      expect(done!.steps).toBe(7); // 108 lines in batches of 16: the steps of the file give way
      const faults: [string, string, number][] = [
        ["hiden: 3\n", 'ROOT/x.yaml, hiden: expected a flag of the command, got "hiden". Did you mean hidden?\n', 2],
        ["hidden: many\n", 'ROOT/x.yaml, hidden: expected an integer from 1 to 8192, got "many".\n', 2],
        ["- 1\n", 'ROOT/x.yaml: expected a map of flags, got "- 1". Write a line a flag, such as hidden: 256.\n', 1],
        ["hidden: [1\n", "ROOT/x.yaml, line ", 1],
      ];
      for (const [text, message, code] of faults) {
        await writeFile(at("x.yaml"), text);
        const { status, stderr } = recurra(train("--config", at("x.yaml"), "--out", at("none")));
        expect(stderr.startsWith(message), stderr).toBe(true);
        expect(status).toBe(code);
        expect(existsSync(at("none"))).toBe(false);
      }
      expect(recurra(["train", "language-model", "--out", at("none")]).stderr).toMatch(/--data <path>, got none/);
      expect(recurra(["train", "language-model"]).stderr).toMatch(/--data <path> and --out <dir>, got none/);
    });

    it("ends with 2 where the sizes asked for do not fit each other", () => {
      const { status, stderr } = recurra(train("--tied", "--embedding", "5", "--out", at("none")));
      expect(stderr).toMatch(/^dense, tiedTo: expected an embedding of \d+ words, 128 numbers each, got \[\d+, 5\]/);
      expect(status).toBe(2);
    });

    it("trains a cell of one's own, and resumes and samples it without its file", async () => {
      const out = at("own");
      const sizes = ["--hidden", "8", "--bptt", "8", "--batch", "4"];
      const whole = recurra(
        train("--cell", `${at("cell.mjs")}#mine`, ...sizes, "--steps", "40", "--out", at("whole"), "--json"),
      );
      const half = recurra(
        train("--cell", `${at("cell.mjs")}#mine`, ...sizes, "--steps", "20", "--out", out, "--json"),
      );
      expect([whole.status, half.status, whole.stderr.includes("expected")]).toEqual([0, 0, false]);
      await rm(at("cell.mjs"));
      const resumed = recurra(["train", "--resume", out, "--steps", "40", "--json"]);
      const sha = (text: string) => jsonLines(text).at(-1)!.weightsSha256;
      expect(sha(resumed.stdout)).toBe(sha(whole.stdout));
      expect(recurra(["sample", out, "--length", "5", "--seed", "1"]).stdout).toHaveLength(6);
      await writeFile(at("cell.mjs"), CELL);
    });

    it("says which cells a module has when the one asked for is none", async () => {
      const asked = (cell: string) => recurra(train("--cell", cell, "--out", at("none"))).stderr;
      expect(asked(`${at("cell.mjs")}#nothing`)).toContain("made by defineCell, got number. It exports #mine.");
      expect(asked(at("absent.mjs"))).toContain("expected a JavaScript module that can be loaded, got no such file.");
      await writeFile(at("faulty.mjs"), CELL.replace("({ a: tanh", "({ b: tanh"));
      expect(asked(at("faulty.mjs"))).toMatch(
        /faulty\.mjs", cell "\w+", the value returned by step: expected .*[^.]\.\n$/,
      );
      expect(asked("lsmt")).toContain('or a cell of your own as ./my-cell.js#name, got "lsmt". Did you mean lstm?');
    });
  },
);
