import { describe, expect, it } from "vitest";
import { lstm } from "../cells/index.ts";
import { defaultEngine } from "../engine/default-engine.ts";
import {
  AdaptiveSoftmax,
  Attention,
  Bidirectional,
  CharacterEncoder,
  Crf,
  Dense,
  Dropout,
  deepRecurrent,
  Embedding,
  EmbeddingBag,
  LayerNorm,
  Pooling,
  Recurrent,
  RecurrentStack,
  Stacked,
  StackedBidirectional,
  StreamingRecurrent,
  StreamingStack,
} from "./index.ts";

const engine = defaultEngine();
const cell = lstm();
const recurrent = { engine, name: "own", cell, inputSize: 3, hiddenSize: 2, seed: 1 };
const stacked = { ...recurrent, layers: 1 };
const letters = { engine, name: "own", cell, vocabularySize: 3, embeddingSize: 2, hiddenSize: 2, seed: 1 };
const attention = { engine, name: "own", score: "additive", querySize: 3, memorySize: 3, hiddenSize: 2, seed: 1 };

/** As a page makes it, which only reads. */
class OwnStreamingStack extends StreamingStack {
  constructor(options: typeof stacked) {
    super(options, (layer) => new StreamingRecurrent(layer));
  }
}

/** How each layer is made, with options that are right. */
const LAYERS: readonly (readonly [make: new (options: never) => object, options: object])[] = [
  [Dense, { engine, name: "own", inputSize: 3, outputSize: 2, seed: 1 }],
  [Embedding, { engine, name: "own", vocabularySize: 3, size: 2, seed: 1 }],
  [EmbeddingBag, { engine, name: "own", vocabularySize: 3, size: 2 }],
  [LayerNorm, { engine, name: "own", size: 2 }],
  [Crf, { engine, name: "own", tags: 2, seed: 1 }],
  [Attention, attention],
  [AdaptiveSoftmax, { engine, name: "own", inputSize: 8, classes: 50, seed: 1 }],
  [CharacterEncoder, letters],
  [Recurrent, recurrent],
  [RecurrentStack, stacked],
  [OwnStreamingStack, stacked],
  [Stacked, stacked],
  [Bidirectional, recurrent],
  [StackedBidirectional, stacked],
  [Pooling, { engine, name: "own", kind: "attention", inputSize: 3, seed: 1 }],
];
const SIZED = LAYERS.flatMap(([make, options]) =>
  Object.keys(options)
    .filter((name) => /[sS]ize$|^tags$|^classes$|^layers$/.test(name))
    .map((size) => [make.name, size, make, options] as const),
);
const NAMED = LAYERS.map(([make, options]) => [make.name, make, options] as const);

/** The message of a layer that is made with another value of an option. */
function messageOf(make: new (options: never) => object, options: object, changed: object): string {
  try {
    new make({ ...options, ...changed } as never);
    return "no error";
  } catch (error) {
    return (error as Error).message;
  }
}

