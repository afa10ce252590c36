import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { RecurraError } from "../core/errors.ts";
import { Random } from "../core/random.ts";
import { readSafetensors, type SafetensorsFile, type SafetensorsTensor, writeSafetensors } from "./safetensors.ts";

// Written by the reference implementation, safetensors 0.8.0 for Python: save(tensors, {"format": "pt"}).
const GOLDEN_HEADER =
  '{"__metadata__":{"format":"pt"},"y":{"dtype":"U64","shape":[1],"data_offsets":[0,8]},' +
  '"z":{"dtype":"I64","shape":[2],"data_offsets":[8,24]},"d":{"dtype":"F64","shape":[],"data_offsets":[24,32]},' +
  '"a":{"dtype":"F32","shape":[2,1],"data_offsets":[32,40]},"b":{"dtype":"F32","shape":[3],"data_offsets":[40,52]},' +
  '"e":{"dtype":"F32","shape":[0,3],"data_offsets":[52,52]},"j":{"dtype":"U32","shape":[1],"data_offsets":[52,56]},' +
  '"i":{"dtype":"I32","shape":[1],"data_offsets":[56,60]},"h":{"dtype":"F16","shape":[2],"data_offsets":[60,64]},' +
  '"l":{"dtype":"U16","shape":[1],"data_offsets":[64,66]},"k":{"dtype":"I16","shape":[1],"data_offsets":[66,68]},' +
  '"m":{"dtype":"I8","shape":[1],"data_offsets":[68,69]},"u":{"dtype":"U8","shape":[3],"data_offsets":[69,72]},' +
  '"é":{"dtype":"BOOL","shape":[1],"data_offsets":[72,73]}}      ';
const GOLDEN_DATA =
  "07000000000000000100000000000000feffffffffffffff000000000000e03f000000000000803f000000000000803f" +
  "000000400600000005000000003e00c006000500fa01020301";

const TENSORS: ReadonlyMap<string, SafetensorsTensor> = new Map<string, SafetensorsTensor>([
  ["b", { dtype: "F32", shape: [3], data: Float32Array.of(0, 1, 2) }],
  ["a", { dtype: "F32", shape: [2, 1], data: Float32Array.of(0, 1) }],
  ["z", { dtype: "I64", shape: [2], data: BigInt64Array.of(1n, -2n) }],
  ["d", { dtype: "F64", shape: [], data: Float64Array.of(0.5) }],
  ["y", { dtype: "U64", shape: [1], data: BigUint64Array.of(7n) }],
  ["h", { dtype: "F16", shape: [2], data: Float32Array.of(1.5, -2) }],
  ["u", { dtype: "U8", shape: [3], data: Uint8Array.of(1, 2, 3) }],
  ["é", { dtype: "BOOL", shape: [1], data: Uint8Array.of(1) }],
  ["i", { dtype: "I32", shape: [1], data: Int32Array.of(5) }],
  ["j", { dtype: "U32", shape: [1], data: Uint32Array.of(6) }],
  ["k", { dtype: "I16", shape: [1], data: Int16Array.of(5) }],
  ["l", { dtype: "U16", shape: [1], data: Uint16Array.of(6) }],
  ["m", { dtype: "I8", shape: [1], data: Int8Array.of(-6) }],
  ["e", { dtype: "F32", shape: [0, 3], data: new Float32Array(0) }],
]);

// As above, serialize() of safetensors 0.8.0: half precision of both kinds and metadata to escape, whose order differs from run to run there.
const HALVES_NOTES = '"format":"pt","note":"a \\"quoted\\" \\\\ line\\nend é \\u0001\u007f/","step":"200"';
const HALVES_NOTES_SHUFFLED = '"step":"200","note":"a \\"quoted\\" \\\\ line\\nend é \\u0001\u007f/","format":"pt"';
const HALVES_HEADER =
  '"w.full":{"dtype":"F32","shape":[1],"data_offsets":[0,4]},"w.brain":{"dtype":"BF16","shape":[3],"data_offsets":[4,10]},' +
  '"w.half":{"dtype":"F16","shape":[2,2],"data_offsets":[10,18]},"w.byte":{"dtype":"U8","shape":[1],"data_offsets":[18,19]}}    ';
