/** Prints one hash of what every built-in cell learns, for runtimes to be compared. */
import { createHash } from "node:crypto";
import { cellCount, smallWeights } from "./small-weights.mjs";

const sha256 = createHash("sha256")
  .update(await smallWeights())
  .digest("hex");
console.log(JSON.stringify({ cells: cellCount, sha256 }));
