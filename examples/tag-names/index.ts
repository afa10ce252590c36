/**
 * Many to many, Tx = Ty: which words are part of a person's name? The tagger learns it from sentences made of a few
 * patterns, then tags the sentence of the course's notes, which is none of them.
 */
import { Random } from "recurra";
import { type TrainingSentence, trainTagger } from "recurra/tasks";

const GIVEN =
  "Ada Alan Albus Draco Emma Fred George Ginny Grace Harry Hermione Isaac Luna Marie Minerva Neville Ron".split(" ");
const FAMILY = "Curie Dumbledore Granger Hopper Longbottom Lovegood Malfoy Newton Potter Turing Weasley Watson".split(
  " ",
);
const VERBS = "wrote found invented saw bought read heard lost praised forgot".split(" ");
const THINGS = "a new song|the old book|a red broom|a spell|the answer|a new machine|an old letter".split("|");
const PLACES = "|in London|at the Ministry|on Monday|in the Great Hall|last year".split("|");

/** Sentences with y⟨t⟩ = 1 where a word is part of a person's name. */
function sentences(count: number): TrainingSentence[] {
  const random = new Random(1, "sentences with names");
  return Array.from({ length: count }, (_, i) => {
    const pick = (from: readonly string[], place: number): string => from[random.integer(16 * i + place, from.length)]!;
    const person = (place: number): string[] => {
      const full = random.integer(16 * i + place + 2, 3) > 0;
      return full ? [pick(GIVEN, place), pick(FAMILY, place + 1)] : [pick(GIVEN, place)];
    };
    const persons = random.integer(16 * i, 2) === 0 ? [person(1)] : [person(1), person(4)];
    const rest = `${pick(VERBS, 8)} ${pick(THINGS, 9)} ${pick(PLACES, 10)}`.trim().split(" ");
    const subject = persons.flatMap((name, p) => (p === 0 ? name : ["and", ...name]));
    const names = new Set(persons.flat());
    const tokens = [...subject, ...rest];
    return { tokens, tags: tokens.map((token, t) => (t < subject.length && names.has(token) ? "1" : "0")) };
  });
}

const model = await trainTagger(sentences(400), {
  hiddenSize: 24,
  embeddingSize: 16,
  letterSize: 8,
  learningRate: 0.01,
  epochs: 8,
  seed: 1,
}).model;

const x = "Harry Potter and Hermione Granger invented a new spell".split(" ");
const y = [1, 1, 0, 1, 1, 0, 0, 0, 0];
const { tags, confidence } = model.predict(x);
console.log(`Tx = ${x.length}, Ty = ${tags.length}`);
console.log("  t  x<t>       y<t>  ŷ<t>  p(ŷ<t> | x)");
x.forEach((word, t) => {
  console.log(`  ${t + 1}  ${word.padEnd(9)}  ${y[t]}     ${tags[t]}     ${confidence[t]!.toFixed(3)}`);
});
console.log(`wrong tags: ${tags.filter((tag, t) => tag !== String(y[t])).length}`);
