import { builtInCells } from "../cells/built-in.ts";
import { RecurraError, shown } from "../core/errors.ts";
import type { Cell } from "../recurrence/define-cell.ts";

/**
 * The cell that config.json holds; the reader of traced cells is fetched for those alone.
 *
 * @throws file-format when it names none.
 */
export async function loadedCell(saved: unknown, where: string): Promise<Cell> {
  if (typeof saved === "object" && saved !== null) {
    const { cellFromJson } = await import("../recurrence/cell-json.ts");
    return cellFromJson(saved, `${where}, cell`);
  }
  const names = Object.keys(builtInCells);
  if (names.includes(saved as string)) return builtInCells[saved as string]!();
  throw new RecurraError("file-format", {
    where: `${where}, cell`,
    expected: `one of ${names.join(", ")}, or a traced cell`,
    got: shown(saved),
  });
}
