import { RecurraError, shown } from "../core/errors.ts";

/** Objects within the header, the header itself and shapes make three levels. */
const DEEPEST = 3;

/** What a scan of JSON text found wrong. */
function fault(text: string): string | undefined {
  // Keys seen in each open object; undefined for a list.
  const open: (Set<string> | undefined)[] = [];
  let isKey = false;
  for (let i = 0; i < text.length; i++) {
    const char = text[i];
    if (char === "{" || char === "[") {
      if (open.length === DEEPEST) return `more than ${DEEPEST} levels of nesting`;
      open.push(char === "{" ? new Set() : undefined);
      isKey = char === "{";
    } else if (char === "}" || char === "]") {
      open.pop();
      isKey = false;
    } else if (char === ",") {
      isKey = open.at(-1) !== undefined;
    } else if (char === '"') {
      const start = i;
      for (i += 1; i < text.length && text[i] !== '"'; i++) if (text[i] === "\\") i += 1;
      const keys = open.at(-1);
      if (isKey && keys !== undefined) {
        const key = JSON.parse(text.slice(start, i + 1)) as string; // throws on what the whole would throw on
        if (keys.has(key)) return `the key ${shown(key)} twice`;
        keys.add(key);
      }
      isKey = false;
    }
  }
  return undefined;
}

/**
 * Parses the JSON header of a safetensors file, refusing keys given twice, which `JSON.parse` would let pass.
 *
 * @throws file-format when the bytes are not UTF-8, not a JSON object, nested too deep, or a key stands twice.
 */
export function readHeader(bytes: Uint8Array, where: string): Map<string, unknown> {
  const fail = (expected: string, got: string, cause?: unknown) =>
    new RecurraError("file-format", { where: `${where}, header`, expected, got, cause });
  if (bytes[0] !== 0x7b) throw fail("a JSON object, {", `the byte 0x${(bytes[0] ?? 0).toString(16).padStart(2, "0")}`);
  let value: unknown;
  try {
    const text = new TextDecoder("utf-8", { fatal: true }).decode(bytes);
    const wrong = fault(text);
    if (wrong !== undefined) throw fail("one JSON object that names each tensor once", wrong);
    value = JSON.parse(text);
  } catch (cause) {
    if (cause instanceof RecurraError) throw cause;
    throw fail("JSON in UTF-8", "bytes that cannot be parsed", cause);
  }
  return new Map(Object.entries(value as object));
}
