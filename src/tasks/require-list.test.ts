import { describe, expect, it } from "vitest";
import { lstm } from "../cells/index.ts";
import { trainClassifier } from "./train-classifier.ts";
import { trainForecaster } from "./train-forecaster.ts";
import { trainGenerator } from "./train-generator.ts";
import { trainLanguageModel } from "./train-language-model.ts";
import { trainTagger } from "./train-tagger.ts";
import { trainTranscriber } from "./train-transcriber.ts";
import { trainTranslator } from "./train-translator.ts";

describe("what a task is trained on", () => {
  it.each([trainClassifier, trainTagger, trainTranscriber, trainTranslator])("is a list for %o", (train) => {
    const wrong = (data: unknown) => () => (train as (data: unknown) => unknown)(data);
    const message = "expected a list of examples, got bytes. The readers of recurra/data give one.";
    expect(wrong(Buffer.from("a,b\n"))).toThrow(`${train.name}: ${message}`);
    expect(wrong("a.csv")).toThrow('got "a.csv".');
    expect(wrong(undefined)).toThrow("got undefined.");
  });

  it("has a list of examples for trainGenerator", () => {
    const wrong = (data: unknown) => () => (trainGenerator as (data: unknown) => unknown)(data);
    for (const data of [undefined, "abc", { unit: "char" }]) {
      expect(wrong(data)).toThrow("trainGenerator: expected a list of examples, got undefined.");
    }
  });

  it("is a list of objects, before training and in evaluation", () => {
    const wrong = (data: unknown) => () => trainClassifier(data as never);
    expect(wrong([{ sequence: "a", label: "x" }, null])).toThrow(
      "trainClassifier: expected a list of examples, got null as number 2.",
    );
    expect(wrong(["a"])).toThrow('got "a" as number 1.');
  });

  it("has options, and a control of known parts", () => {
    const train = trainLanguageModel as unknown as (text: string, options?: unknown, control?: unknown) => unknown;
    const text = "so it goes. ".repeat(40);
    expect(() => train(text, null)).toThrow("trainLanguageModel: expected an object of options, got null.");
    expect(() => train(text, 100)).toThrow("trainLanguageModel: expected an object of options, got 100.");
    expect(() => train(text, { hiddensize: 8 })).toThrow('got "hiddensize". Did you mean hiddenSize?');
    expect(() => train(text, { cell: lstm })).toThrow("or a cell of your own, got the uncalled function lstm.");
    expect(() => train(text, { steps: 1, bptt: 4 }, { sginal: 1 })).toThrow(
      'training: expected options of save, signal, resume, valid, faults, got "sginal". Did you mean signal?',
    );
  });

  it("is a series for trainForecaster", () => {
    for (const wrong of [undefined, [1, 2, 3], "a.csv"]) {
      expect(() => trainForecaster(wrong as never)).toThrow("trainForecaster: expected what numericSeries gives, got ");
    }
    const bare = { columns: ["a"], rows: 90, values: Float64Array.from({ length: 90 }, (_, i) => i * i) };
    expect(() => trainForecaster(bare as never)).not.toThrow();
  });
});
