/** What a forecaster keeps of the series it was trained on: scales, and a mark to know it by. */
import { RecurraError, shownJson } from "../core/errors.ts";
import { isNumbers } from "../core/is-numbers.ts";
import { Scaler } from "../data/encoders/scaler.ts";

export interface ForecasterScales {
  /** Of the values. */
  readonly level: Scaler;
  /** Of what is learnt: the values, or their changes over the option `difference`. */
  readonly change: Scaler;
  /** By which MASE divides: each column's in-sample error of the seasonal-naive forecast. */
  readonly error: readonly number[];
  /** The rows that training and validation saw. */
  readonly known: { readonly rows: number; readonly digest: string };
}

const FNV_PRIME = 0x01000193;

/** A mark of a series' numbers, by which it is known again. Source: FNV-1a (RFC 9923) of 32 bits, twice with other beginnings. */
export function seriesDigest(values: Float64Array): string {
  const bytes = new DataView(new ArrayBuffer(8));
  let [a, b] = [0x811c9dc5, 0x9747b28c];
  for (const value of values) {
    bytes.setFloat64(0, value, true);
    for (let i = 0; i < 8; i++) {
      a = Math.imul(a ^ bytes.getUint8(i), FNV_PRIME);
      b = Math.imul(b ^ bytes.getUint8(i), FNV_PRIME);
    }
  }
  return [a, b].map((part) => (part >>> 0).toString(16).padStart(8, "0")).join("");
}

/** @throws file-format when a part is missing or wrong. */
export function readForecasterScales(json: unknown, columns: number, where: string): ForecasterScales {
  const { level, change, error, known } = (json ?? {}) as Record<string, unknown>;
  const { rows, digest } = (known ?? {}) as Record<string, unknown>;
  const isRight =
    isNumbers(error, columns) && error.every((x) => x > 0) && Number.isSafeInteger(rows) && typeof digest === "string";
  if (!isRight) {
    throw new RecurraError("file-format", {
      where,
      expected: `an error scale for each of ${columns} columns, and the rows and digest of training`,
      got: shownJson({ error, known }),
    });
  }
  return {
    level: Scaler.fromJSON(level, columns, `${where}, level`),
    change: Scaler.fromJSON(change, columns, `${where}, change`),
    error: error as readonly number[],
    known: { rows: rows as number, digest },
  };
}