describe("the options of layers", () => {
  it.each(SIZED)("of %s are integers of at least 1 where they are sizes: %s", (_, name, make, options) => {
    expect(messageOf(make, options, {})).toBe("no error");
    for (const size of [-3, 0, 1.5, Number.NaN, undefined, "8"]) {
      const got = typeof size === "string" ? `"${size}"` : String(size);
      expect(messageOf(make, options, { [name]: size })).toMatch(
        new RegExp(`^own.*, [a-zA-Z]+: expected an integer of at least 1, got ${got}\\.$`),
      );
    }
  });

  it.each(NAMED.filter(([, , options]) => "seed" in options))("of %s name a seed that is none", (_, make, options) => {
    for (const [seed, got] of [
      ["nothing", '"nothing"'],
      [-1, "-1"],
      [1.5, "1.5"],
      [undefined, "undefined"],
    ]) {
      const message = messageOf(make, options, { seed });
      expect(message).toContain(`, seed: expected an integer of at least 0, got ${got}.`);
      expect(message).toMatch(/^own/);
    }
  });

  it.each(
    NAMED.filter(([, , options]) => "cell" in options),
  )("of %s ask for a cell where its name or its maker is given", (_, make, options) => {
    for (const [given, got] of [
      ["lstm", '"lstm"'],
      [lstm, "the uncalled function lstm."],
      [undefined, "undefined"],
    ] as const) {
      const message = messageOf(make, options, { cell: given });
      expect(message).toContain(`, cell: expected a cell, such as lstm() of recurra/cells, got ${got}`);
      expect(message).toMatch(/^own/);
    }
  });

  it.each(NAMED)("of %s are no others, of an engine and with a name", (_, make, options) => {
    const [last] = Object.keys(options).slice(-1);
    expect(messageOf(make, options, { [`${last}s`]: 1 })).toMatch(
      new RegExp(`^own: expected options of engine, name, .*, got "${last}s"\\. Did you mean ${last}\\?$`),
    );
    expect(messageOf(make, options, { name: undefined })).toBe("layer, name: expected a text, got undefined.");
    for (const wrong of [undefined, "wasm", Promise.resolve(engine)]) {
      expect(messageOf(make, options, { engine: wrong })).toMatch(
        /^own, engine: expected an engine, as of defaultEngine\(\), got /,
      );
    }
    for (const none of [undefined, null, "own"]) {
      expect(() => new make(none as never)).toThrow("layer: expected an object of options, got ");
    }
  });

  it("are those of one direction or two for deepRecurrent", () => {
    const made = (changed: object) => () => deepRecurrent({ ...stacked, ...changed } as never);
    expect(made({ bidirectional: false, merge: "sum" })().outputSize).toBe(2);
    expect(made({ bidirectional: true, merge: "concat" })().outputSize).toBe(4);
    expect(made({ bidirectionnal: true })).toThrow('got "bidirectionnal". Did you mean bidirectional?');
    expect(made({ bidirectional: "yes" })).toThrow('own, bidirectional: expected true or false, got "yes".');
    expect(made({ droput: 0.1 })).toThrow('got "droput". Did you mean dropout?');
  });

  it("are checked where they are no sizes", () => {
    expect(messageOf(Stacked as never, stacked, { residual: "yes" })).toBe(
      'own, residual: expected one of false, true, all, got "yes".',
    );
    expect(messageOf(RecurrentStack as never, stacked, { dropout: 0.1 })).toContain('got "dropout".');
    expect(messageOf(Recurrent as never, recurrent, { cell: { states: ["a"] } })).toContain(
      "own, cell: expected a cell",
    );
    const dense = LAYERS[0]![1];
    expect(messageOf(Dense as never, dense, { tiedTo: true })).toContain(
      "own, tiedTo: expected an embedding of 2 words, 3 numbers each, got true.",
    );
    expect(messageOf(AdaptiveSoftmax as never, LAYERS[6]![1], { cutoffs: 5 })).toBe(
      "own, cutoffs: expected integers that ascend from 1 to 49, got 5.",
    );
    expect(() => new Dropout(0.2 as never)).toThrow("Dropout: expected an object of options, got 0.2.");
    expect(() => new Dropout({ rat: 0.2 } as never)).toThrow(
      'Dropout: expected options of rate, got "rat". Did you mean rate?',
    );
  });

  it("are said in full", () => {
    expect(messageOf(Recurrent as never, recurrent, { cell: "lstm" })).toMatchInlineSnapshot(
      `"own, cell: expected a cell, such as lstm() of recurra/cells, got "lstm"."`,
    );
    expect(messageOf(Stacked as never, stacked, { hiddenSize: 0 })).toMatchInlineSnapshot(
      `"own, hiddenSize: expected an integer of at least 1, got 0."`,
    );
    expect(messageOf(Embedding as never, LAYERS[1]![1], { vocabularySize: -3 })).toMatchInlineSnapshot(
      `"own, vocabularySize: expected an integer of at least 1, got -3."`,
    );
  });
});
