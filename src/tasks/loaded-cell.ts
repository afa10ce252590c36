import { builtInCells } from "../cells/built-in.ts";
import { RecurraError, shown } from "../core/errors.ts";
import type { Cell } from "../recurrence/define-cell.ts";

/**
 * The cell that config.json holds; the reader of traced cells is fetched for those alone.
 *
 * @param model the model's directory, for messages.
 * @throws file-format when it names none.
 */
export async function loadedCell(saved: unknown, model: string): Promise<Cell> {
  const where = `${model}/config.json, cell`;
  if (typeof saved === "object" && saved !== null) {
    const { cellFromJson } = await import("../recurrence/cell-json.ts");
    return cellFromJson(saved, where);
  }
  const names = Object.keys(builtInCells);
  if (names.includes(saved as string)) return builtInCells[saved as string]!();
  throw new RecurraError("file-format", {
    where,
    expected: `one of ${names.join(", ")}, or a traced cell`,
    got: shown(saved),
  });
}
