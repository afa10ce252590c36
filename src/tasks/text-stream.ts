import type { JsonObject, PredictionStream } from "./task.ts";

/** A stream of pieces of text, each answered at once. */
export function textStream(answer: (text: string) => JsonObject | undefined): PredictionStream {
  return {
    push: (piece) => answer(typeof piece === "string" ? piece : new TextDecoder().decode(piece)),
    end: () => undefined,
  };
}
