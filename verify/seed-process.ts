/** Trains the seed that its one argument describes (JSON) and prints the result as JSON. */
import { type SeedOptions, trainSeed } from "./train-seed.ts";

process.stdout.write(`${JSON.stringify(trainSeed(JSON.parse(process.argv[2]!) as SeedOptions))}\n`);
