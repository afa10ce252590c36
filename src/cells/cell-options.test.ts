import { describe, expect, it } from "vitest";
import { tanh } from "../expression/expression.ts";
import { gru, lstm, rnn } from "./index.ts";

/** As plain JavaScript calls, unchecked. */
const MAKERS = { gru, lstm, rnn } as unknown as Readonly<Record<"gru" | "lstm" | "rnn", (options: unknown) => unknown>>;

describe("the options of cells", () => {
  it.each([
    [
      "lstm",
      { peephole: true },
      'lstm: expected options of output, peepholes, coupled, projection, layerNorm, recurrentDropout, forgetBias, got "peephole". Did you mean peepholes?',
    ],
    ["lstm", null, "lstm: expected an object of options, got null."],
    ["lstm", 64, "lstm: expected an object of options, got 64."],
    ["lstm", { output: "lin" }, 'lstm, option output: expected one of tanh, linear, got "lin".'],
    ["lstm", { projection: -1 }, "lstm, option projection: expected an integer of at least 1, got -1."],
    ["lstm", { peepholes: "yes" }, 'lstm, option peepholes: expected true or false, got "yes".'],
    ["lstm", { forgetBias: Number.NaN }, "lstm, option forgetBias: expected a number, got NaN."],
    ["gru", { reset: "nope" }, 'gru, option reset: expected one of after, before, got "nope".'],
    ["gru", { reste: "before" }, 'got "reste". Did you mean reset?'],
    ["rnn", { activation: "gelu" }, 'rnn, option activation: expected one of tanh, relu, sigmoid, got "gelu".'],
    ["rnn", { activation: tanh }, "got the uncalled function tanh."],
    ["rnn", { recurrentDropout: 1 }, "rnn, option recurrentDropout: expected a rate from 0 to below 1, got 1."],
  ] as const)("%s(%j) is refused", (name, options, message) => {
    expect(() => MAKERS[name](options)).toThrow(message);
  });
});
