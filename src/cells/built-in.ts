/** The built-in cells by name: what the command line and saved models choose from. */
import type { Cell } from "../recurrence/define-cell.ts";
import { gru } from "./gru.ts";
import { lstm } from "./lstm.ts";
import { minGru } from "./min-gru.ts";
import { minLstm } from "./min-lstm.ts";
import { rnn } from "./rnn.ts";

/** Every built-in cell in its default form, and the forms that have a name of their own. */
export const builtInCells: Readonly<Record<string, () => Cell>> = {
  rnn: () => rnn(),
  gru: () => gru(),
  "gru-reset-before": () => gru({ reset: "before" }),
  "gru-simplified": () => gru({ simplified: true }),
  lstm: () => lstm(),
  "lstm-peephole": () => lstm({ peepholes: true }),
  "lstm-layer-norm": () => lstm({ layerNorm: true }),
  "min-gru": minGru,
  "min-lstm": minLstm,
};
