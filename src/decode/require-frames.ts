import { requireOption } from "../core/require-option.ts";

/** @throws option when scores are not of whole frames, or the blank is no class. */
export function requireFrames(where: string, scores: ArrayLike<number>, classes: number, blank: number): void {
  const count: unknown = Object(scores).length;
  const isRight = (count as number) % classes === 0 && blank < classes;
  requireOption(`${where}, scores`, count, isRight, `whole frames of ${classes} classes, the blank among them`);
}
