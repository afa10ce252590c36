import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { decodeText } from "./decode-text.ts";
import { openSource } from "./open-source.ts";
import { readTexts } from "./read-texts.ts";

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "recurra-text-"));
});
afterAll(async () => {
  await rm(folder, { recursive: true, force: true });
});

async function put(name: string, content: string | Uint8Array): Promise<string> {
  const path = join(folder, name);
  await mkdir(join(path, ".."), { recursive: true });
  await writeFile(path, content);
  return path;
}

const textsOf = async (path: string) => (await readTexts(await openSource(path))).map(({ text }) => text);

const bytes = (...values: number[]) => Uint8Array.from(values);

describe("readTexts", () => {
  it("reads a UTF-8 file unchanged but for the byte order mark", async () => {
    const path = await put("bom.txt", "\ufeffCall me\r\nIshmael — 🐋\n");
    expect(await textsOf(path)).toEqual(["Call me\r\nIshmael — 🐋\n"]);
  });

  it("reads a folder's .txt files in code-point order", async () => {
    await put("order/chapter_10.txt", "ten");
    await put("order/chapter_2.txt", "two\n");
    await put("order/\u{1f40b}.txt", "astral"); // after U+FF21 by code point, before it by UTF-16 unit
    await put("order/\uff21.txt", "wide");
    await put("order/empty.txt", "");
    await put("order/chapter_3.json", "no");
    await put("order/.hidden.txt", "no");
    await put("order/inner/deep.txt", "no");
    const path = join(folder, "order");
    expect(await textsOf(path)).toEqual(["ten", "two\n", "wide", "astral"]);
    expect((await readTexts(await openSource(path))).map((file) => file.path)).toEqual([
      join(path, "chapter_10.txt"),
      join(path, "chapter_2.txt"),
      join(path, "\uff21.txt"),
      join(path, "\u{1f40b}.txt"),
    ]);
  });

  it("names a missing file, an empty file and a folder without text", async () => {
    await mkdir(join(folder, "bare"), { recursive: true });
    await put("blank/a.txt", "");
    await expect(textsOf(join(folder, "none.txt"))).rejects.toMatchObject({
      code: "data",
      parts: { where: join(folder, "none.txt"), got: "no such file" },
    });
    await expect(textsOf(await put("zero.txt", ""))).rejects.toMatchObject({ parts: { got: "an empty file" } });
    await expect(textsOf(await put("bom-only.txt", "\ufeff"))).rejects.toMatchObject({
      parts: { got: "an empty file" },
    });
    await expect(textsOf(join(folder, "bare"))).rejects.toThrow(/0 other files and no .txt file/);
    await expect(textsOf(join(folder, "blank"))).rejects.toThrow(/1 empty .txt files/);
  });

  it("names file and byte of what is not UTF-8", async () => {
    const path = await put("latin.txt", bytes(0x61, 0xc3, 0xa9, 0x62, 0xe9, 0x63));
    await expect(textsOf(path)).rejects.toThrow(
      `${path}, byte 4: expected UTF-8 text, got the byte 0xe9, which is not UTF-8 here. Save the file as UTF-8.`,
    );
  });
});

describe("decodeText", () => {
  const failure = (value: Uint8Array) => {
    try {
      return decodeText(value, "x");
    } catch (error) {
      return (error as Error).message.split(":")[0];
    }
  };

  it("finds the first wrong byte of every kind of fault", () => {
    expect(failure(bytes(0x61, 0x80))).toBe("x, byte 1"); // a continuation alone
    expect(failure(bytes(0x61, 0x62, 0xc3))).toBe("x, byte 2"); // cut off
    expect(failure(bytes(0xc0, 0xaf))).toBe("x, byte 0"); // overlong
    expect(failure(bytes(0xe0, 0x9f, 0xbf))).toBe("x, byte 0"); // overlong
    expect(failure(bytes(0x61, 0xed, 0xa0, 0x80))).toBe("x, byte 1"); // a surrogate
    expect(failure(bytes(0xf4, 0x90, 0x80, 0x80))).toBe("x, byte 0"); // above U+10FFFF
    expect(failure(bytes(0xf0, 0x9f, 0x90, 0x8b, 0xf0, 0x9f, 0x90))).toBe("x, byte 4");
  });

  it("agrees with the platform's decoder on which bytes are UTF-8, at each lead byte", () => {
    for (let lead = 0x80; lead < 0x100; lead++) {
      for (const next of [0x7f, 0x80, 0x8f, 0x90, 0x9f, 0xa0, 0xbf, 0xc0]) {
        const value = bytes(0x61, lead, next, 0x80, 0x80);
        const lenient = new TextDecoder().decode(value);
        const at = lenient.indexOf("\ufffd");
        const offset = new TextEncoder().encode(lenient.slice(0, at)).length;
        expect(failure(value)).toBe(at < 0 ? lenient : `x, byte ${offset}`);
      }
    }
  });

  it("calls a zero byte binary and a UTF-16 mark UTF-16", () => {
    expect(() => decodeText(bytes(0x61, 0x00, 0xff), "a.bin")).toThrowErrorMatchingInlineSnapshot(
      `[RecurraError: a.bin, byte 1: expected UTF-8 text, got a zero byte. This looks like a binary file or UTF-16: give a UTF-8 text file.]`,
    );
    expect(() => decodeText(bytes(0xff, 0xfe, 0x61, 0x00), "a.txt")).toThrowErrorMatchingInlineSnapshot(
      `[RecurraError: a.txt, byte 0: expected UTF-8 text, got a UTF-16 byte order mark. Save the file as UTF-8.]`,
    );
  });
});
