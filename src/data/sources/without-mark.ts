import { requireText } from "../../core/require-text.ts";

/**
 * A file's text without its byte order mark.
 *
 * @param where the file's name, for messages.
 * @throws option when it is no text, such as the file's bytes.
 */
export function withoutMark(text: string, where: string): string {
  requireText(where, text);
  return text.replace(/^\ufeff/, "");
}