const HALVES_DATA = "cdcccc3d803f494080ff003c00c05535ff7b07";

const HALVES: ReadonlyMap<string, SafetensorsTensor> = new Map<string, SafetensorsTensor>([
  ["w.half", { dtype: "F16", shape: [2, 2], data: Float32Array.of(1, -2, 0.333251953125, 65504) }],
  ["w.brain", { dtype: "BF16", shape: [3], data: Float32Array.of(1, 3.140625, Number.NEGATIVE_INFINITY) }],
  ["w.full", { dtype: "F32", shape: [1], data: Float32Array.of(0.1) }],
  ["w.byte", { dtype: "U8", shape: [1], data: Uint8Array.of(7) }],
]);
const NOTES = { step: "200", note: 'a "quoted" \\ line\nend é \u0001\u007f/', format: "pt" };

/** The reference implementation's file of HALVES, its metadata as the text given. */
function halvesGolden(notes: string): Uint8Array {
  const bytes = fileOf(`{"__metadata__":{${notes}},${HALVES_HEADER}`, HALVES_DATA.length / 2);
  bytes.set(Buffer.from(HALVES_DATA, "hex"), bytes.length - HALVES_DATA.length / 2);
  return bytes;
}

const JSON_PIECES = [
  "0",
  "9",
  "99999999",
  "9007199254740993",
  "1e400",
  "-1",
  "-0",
  ".5",
  ",",
  ":",
  '"',
  "{",
  "[",
  "]",
  "}",
]
  .concat([
    "null",
    "true",
    "[]",
    "[0,4]",
    "[[[[",
    '"F64"',
    '"BF16"',
    "F16",
    '"__metadata__":{}',
    "\\u0000",
    "\\",
    "\ufeff",
  ])
  .map((text) => new TextEncoder().encode(text));

/** One random damage: bits, a cut, bytes taken out, put in, repeated or exchanged, most of them in the header. */
function damaged(bytes: Uint8Array, draw: (below: number) => number): Uint8Array {
  const at = draw(4) === 0 ? draw(bytes.length + 1) : Math.min(bytes.length, 8 + draw(340));
  const [before, after] = [bytes.subarray(0, at), bytes.subarray(at)];
  const some = draw(draw(4) === 0 ? 60 : 6);
  switch (draw(7)) {
    case 0: {
      const changed = bytes.slice();
      if (at < changed.length) changed[at]! ^= 1 << draw(8);
      return changed;
    }
    case 1:
      return bytes.slice(0, draw(20) === 0 ? at : bytes.length - some);
    case 2:
      return Uint8Array.from(Buffer.concat([before, after.subarray(some)]));
    case 3:
      return Uint8Array.from(Buffer.concat([before, JSON_PIECES[draw(JSON_PIECES.length)]!, after.subarray(some % 4)]));
    case 4:
      return Uint8Array.from(Buffer.concat([before, after.subarray(0, some), after]));
    case 5:
      return Uint8Array.from(Buffer.concat([before, Uint8Array.from({ length: some }, () => draw(256)), after]));
    default: {
      // a digit of the header becomes another one
      const digits = Array.from(bytes.keys()).filter((i) => i >= 8 && bytes[i]! >= 0x30 && bytes[i]! <= 0x39);
      const changed = bytes.slice();
      if (digits.length > 0) changed[digits[draw(digits.length)]!] = 0x30 + draw(10);
      return changed;
    }
  }
}

/** A file of a header as it is given and so many zero bytes of data. */
function fileOf(header: string | Uint8Array, dataBytes: number): Uint8Array {
  const text = typeof header === "string" ? new TextEncoder().encode(header) : header;
  const bytes = new Uint8Array(8 + text.length + dataBytes);
  new DataView(bytes.buffer).setUint32(0, text.length, true);
  bytes.set(text, 8);
  return bytes;
}

