import { describe, expect, it } from "vitest";
import { trainClassifier } from "./train-classifier.ts";
import { trainGenerator } from "./train-generator.ts";
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
});
