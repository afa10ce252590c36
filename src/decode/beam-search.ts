import { exactLog } from "../core/exact-log.ts";
import { exactExp } from "../core/exact-math.ts";
import { requireCount, requireFinite, requireOption, requireSize } from "../core/require-option.ts";
import { requireOptions } from "../core/require-options.ts";

/** How sequences are searched for. */
export interface BeamSearchOptions {
  /** Beginnings kept at each step; 1 is greedy. */
  readonly width: number;
  /** Tokens of the longest sequence, the one that ends it counted; longer ones are cut there. */
  readonly maxLength: number;
  /** The token that ends a sequence. */
  readonly endId: number;
  /** The token that stands before the first. */
  readonly startId: number;
  /** α of the length normalisation: 0 compares log p as it is and favours short sequences, 1 compares its mean a token. Default 0.7. */
  readonly lengthPenalty?: number;
}

const requirePenalty = (where: string, value: number): void =>
  requireOption(where, value, value >= 0 && Number.isFinite(value), "a number of at least 0");

/** One sequence that was found. */
export interface Hypothesis<State> {
  /** The tokens after the start; <EOS> last, unless the sequence was cut at `maxLength`. */
  readonly tokens: readonly number[];
  /** log p(tokens), nats. */
  readonly logProbability: number;
  /** log p / Ty^α: what hypotheses are ranked by. */
  readonly score: number;
  /** The states of each step, as `advance` gave them. */
  readonly states: readonly State[];
}

/** What a step gives for each row. */
export interface Advanced<State> {
  /** log p of every token, nats. */
  readonly logProbabilities: ArrayLike<number>;
  readonly state: State;
}

/** A beginning: its last token and state, and the beginning it came from. */
interface Node<State> {
  readonly before: Node<State> | undefined;
  readonly token: number;
  readonly length: number;
  readonly logProbability: number;
  /** The state before `token` is read. */
  readonly state: State;
}

/** Where a search stands. */
interface Search<State> {
  live: Node<State>[];
  /** The best sequences so far, at most `width`, best first. */
  found: { readonly node: Node<State>; readonly score: number }[];
}

/**
 * Searches for the likeliest sequences, several searches side by side.
 *
 *     argmax over y of  1 / Ty^α  Σ_t log p(y⟨t⟩ | x, y⟨1⟩, …, y⟨t-1⟩)
 *
 * At each step the `width` likeliest continuations of all beginnings of a search stay; those that end leave the beam,
 * and the `width` best of them are kept. A search stops when no beginning can become better than what was found: log p only falls, and
 * the longest sequence has the mildest divisor. So a beam as wide as there are sequences is an exhaustive search, and
 * a beam of 1 takes the likeliest token at each step. Of equals the earlier beginning and the smaller token come first. No search depends on another.
 *
 * @param initial a state for each search.
 * @param advance reads one token in each state and gives log p of the next; called once a step with the beginnings of all searches.
 * @returns for each search at most `width` hypotheses, best first.
 * @throws option when a number is out of range.
 * Source: the course, "Beam search" and "Refinements to beam search" (length normalisation, α = 0.7).
 * @example
 * ```ts
 * const [found] = beamSearch([start], (states, tokens) => model.step(states, tokens), { width: 5, maxLength: 30, startId: 1, endId: 1 });
 * found?.[0]?.tokens;
 * ```
 */
export function beamSearch<State>(
  initial: readonly State[],
  advance: (states: readonly State[], tokens: Int32Array) => readonly Advanced<State>[],
  options: BeamSearchOptions,
): Hypothesis<State>[][] {
  requireOptions(
    "beamSearch",
    options,
    { lengthPenalty: requirePenalty },
    { width: requireSize, maxLength: requireSize, endId: requireCount, startId: requireFinite },
  );
  const { width, maxLength, endId, startId, lengthPenalty = 0.7 } = options;
  const divisors = Float64Array.from({ length: maxLength + 1 }, (_, length) =>
    length === 0 ? 1 : exactExp(lengthPenalty * exactLog(length)),
  );
  const searches = initial.map((state): Search<State> => {
    return { live: [{ before: undefined, token: startId, length: 0, logProbability: 0, state }], found: [] };
  });
  for (let length = 1; length <= maxLength; length++) {
    const nodes = searches.flatMap((search) => search.live);
    if (nodes.length === 0) break;
    const steps = advance(
      nodes.map((node) => node.state),
      Int32Array.from(nodes, (node) => node.token),
    );
    let first = 0;
    for (const search of searches) {
      const { live } = search;
      const own = steps.slice(first, first + live.length);
      first += live.length;
      search.live = [];
      for (const node of likeliest(live, own, width)) {
        if (node.token === endId || length === maxLength) {
          insert(search.found, { node, score: node.logProbability / divisors[length]! }, width);
        } else search.live.push(node);
      }
      const worst = search.found.length < width ? Number.NEGATIVE_INFINITY : search.found[width - 1]!.score;
      const hope = Math.max(...search.live.map((node) => node.logProbability)) / divisors[maxLength]!;
      if (worst >= hope) search.live = [];
    }
  }
  return searches.map(({ found }) =>
    found.map(({ node, score }) => {
      const tokens: number[] = [];
      const states: State[] = [];
      for (let at: Node<State> | undefined = node; at?.before !== undefined; at = at.before) {
        tokens.push(at.token);
        states.push(at.state);
      }
      return { tokens: tokens.reverse(), logProbability: node.logProbability, score, states: states.reverse() };
    }),
  );
}

/** Puts what was found in its place, the worst out where there are more than `width`. */
function insert<Found extends { readonly score: number }>(found: Found[], one: Found, width: number): void {
  let place = found.length;
  while (place > 0 && found[place - 1]!.score < one.score) place--;
  found.splice(place, 0, one);
  if (found.length > width) found.pop();
}

/** The `width` likeliest continuations of all beginnings, likeliest first. */
function likeliest<State>(
  live: readonly Node<State>[],
  steps: readonly Advanced<State>[],
  width: number,
): Node<State>[] {
  const best: { readonly from: number; readonly token: number; readonly score: number }[] = [];
  live.forEach((node, from) => {
    const { logProbabilities } = steps[from]!;
    for (let token = 0; token < logProbabilities.length; token++) {
      const score = node.logProbability + logProbabilities[token]!;
      if (score === Number.NEGATIVE_INFINITY) continue;
      if (best.length === width && score <= best[width - 1]!.score) continue;
      insert(best, { from, token, score }, width);
    }
  });
  return best.map(({ from, token, score }) => {
    const before = live[from]!;
    return { before, token, length: before.length + 1, logProbability: score, state: steps[from]!.state };
  });
}