function messageOf(bytes: Uint8Array, look: (file: SafetensorsFile) => void = () => {}): string {
  let file: SafetensorsFile;
  try {
    file = readSafetensors(bytes, "m.safetensors");
  } catch (error) {
    expect(error).toBeInstanceOf(RecurraError);
    expect((error as RecurraError).code).toBe("file-format");
    return (error as Error).message;
  }
  look(file);
  return "read";
}

const tensor = (name: string, dtype: string, shape: string, begin: number | string, end: number | string) =>
  `"${name}":{"dtype":"${dtype}","shape":${shape},"data_offsets":[${begin},${end}]}`;

describe("writeSafetensors", () => {
  it("writes the bytes of the reference implementation", () => {
    const bytes = writeSafetensors(TENSORS, { format: "pt" });
    expect(new TextDecoder().decode(bytes.subarray(8, 8 + GOLDEN_HEADER.length + 1))).toBe(GOLDEN_HEADER);
    expect(Buffer.from(bytes.subarray(8 + 808)).toString("hex")).toBe(GOLDEN_DATA);
    expect(Array.from(bytes.subarray(0, 8))).toEqual([0x28, 3, 0, 0, 0, 0, 0, 0]);
  });

  it("writes half precision and metadata to escape byte for byte as the reference implementation", () => {
    expect(Buffer.from(writeSafetensors(HALVES, NOTES))).toEqual(Buffer.from(halvesGolden(HALVES_NOTES)));
  });

  it("gives the same bytes whatever the order of tensors and metadata", () => {
    const reversed = new Map(Array.from(TENSORS).reverse());
    const one = writeSafetensors(TENSORS, { step: "7", "\u{1f40b}": "a", "\uff21": "b" });
    const two = writeSafetensors(
      reversed,
      new Map([
        ["\uff21", "b"],
        ["\u{1f40b}", "a"],
        ["step", "7"],
      ]),
    );
    expect(two).toEqual(one);
    expect(new TextDecoder().decode(one.subarray(8, 70))).toContain('{"step":"7","\uff21":"b","\u{1f40b}":"a"}');
  });

  it("writes BF16 rounded to the nearest, and views of a larger buffer without the rest", () => {
    const data = Float32Array.of(9, 1.00390625, 1.01171875, 9).subarray(1, 3);
    const bytes = writeSafetensors(
      new Map<string, SafetensorsTensor>([
        ["h", { dtype: "BF16", shape: [2], data }],
        ["f", { dtype: "F32", shape: [1, 2], data }],
      ]),
    );
    const { tensors } = readSafetensors(bytes, "x");
    expect(Array.from(tensors.get("h")!.data as Float32Array)).toEqual([1, 1.015625]);
    expect(Array.from(tensors.get("f")!.data as Float32Array)).toEqual([1.00390625, 1.01171875]);
  });

  it("refuses what it cannot write", () => {
    const write = (name: string, value: unknown) => () =>
      writeSafetensors(new Map([[name, value as SafetensorsTensor]]));
    const data = Float32Array.of(1, 2);
    expect(write("w", { dtype: "F32", shape: [3], data })).toThrowErrorMatchingInlineSnapshot(
      `[RecurraError: writeSafetensors, tensor "w": expected as many numbers as the shape [3] has, got 2.]`,
    );
    expect(write("w", { dtype: "F64", shape: [2], data })).toThrowErrorMatchingInlineSnapshot(
      `[RecurraError: writeSafetensors, tensor "w": expected a Float64Array for F64, got Float32Array.]`,
    );
    expect(write("w", { dtype: "F8_E4M3", shape: [2], data })).toThrow(/expected one of BOOL, U8/);
    expect(write("w", { dtype: "F32", shape: [-1, -2], data })).toThrow(/as many numbers as the shape/);
    expect(write("__metadata__", { dtype: "F32", shape: [2], data })).toThrow(/any other name/);
    expect(write("\ud800", { dtype: "F32", shape: [2], data })).toThrow(/written as UTF-8/);
    expect(() => writeSafetensors(new Map(), { a: "\udc00" })).toThrow(/written as UTF-8/);
  });
});

