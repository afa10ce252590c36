import { RecurraError } from "../core/errors.ts";

/** The system's code of an error: "ENOENT". */
export const codeOf = (error: unknown): unknown => (error as { code?: unknown }).code;

const FAULTS: ReadonlyMap<unknown, string> = new Map([
  ["ENOENT", "nothing of that name"],
  ["ENOTDIR", "a file where a folder should be"],
  ["EISDIR", "a folder where a file should be"],
  ["EACCES", "no permission"],
  ["EPERM", "no permission"],
  ["ENOSPC", "a full disk"],
  ["EDQUOT", "a full disk"],
]);
const ROOM = "Make room and try again; what was saved before stands.";

/** The fault of a path that the system would not read or write. */
export function unusable(where: string, expected: string, cause: unknown): RecurraError {
  const code = codeOf(cause);
  const got = FAULTS.get(code) ?? String(code ?? cause);
  const hint = code === "ENOSPC" || code === "EDQUOT" ? { hint: ROOM } : {};
  return new RecurraError("data", { where, expected, got, ...hint, cause });
}
