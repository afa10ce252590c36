import { describe, expect, it } from "vitest";
import { DataFaults } from "../data/data-faults.ts";
import { sourceOfFiles } from "../data/source-of-files.ts";
import { notesToMidi, writeMidi } from "../interop/index.ts";
import { readGeneratorData } from "./generator-data.ts";
import type { OptionValues } from "./task.ts";

const read = async (files: Record<string, string | Uint8Array>, options: OptionValues = {}, skip = false) => {
  const names = Object.keys(files);
  const faults = new DataFaults({ skip });
  const path = names.length === 1 && !names[0]!.includes("/") ? names[0]! : "tunes";
  const data = await readGeneratorData(sourceOfFiles(path, files), options, faults);
  faults.finish();
  return data;
};
const pairs = (data: Awaited<ReturnType<typeof read>>) =>
  data.examples.map(({ condition, sequence }) => [condition, sequence]);
const tune = (pitch: number) =>
  writeMidi(notesToMidi({ notes: [{ pitch, start: 0, end: 2, velocity: 80 }], quarters: 3 }));

describe("readGeneratorData", () => {
  it("reads labels and sequences from CSV, TSV and JSON Lines, found by their names or asked for", async () => {
    const expected = [
      ["f", "Ada"],
      ["m", "Alan"],
    ];
    expect(pairs(await read({ "a.csv": "name,label\nAda,f\nAlan,m\n" }))).toEqual(expected);
    expect(pairs(await read({ "a.tsv": "f\tAda\nm\tAlan\n" }))).toEqual(expected);
    const asked = { sequenceColumn: "who", conditionColumn: "sex" };
    expect(pairs(await read({ "a.csv": "sex,who,born\nf,Ada,1815\nm,Alan,1912\n" }, asked))).toEqual(expected);
    const json = '{"sequence":"Ada","condition":"f"}\n{"sequence":"Alan","condition":"m"}\n';
    expect(pairs(await read({ "a.jsonl": json }))).toEqual(expected);
  });

  it("reads numbers as numbers, several columns of them, and nothing as nothing", async () => {
    const csv = "sequence,x,y\nup,1,-2.5\ndown,3,4\n";
    expect(pairs(await read({ "a.csv": csv }, { conditionColumn: "x,y" }))).toEqual([
      [[1, -2.5], "up"],
      [[3, 4], "down"],
    ]);
    const json = '{"text":"up","condition":[1,2]}\n{"text":"down","condition":[3,4]}\n';
    expect(pairs(await read({ "a.jsonl": json }))[1]).toEqual([[3, 4], "down"]);
    expect(pairs(await read({ "a.csv": "label,name\n1,up\n2,down\n" }))[0]).toEqual([[1], "up"]);
    expect(pairs(await read({ "a.csv": "label,name\n1,up\n2,down\n" }, { conditionKind: "label" }))[0]).toEqual([
      "1",
      "up",
    ]);
    expect(
      pairs(await read({ "a.csv": "label,name\n1,up\n2,down\n" }, { conditionKind: "none" }))[0]![0],
    ).toBeUndefined();
    expect(pairs(await read({ "a.txt": "Ada\n\nAlan\n" }))).toEqual([
      [undefined, "Ada"],
      [undefined, "Alan"],
    ]);
  });

  it("reads rolls with their parts, and one part alone", async () => {
    const json = '{"test": [[[60]]], "train": [[[61], []]], "valid": [[[62]]]}';
    const data = await read({ "a.json": json });
    expect([data.unit, data.examples, data.valid, data.test].slice(1)).toEqual(
      [[[61], []], [[62]], [[60]]].map((sequence) => [{ condition: undefined, sequence }]),
    );
    expect(data.unit).toBe("roll");
    const part = await read({ "a.json": json }, { part: "valid", unit: "events" });
    expect(part).toEqual({ unit: "events", examples: [{ condition: undefined, sequence: [[62]] }] });
    const music = '{"condition":"slow","roll":[[64,60],[]]}\n';
    const { unit, examples } = await read({ "a.jsonl": music });
    expect([unit, examples[0]!.condition, examples[0]!.sequence]).toEqual(["roll", "slow", [[60, 64], []]]);
  });

  it("reads a MIDI file and folders of them, a sub-folder being a label", async () => {
    expect(pairs(await read({ "a.mid": tune(60) }))).toEqual([[undefined, [[60], [60], []]]]);
    const folder = { "bach/1.mid": tune(60), "bach/2.MID": tune(62), "weill/1.midi": tune(64) };
    expect(pairs(await read(folder, { stepQuarters: 2 }))).toEqual([
      ["bach", [[60], []]],
      ["bach", [[62], []]],
      ["weill", [[64], []]],
    ]);
    const [example] = (await read({ "a.mid": tune(60) }, { unit: "events" })).examples;
    expect(example!.sequence).toEqual({ notes: [{ pitch: 60, start: 0, end: 2, velocity: 80 }], quarters: 3 });
  });

  it("names file, line and column of what is wrong, and goes on without when asked to", async () => {
    const said = async (files: Record<string, string | Uint8Array>, options: OptionValues = {}) => {
      try {
        await read(files, options);
        return "no fault";
      } catch (error) {
        return (error as Error).message;
      }
    };
    const csv = "label,name\nf,Ada\nm,\n,Alan\nm,Edsger,x\n";
    const broken = tune(60).slice(0, 30);
    expect([
      await said({ "a.csv": csv }),
      await said({ "a.csv": "label,name\n1,Ada\nx,Alan\n" }, { conditionKind: "numbers" }),
      await said({ "a.jsonl": '{"sequence":"Ada","condition":"f"}\n{"sequence":"Alan"}\n' }),
      await said({ "a.jsonl": '{"sequence":[[60],[200]]}\n' }),
      await said({ "a.jsonl": '{"sequence":"Ada","condition"}\n' }),
      await said({ "x/a.mid": tune(60), "x/b.mid": broken }),
      await said({ "a.json": '{"train": [[[60]]]}' }, { part: "test" }),
      await said({ "a.json": '{"train": [[[60]]]}' }, { unit: "char" }),
      await said({ "a.csv": "label,name\nf,Ada\nf,Eve\n" }, { unit: "roll" }),
      await said({ "a.csv": "a,b,c\n1,2,3\n4,5,6\n" }),
      await said({ "a.png": "x" }),
      await said({ "a.txt": "\n" }),
    ]).toMatchInlineSnapshot(`
      [
        "a.csv, line 5, column 3: expected 2 cells, as in line 1, got 3. 3 records are bad, this is the first; --skip-bad goes on without.",
        "a.csv, line 3, column "label": expected a number, got "x". It is the only bad record; --skip-bad goes on without.",
        "a.jsonl, line 2, field "condition": expected a condition, as the other records have, got none. It is the only bad record; --skip-bad goes on without.",
        "a.jsonl, line 1, field "sequence": expected a sequence: a text, or a list of steps of pitches, got [[60],[200]]. It is the only bad record; --skip-bad goes on without.",
        "a.jsonl, line 1, character 30: expected JSON, got "}". It is the only bad record; --skip-bad goes on without.",
        "tunes/x/b.mid, byte 18: expected a chunk of at most 8 bytes, got 21 bytes. It is the only bad record; --skip-bad goes on without.",
        "a.json: expected a part "test", got the parts train.",
        "a.json, --unit: expected roll or events, got char.",
        "a.csv, --unit: expected char or word, got roll.",
        "a.csv: expected one column for the sequence, got columns "a", "b", "c". Name it with --sequence-column, by its name or its number from 1.",
        "a.png: expected a .csv, .tsv, .jsonl, .txt, .json or .mid file, or a folder with .mid files, got "a.png".",
        "a.txt: expected at least one sequence, got none.",
      ]
    `);
    expect(pairs(await read({ "a.csv": csv }, {}, true))).toEqual([["f", "Ada"]]);
    expect(pairs(await read({ "x/a.mid": tune(60), "x/b.mid": broken }, {}, true))).toHaveLength(1);
  });
});
