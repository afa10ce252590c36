import { exactLog } from "./exact-log.ts";
import { type Random, toUnit } from "./random.ts";

/** Last counter word of these draws: see `Random`. */
const NORMAL = 0x6e6f726d;

/**
 * Fills a buffer with mean + sd z, z standard normal; element i depends on i alone.
 *
 * The polar form of Box and Muller: for (u, v) uniform in the unit disc and s = u² + v², z = (u, v) √(-2 ln s / s).
 * It needs no sine or cosine; a point outside the disc is drawn again under the next value of the third counter word.
 * Source: Marsaglia and Bray 1964, "A convenient method for generating normal variables".
 *
 * @example
 * ```ts
 * import { fillNormal, Random } from "recurra";
 * const noise = new Float32Array(100);
 * fillNormal(new Random(1, "noise"), noise, 0, 0.1);
 * ```
 */
export function fillNormal(random: Random, out: Float32Array, mean: number, sd: number): void {
  for (let i = 0; i < out.length; i += 2) {
    for (let attempt = 0; ; attempt++) {
      const words = random.block(i / 2, 0, attempt, NORMAL);
      const u = 2 * toUnit(words[0]!, words[1]!) - 1;
      const v = 2 * toUnit(words[2]!, words[3]!) - 1;
      const s = u * u + v * v;
      if (s >= 1 || s === 0) continue;
      const scale = sd * Math.sqrt((-2 * exactLog(s)) / s);
      out[i] = mean + u * scale;
      if (i + 1 < out.length) out[i + 1] = mean + v * scale;
      break;
    }
  }
}
