import { RecurraError } from "../core/errors.ts";
import { requireLists } from "../core/require-list.ts";

/** @throws shape when there are not as many forecasts as values, or none. */
export function requireSameLength(where: string, forecasts: ArrayLike<number>, values: ArrayLike<number>): void {
  requireLists(where, [forecasts, values]);
  if (forecasts.length === values.length && values.length > 0) return;
  throw new RecurraError("shape", {
    where,
    expected: values.length === 0 ? "one value or more" : `${values.length} forecasts, one for each value`,
    got: String(forecasts.length),
  });
}
