import { RecurraError, shown } from "../../core/errors.ts";

/** The error of a path that the system cannot open. */
export function unreadable(path: string, cause: unknown): RecurraError {
  const code = (cause as { code?: unknown }).code;
  const missing = code === "ENOENT" || code === "ENOTDIR";
  return new RecurraError("data", {
    where: path,
    expected: "a file or folder that can be read",
    got: missing ? "no such file" : code === "EACCES" ? "no permission to read it" : shown(String(code ?? cause)),
    ...(missing ? { hint: "Check the path given as data." } : {}),
    cause,
  });
}
