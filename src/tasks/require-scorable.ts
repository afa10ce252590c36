/** The records that a model can be scored on. */
import { DataFaults } from "../data/data-faults.ts";
import type { TaskModel } from "./task.ts";

/**
 * Data without the records that a model cannot be scored on.
 *
 * @param faults takes them; without it none is passed over.
 * @throws data the first of them with the count of all, unless the faults are to be skipped.
 */
export function requireScorable<Data>(
  model: Pick<TaskModel<Data>, "scorable">,
  data: Data,
  faults: DataFaults = new DataFaults(),
): Data {
  const known = model.scorable?.(data, faults) ?? data;
  faults.finish();
  return known;
}
