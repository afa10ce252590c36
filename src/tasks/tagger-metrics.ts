/** How tags are scored, and what needs no training. */
import { commonestOf } from "../core/counts-of.ts";
import { groupsOf } from "../core/groups-of.ts";
import { entitiesToTags, tagSchemeOf } from "../data/encoders/tag-scheme.ts";
import type { TaggedSentence } from "../data/sources/tagged-sentence.ts";
import { entitiesOf, entityF1, tokenAccuracy } from "../metrics/index.ts";
import type { Baseline, Metrics } from "./task.ts";

type Tags = readonly string[];

/** @returns `entityF1` first where the tags mark entities, `tokenAccuracy`, and under `tokens` how many there are. */
export function taggingMetrics(predictions: readonly Tags[], references: readonly Tags[]): Metrics {
  const rest = {
    tokenAccuracy: tokenAccuracy(predictions, references),
    tokens: references.reduce((sum, { length }) => sum + length, 0),
  };
  if (tagSchemeOf(references.flat()) === "plain") return rest;
  return { entityF1: entityF1(predictions, references).f1, ...rest };
}

/**
 * What needs no training. Of entities: every run of capitalised words is a person (where there is such a type), and the
 * longest entities of the training data found again, letter by letter. Of other tags: the commonest one, and each token's commonest.
 *
 * A word is capitalised where a small letter stands behind its capital, so that neither "I" nor "LOL" is; the first word of a
 * sentence is capitalised whatever it is, and does not count.
 *
 * @param tags all that can be given.
 * @param train without it, only what needs none.
 */
export function taggerBaselines(
  tags: Tags,
  test: readonly TaggedSentence[],
  train: readonly TaggedSentence[] | undefined,
): Baseline[] {
  const references = test.map((sentence) => sentence.tags);
  const scored = (name: string, predict: (tokens: Tags) => string[]): Baseline => ({
    name,
    metrics: taggingMetrics(
      test.map(({ tokens }) => predict(tokens)),
      references,
    ),
  });
  if (tagSchemeOf(tags) === "plain") {
    const counted = train ?? test;
    const common = commonestOf(counted.flatMap((sentence) => sentence.tags)) ?? "";
    const baselines = [scored("commonest tag", (tokens) => tokens.map(() => common))];
    if (train === undefined) return baselines;
    const tagOf = commonTags(train.flatMap(({ tokens, tags: own }) => tokens.map((token, t) => [token, own[t]!])));
    return [...baselines, scored("token's commonest tag", (all) => all.map((token) => tagOf.get(token) ?? common))];
  }
  const isBioes = tagSchemeOf(tags) === "bioes";
  const person = tags.find((tag) => /^B-per(son)?$/i.test(tag))?.slice(2);
  const baselines: Baseline[] = [];
  if (train !== undefined) {
    const names = entityNames(train);
    const longest = Math.max(0, ...Array.from(names.keys(), (name) => name.split(" ").length));
    baselines.push(scored("training entities", (tokens) => spell(knownRuns(tokens, names, longest), tokens, isBioes)));
  }
  if (person !== undefined) {
    baselines.push(
      scored("capitalised runs are persons", (tokens) => spell(capitalRuns(tokens, person), tokens, isBioes)),
    );
  }
  return baselines;
}

interface Run {
  readonly type: string;
  readonly start: number;
  readonly end: number;
}

function spell(runs: readonly Run[], tokens: Tags, isBioes: boolean): string[] {
  return entitiesToTags(runs, tokens.length, isBioes ? "bioes" : "bio");
}

/** Whether a word begins with a capital and a small letter. */
function isCapitalised(word: string): boolean {
  const [first = "", second = ""] = word;
  const isCapital = (c: string): boolean => c !== c.toLowerCase();
  return isCapital(first) && second !== second.toUpperCase() && !isCapital(second);
}

function capitalRuns(tokens: Tags, type: string): Run[] {
  const runs: Run[] = [];
  for (let start = 1; start < tokens.length; start++) {
    let end = start;
    while (end < tokens.length && isCapitalised(tokens[end]!)) end += 1;
    if (end === start) continue;
    runs.push({ type, start, end });
    start = end;
  }
  return runs;
}

/** The commonest type of each entity's words. */
function entityNames(train: readonly TaggedSentence[]): Map<string, string> {
  return commonTags(
    train.flatMap(({ tokens, tags }) =>
      entitiesOf(tags).map(({ type, start, end }): [string, string] => [tokens.slice(start, end).join(" "), type]),
    ),
  );
}

function knownRuns(tokens: Tags, names: ReadonlyMap<string, string>, longest: number): Run[] {
  const runs: Run[] = [];
  let start = 0;
  while (start < tokens.length) {
    let end = Math.min(tokens.length, start + longest);
    while (end > start && !names.has(tokens.slice(start, end).join(" "))) end -= 1;
    if (end > start) runs.push({ type: names.get(tokens.slice(start, end).join(" "))!, start, end });
    start = Math.max(end, start + 1);
  }
  return runs;
}

/** The commonest second of each first. */
function commonTags(pairs: readonly (readonly string[])[]): Map<string, string> {
  const groups = groupsOf(pairs, ([key]) => key!);
  return new Map(Array.from(groups, ([key, own]) => [key, commonestOf(own.map(([, tag]) => tag!))!]));
}
