/** The options of a recurrent network that all tasks have, and the rows that make flags and checks of them. */
import { builtInCells } from "../cells/built-in.ts";
import type { Engine } from "../engine/engine.ts";
import { engineWith } from "../engine/engine-with.ts";
import { type CellJson, cellToJson } from "../recurrence/cell-json.ts";
import type { Cell } from "../recurrence/define-cell.ts";
import type { SaidRow } from "./option-rows.ts";
import type { ResolvedTraining } from "./training-options.ts";

/** What may be said of the recurrent layers, by the library's names. */
export interface NetworkOptions {
  /** A built-in cell's name, or a cell of your own. */
  readonly cell?: string | Cell;
  readonly hiddenSize?: number;
  readonly layers?: number;
  readonly dropout?: number;
}

/** The options of the recurrent layers with the table's defaults filled in. */
export type ResolvedNetwork = Required<NetworkOptions>;

/** What holds for a task when an option is not given. */
export interface NetworkDefaults {
  readonly cell?: string;
  readonly hiddenSize: number;
  readonly layers?: number;
  readonly dropout?: number;
}

/** The rows of the recurrent layers for one task. */
export function networkRows(defaults: NetworkDefaults): readonly SaidRow[] {
  const { cell = "lstm", hiddenSize, layers = 1, dropout = 0 } = defaults;
  return [
    {
      name: "cell",
      kind: "cell",
      choices: Object.keys(builtInCells),
      fallback: cell,
      help: "the recurrence; the LSTM remembers longest",
    },
    {
      name: "hiddenSize",
      flag: "hidden",
      kind: "integer",
      minimum: 1,
      maximum: 8192,
      fallback: hiddenSize,
      help: "units of the hidden state; more learn more and train slower",
    },
    {
      name: "layers",
      kind: "integer",
      minimum: 1,
      maximum: 16,
      fallback: layers,
      help: "recurrent layers above each other",
    },
    {
      name: "dropout",
      kind: "number",
      minimum: 0,
      maximum: 0.95,
      fallback: dropout,
      help: "share of what each layer hands on that is dropped in training, against learning by heart",
    },
  ];
}

/** The row of the direction. @param fallback whether the task's layers read both ways. */
export function bidirectionalRow(fallback: boolean): SaidRow {
  const help = "reads each sequence in both directions; without it the model can be streamed";
  return { name: "bidirectional", kind: "boolean", fallback, help };
}

/**
 * The row of the embedding.
 *
 * @param fallback its size; undefined where it depends on other options.
 * @param help what is embedded, and what 0 means.
 */
export function embeddingRow(fallback: number | undefined, help: string): SaidRow {
  return { name: "embeddingSize", flag: "embedding", kind: "integer", minimum: 0, maximum: 8192, fallback, help };
}

/** What the network of a training is made with, beside its sizes. */
export interface NetworkMaking {
  readonly engine: Engine;
  readonly cell: Cell;
  readonly dropout: number;
  readonly seed: number;
}

/** What options say of it. */
export function makingOf(o: ResolvedNetwork & Pick<ResolvedTraining, "kernels" | "seed">): NetworkMaking {
  const cell = typeof o.cell === "string" ? builtInCells[o.cell]!() : o.cell;
  return { engine: engineWith(o.kernels), cell, dropout: o.dropout, seed: o.seed };
}

/**
 * A cell as config.json holds it: its name where it is built in, else its traced graph, so that it loads without its code.
 *
 * @param layers what it makes, bottom first.
 */
export function savedCell(
  option: string | Cell,
  layers: readonly { readonly inputSize: number }[],
  hiddenSize: number,
): string | CellJson {
  if (typeof option === "string") return option;
  const inputSizes = layers.map(({ inputSize }) => inputSize);
  return cellToJson(option, inputSizes, hiddenSize);
}
