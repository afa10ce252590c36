/** What a cell reads at a step, and the check that it fits. */
import { RecurraError } from "../core/errors.ts";
import { Indices } from "../tensor/indices.ts";
import type { Tensor } from "../tensor/tensor.ts";
import type { CompiledCell } from "./compiled-cell.ts";

/** x⟨t⟩ as rows of numbers, or as the row numbers of one-hot vectors. */
export type CellInput = Tensor | Indices;

/** @throws shape when x has not `rows` rows of the input size, or is one-hot where the step uses x outside its affines. */
export function requireInput(compiled: CompiledCell, x: CellInput, rows: number): void {
  const { inputSize } = compiled.forward.graph;
  const [found, columns] = x instanceof Indices ? [x.count, x.limit] : [x.rows, x.columns];
  if (found !== rows || columns !== inputSize) {
    throw new RecurraError("shape", {
      where: `${compiled.cell.name}(x)`,
      expected: `[${rows}, ${inputSize}]`,
      got: `[${found}, ${columns}]`,
      hint:
        columns === inputSize
          ? "x has one row a real step: the sum of the lengths."
          : "The last size is the input size.",
    });
  }
  if (x instanceof Indices && compiled.forward.usesInputDirectly) {
    throw new RecurraError("shape", {
      where: `${compiled.cell.name}(x)`,
      expected: "rows of numbers, since the step uses x outside its affines",
      got: "row numbers of one-hot vectors",
      hint: "Put an embedding before this cell.",
    });
  }
}
