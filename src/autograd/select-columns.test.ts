import { describe, expect, it } from "vitest";
import { ENGINES } from "../../test/conformance/cell-conformance.ts";
import { step } from "../tensor/tape.ts";
import { Tensor } from "../tensor/tensor.ts";
import { concatColumns } from "./concat-columns.ts";
import { differentiate } from "./differentiate.ts";
import { selectColumns } from "./select-columns.ts";
import { sum } from "./sum.ts";

const X = Array.from({ length: 3 * 7 }, (_, i) => i + 1);

describe.each(ENGINES)("selectColumns, %s", (_, engine) => {
  it("takes columns, and concatColumns puts them together again", () => {
    step(engine, () => {
      const x = Tensor.from(engine, 3, 7, X);
      expect([...selectColumns(x, 2, 4).toArray()]).toEqual([3, 4, 10, 11, 17, 18]);
      for (let cut = 1; cut < 7; cut++) {
        const both = concatColumns(selectColumns(x, 0, cut), selectColumns(x, cut, 7));
        expect([...both.toArray()]).toEqual(X);
      }
      expect([...selectColumns(x, 0, 7).toArray()]).toEqual(X);
    });
  });

  it("adds its gradient where the columns came from, also where two selections overlap", () => {
    step(engine, () => {
      const x = Tensor.from(engine, 3, 7, X, true);
      differentiate(engine, () => {
        const one = sum(selectColumns(x, 1, 4), 2);
        const two = sum(selectColumns(x, 3, 7), 10);
        return sum(concatColumns(one, two));
      });
      expect([...x.gradient()]).toEqual([1, 2, 3].flatMap(() => [0, 2, 2, 12, 10, 10, 10]));
    });
  });

  it("refuses columns that are not there", () => {
    step(engine, () => {
      const x = Tensor.from(engine, 3, 7, X);
      for (const [start, end] of [
        [-1, 2],
        [2, 2],
        [5, 8],
        [0.5, 2],
      ] as const) {
        expect(() => selectColumns(x, start, end)).toThrow(
          `selectColumns: expected columns of [3, 7], got ${start} to ${end}.`,
        );
      }
    });
  });
});
