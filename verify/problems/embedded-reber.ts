/**
 * The embedded Reber grammar: predict the symbols that may come next.
 *
 * A string is B, T or P, a Reber string of its own (B … E), the same T or P again, and E. The second-last symbol can only
 * be known by remembering the second one over the whole inner string.
 *
 * Source: Hochreiter and Schmidhuber 1997, "Long short-term memory", experiment 1.
 */
import { Indices, Packing, type Random } from "recurra";
import { softmaxCrossEntropy } from "recurra/losses";
import type { Batch, Problem } from "./problem.ts";

const SYMBOLS = "BTPSXVE";

/** The inner automaton: the symbols that leave each state, with the state they lead to; no state ends the string. */
const REBER: readonly Readonly<Record<string, number | undefined>>[] = [
  { B: 1 },
  { T: 2, P: 3 },
  { S: 2, X: 4 },
  { T: 3, V: 5 },
  { X: 3, S: 6 },
  { P: 4, V: 6 },
  { E: undefined },
];

interface ReberString {
  readonly symbols: string;
  /** For each symbol but the first, all that were legal in its place. */
  readonly legal: readonly string[];
}

/** @param below an integer from 0 to below - 1, another at each call. */
function drawString(below: (n: number) => number): ReberString {
  const kind = "TP"[below(2)]!;
  let symbols = `B${kind}`;
  const legal = ["TP"];
  let state: number | undefined = 0;
  while (state !== undefined) {
    const next: readonly string[] = Object.keys(REBER[state]!);
    const symbol: string = next[below(next.length)]!;
    symbols += symbol;
    legal.push(next.join(""));
    state = REBER[state]![symbol];
  }
  return { symbols: `${symbols}${kind}E`, legal: [...legal, kind, "E"] };
}

/** A string is right when, after each of its symbols, the n legal successors are the n most likely symbols. */
function isRight(legal: readonly string[], likelihood: (t: number, symbol: number) => number): boolean {
  return legal.every((allowed, t) => {
    const byLikelihood = [...SYMBOLS].sort(
      (a, b) => likelihood(t, SYMBOLS.indexOf(b)) - likelihood(t, SYMBOLS.indexOf(a)),
    );
    return byLikelihood.slice(0, allowed.length).every((symbol) => allowed.includes(symbol));
  });
}

export function embeddedReber(): Problem {
  return {
    inputSize: SYMBOLS.length,
    outputSize: SYMBOLS.length,
    answered: "every step",
    measure: "strings with a wrong step",
    largestError: 0,
    batch(random: Random, sequences: number): Batch {
      let draws = 0;
      const strings = Array.from({ length: sequences }, () => drawString((n) => random.integer(draws++, n)));
      const packing = new Packing(strings.map(({ legal }) => legal.length));
      const { steps: Tx } = packing;
      /** The symbols from `first` on as rows. */
      const rows = (first: number): Float64Array => {
        const padded = strings.flatMap(({ symbols }) =>
          Array.from({ length: Tx }, (_, t) => SYMBOLS.indexOf(symbols[first + t] ?? "B")),
        );
        return packing.pack(padded, 1);
      };
      const [inputs, targets] = [rows(0), rows(1)];
      return {
        packing,
        input: (engine) => Indices.from(engine, inputs, SYMBOLS.length),
        loss: (scores) => softmaxCrossEntropy(scores, Indices.from(scores.engine, targets, SYMBOLS.length)),
        error(scores) {
          const padded = packing.unpack(scores, SYMBOLS.length); // [B, Tx, symbols]
          const wrong = strings.filter(({ legal }, b) => {
            return !isRight(legal, (t, symbol) => padded[(b * Tx + t) * SYMBOLS.length + symbol]!);
          });
          return wrong.length / strings.length;
        },
      };
    },
  };
}
