/**
 * A classifier learns whether brackets close as they opened: many to one, and nothing that counting tells.
 *
 *     npm run example -- balanced-brackets
 */
import { Random } from "recurra";
import { trainClassifier } from "recurra/tasks";

const STRINGS = 3000;
const random = new Random(1, "brackets");
let lots = 0;
const draw = (below: number): number => random.integer(lots++, below);

/** Pairs of round and square brackets inside and beside each other, 2 to 12 signs. */
function balanced(pairs: number): string {
  if (pairs === 0) return "";
  const inside = draw(pairs);
  const [open, close] = draw(2) === 0 ? "()" : "[]";
  return `${open}${balanced(inside)}${close}${balanced(pairs - 1 - inside)}`;
}

/** The same signs with two of them exchanged, so that counts tell nothing. */
function exchanged(text: string): string {
  const signs = [...text];
  const [i, j] = [draw(signs.length), draw(signs.length)];
  [signs[i], signs[j]] = [signs[j]!, signs[i]!];
  return signs.join("");
}

function isBalanced(text: string): boolean {
  let rest = text;
  for (let before = ""; before !== rest; ) {
    before = rest;
    rest = rest.replaceAll("()", "").replaceAll("[]", "");
  }
  return rest === "";
}

const texts = new Set<string>();
while (texts.size < STRINGS) {
  const text = balanced(1 + draw(6));
  texts.add(draw(2) === 0 ? text : exchanged(text));
}
const examples = [...texts].map((text) => ({ sequence: text, label: isBalanced(text) ? "closed" : "broken" }));
const [test, train] = [examples.slice(0, 300), examples.slice(300)];

console.log(`${train.length} strings of brackets to train on, ${test.length} others to test on`);
const options = { hiddenSize: 32, embeddingSize: 8, learningRate: 0.01, epochs: 20, pooling: "last" } as const;
const run = trainClassifier(train, { ...options, bidirectional: false, validFraction: 0.1 });
const model = await run.model;
const wrong = test.filter(({ sequence, label }) => model.predict(sequence).output !== label).length;
console.log(`wrong of 300 new strings: ${wrong}`);
const { baselines } = await run.summary;
for (const { name, metrics } of baselines) console.log(`${name}: accuracy ${metrics.accuracy!.toFixed(3)}`);

// what it thinks of the signs so far
const session = model.session();
for (const sign of "([])") {
  const { output, scores } = session.step(sign);
  console.log(`${sign} ${output} ${scores[output]!.toFixed(3)}`);
}