describe("readSafetensors", () => {
  it("reads back what was written, names, metadata and types", () => {
    const bytes = writeSafetensors(TENSORS, { format: "pt", __proto__x: "y" });
    const shifted = new Uint8Array(bytes.length + 3).subarray(3);
    shifted.set(bytes);
    const { tensors, metadata } = readSafetensors(shifted, "x");
    shifted.fill(0xff); // every tensor is a copy
    expect(Object.fromEntries(metadata)).toEqual({ format: "pt", __proto__x: "y" });
    expect(Array.from(tensors.keys())).toEqual([..."yzdabejihlkmué"]);
    for (const [name, expected] of TENSORS) expect(tensors.get(name)).toEqual(expected);
  });

  it("reads what the reference implementation wrote, metadata in any order", () => {
    for (const notes of [HALVES_NOTES, HALVES_NOTES_SHUFFLED]) {
      const { tensors, metadata } = readSafetensors(halvesGolden(notes), "x");
      expect(Object.fromEntries(metadata)).toEqual(NOTES);
      expect(Array.from(tensors.keys())).toEqual(["w.full", "w.brain", "w.half", "w.byte"]);
      for (const [name, expected] of HALVES) expect(tensors.get(name)).toEqual(expected);
    }
  });

  it("reads an empty file, a tensor called __proto__ and a header without padding", () => {
    expect(readSafetensors(writeSafetensors(new Map()), "x").tensors.size).toBe(0);
    const { tensors } = readSafetensors(fileOf(`{${tensor("__proto__", "F32", "[1]", 0, 4)}}`, 4), "x");
    expect(tensors.get("__proto__")?.data).toEqual(Float32Array.of(0));
  });

  it("reads any tensors it wrote", () => {
    const shape = fc.array(fc.nat(4), { maxLength: 3 });
    const named = fc.uniqueArray(fc.tuple(fc.string({ unit: "grapheme", maxLength: 5 }), shape), {
      selector: ([name]) => name,
      maxLength: 6,
    });
    fc.assert(
      fc.property(
        named,
        fc.dictionary(fc.string({ unit: "grapheme" }), fc.string({ unit: "grapheme" })),
        (list, notes) => {
          const map = new Map<string, SafetensorsTensor>(
            list.map(([name, sizes], i) => {
              const n = sizes.reduce((a, b) => a * b, 1);
              const data = Float32Array.from({ length: n }, (_, j) => j + i);
              return [name, i % 2 ? { dtype: "F16", shape: sizes, data } : { dtype: "F32", shape: sizes, data }];
            }),
          );
          const { tensors, metadata } = readSafetensors(writeSafetensors(map, notes), "x");
          expect(tensors.size).toBe(map.size);
          for (const [name, expected] of map) expect(tensors.get(name)).toEqual(expected);
          expect(Array.from(metadata).sort()).toEqual(Object.entries(notes).sort());
        },
      ),
      { seed: 1, numRuns: 200 },
    );
  });

  it("names each kind of fault", () => {
    const f32 = (begin: number | string, end: number | string) => tensor("a", "F32", "[1]", begin, end);
    const faults: [string, Uint8Array][] = [
      ["short", new Uint8Array(7)],
      ["length beyond the file", Uint8Array.of(9, 0, 0, 0, 0, 0, 0, 0, 0x7b, 0x7d)],
      ["length of 2^56", Uint8Array.of(2, 0, 0, 0, 0, 0, 0, 1, 0x7b, 0x7d)],
      ["empty header", fileOf("", 0)],
      ["no object", fileOf("[]", 0)],
      ["no JSON", fileOf('{"a"', 0)],
      ["no UTF-8", fileOf(Uint8Array.of(0x7b, 0x22, 0xff, 0x22, 0x7d), 0)],
      ["name twice", fileOf(`{${f32(0, 4)},${tensor("\\u0061", "F32", "[1]", 4, 8)}}`, 8)],
      ["field twice", fileOf('{"a":{"dtype":"F32","dtype":"U8","shape":[4],"data_offsets":[0,4]}}', 4)],
      ["too deep", fileOf(`{"a":${"[".repeat(100_000)}${"]".repeat(100_000)}}`, 0)],
      ["hole", fileOf(`{${f32(4, 8)}}`, 8)],
      ["overlap", fileOf(`{${f32(0, 4)},${tensor("b", "F32", "[1]", 0, 4)}}`, 4)],
      ["data left over", fileOf(`{${f32(0, 4)}}`, 5)],
      ["data missing", fileOf(`{${f32(0, 4)}}`, 3)],
      ["size", fileOf(`{${tensor("a", "F32", "[2]", 0, 4)}}`, 4)],
      ["huge shape", fileOf(`{${tensor("a", "U8", "[4294967296,4294967296]", 0, 4)}}`, 4)],
      ["huge offsets", fileOf(`{${tensor("a", "U8", "[1000000000000]", 0, 1e12)}}`, 4)],
      ["negative size", fileOf(`{${tensor("a", "U8", "[-1,-4]", 0, 4)}}`, 4)],
      ["fractional offset", fileOf(`{${f32(0.5, 4.5)}}`, 4)],
      ["offsets backwards", fileOf(`{${f32(4, 0)}}`, 4)],
      ["dtype", fileOf(`{${tensor("a", "F8_E4M3", "[4]", 0, 4)}}`, 4)],
      ["an object that cannot be a string", fileOf('{"a":{"dtype":{"toString":1,"valueOf":1}}}', 0)],
      ["no fields", fileOf('{"a":null}', 0)],
      ["metadata", fileOf('{"__metadata__":{"step":7}}', 0)],
      ["metadata list", fileOf('{"__metadata__":["a"]}', 0)],
    ];
    const messages = Object.fromEntries(faults.map(([name, bytes]) => [name, messageOf(bytes)]));
    expect(messages).toMatchInlineSnapshot(`
      {
        "an object that cannot be a string": "m.safetensors, tensor "a": expected dtype as one of BOOL, U8, I8, I16, U16, F16, BF16, I32, U32, F32, F64, I64, U64, got {"toString":1,"valueOf":1}.",
        "data left over": "m.safetensors: expected 4 bytes of data after the header, got 5.",
        "data missing": "m.safetensors: expected 4 bytes of data after the header, got 3.",
        "dtype": "m.safetensors, tensor "a": expected dtype as one of BOOL, U8, I8, I16, U16, F16, BF16, I32, U32, F32, F64, I64, U64, got "F8_E4M3".",
        "empty header": "m.safetensors, header: expected a JSON object, {, got the byte 0x00.",
        "field twice": "m.safetensors, header: expected one JSON object that names each tensor once, got the key "dtype" twice.",
        "fractional offset": "m.safetensors, tensor "a": expected data_offsets as [begin, end], got [0.5,4.5].",
        "hole": "m.safetensors: expected tensor "a" to begin at byte 0 of the data, got 4.",
        "huge offsets": "m.safetensors: expected 1000000000000 bytes of data after the header, got 4.",
        "huge shape": "m.safetensors, tensor "a": expected shape as a list of integers of at least 0, got [4294967296,4294967296].",
        "length beyond the file": "m.safetensors: expected a header of at most 2 bytes, got a length of 9.",
        "length of 2^56": "m.safetensors: expected a header of at most 2 bytes, got a length of 72057594037927940.",
        "metadata": "m.safetensors: expected __metadata__ "step" as a string, got 7.",
        "metadata list": "m.safetensors: expected __metadata__ as an object, got ["a"].",
        "name twice": "m.safetensors, header: expected one JSON object that names each tensor once, got the key "a" twice.",
        "negative size": "m.safetensors, tensor "a": expected shape as a list of integers of at least 0, got [-1,-4].",
        "no JSON": "m.safetensors, header: expected JSON in UTF-8, got bytes that cannot be parsed.",
        "no UTF-8": "m.safetensors, header: expected JSON in UTF-8, got bytes that cannot be parsed.",
        "no fields": "m.safetensors, tensor "a": expected dtype, shape and data_offsets, got null.",
        "no object": "m.safetensors, header: expected a JSON object, {, got the byte 0x5b.",
        "offsets backwards": "m.safetensors, tensor "a": expected data_offsets as [begin, end], got [4,0].",
        "overlap": "m.safetensors: expected tensor "b" to begin at byte 4 of the data, got 0.",
        "short": "m.safetensors: expected at least 8 bytes with the header's length, got 7.",
        "size": "m.safetensors, tensor "a": expected 8 bytes for F32 [2], got 4.",
        "too deep": "m.safetensors, header: expected one JSON object that names each tensor once, got more than 3 levels of nesting.",
      }
    `);
  });

  it("answers 12,000 damaged files with one file-format error or a whole file no larger than its bytes", () => {
    const bases = [writeSafetensors(TENSORS, { format: "pt" }), writeSafetensors(HALVES, NOTES)];
    const random = new Random(1, "damage");
    let drawn = 0;
    const draw = (below: number) => random.integer(drawn++, below);
    let read = 0;
    const messages = new Set<string>();
    for (let i = 0; i < 12_000; i++) {
      let bytes = bases[i % 2]!;
      for (let left = draw(3); left >= 0; left--) bytes = damaged(bytes, draw);
      if (draw(2) === 0 && bytes.length >= 8) {
        // The header's length follows the JSON's new end, so that the damage is read as JSON and not refused before.
        const end = Buffer.from(bytes).lastIndexOf("}");
        const view = new DataView(bytes.buffer);
        view.setUint32(0, Math.max(0, end - 7), true);
        view.setUint32(4, 0, true);
      }
      const message = messageOf(bytes, (file) => {
        let held = 0;
        for (const { data } of file.tensors.values()) held += data.byteLength;
        expect(held).toBeLessThanOrEqual(2 * bytes.length); // F16 and BF16 take twice their size
      });
      if (message === "read") read += 1;
      else messages.add(message);
    }
    expect(read).toBeGreaterThan(200);
    expect(read).toBeLessThan(6000);
    const checks = [
      "a header of at most",
      "a JSON object",
      "JSON in UTF-8",
      "names each tensor once",
      "levels of nesting",
    ]
      .concat([
        "dtype as one of",
        "shape as a list",
        "data_offsets as",
        "bytes for",
        "to begin at byte",
        "bytes of data",
      ])
      .concat(["as a string"]);
    expect(checks.filter((check) => !Array.from(messages).some((message) => message.includes(check)))).toEqual([]);
  });

  it("reads any change of the data alone, byte for byte", () => {
    const whole = writeSafetensors(HALVES, NOTES);
    const start = 8 + 336;
    for (let at = start; at < whole.length; at++) {
      if (at === start + 8 || at === start + 9) continue; // -Infinity would become a NaN, whose bits are not kept
      for (const bit of [0, 3, 7]) {
        const bytes = whole.slice();
        bytes[at]! ^= 1 << bit;
        const { tensors, metadata } = readSafetensors(bytes, "x");
        expect(writeSafetensors(tensors, metadata)).toEqual(bytes);
      }
    }
  });

  it("answers every cut of a file with a file-format error", () => {
    const whole = writeSafetensors(TENSORS);
    for (let length = 0; length < whole.length; length++) expect(messageOf(whole.subarray(0, length))).not.toBe("read");
  });

  it("answers arbitrary JSON in the header with a file-format error or a file", () => {
    fc.assert(
      fc.property(fc.json(), fc.nat(9), (json, dataBytes) => {
        messageOf(fileOf(`{"a":${json}}`, dataBytes));
        messageOf(fileOf(json, dataBytes));
      }),
      { seed: 1, numRuns: 1000 },
    );
  });
});
