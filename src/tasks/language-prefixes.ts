/** How likely a language model of characters finds texts, for the search of a transcriber. */
import { RecurraError, shown } from "../core/errors.ts";
import { logSoftmax } from "../core/log-space.ts";
import type { PrefixScorer } from "../decode/ctc-beam.ts";
import type { LanguageModel } from "./language-model.ts";
import type { LanguageSession } from "./language-session.ts";

/** A text as the search goes on with it; its last character is read when it is first asked for what follows. */
class LanguagePrefix {
  readonly #before: LanguageSession;
  readonly #id: number;
  #session: LanguageSession | undefined;
  #logProbabilities: Float64Array = new Float64Array(0);

  constructor(before: LanguageSession, id: number) {
    this.#before = before;
    this.#id = id;
  }

  #read(): LanguageSession {
    if (this.#session === undefined) {
      this.#session = this.#before.fork();
      const scores = this.#session.step(this.#id);
      this.#logProbabilities = logSoftmax(scores, scores.length);
    }
    return this.#session;
  }

  /** log p(id | the text), nats. */
  logProbability(id: number): number {
    this.#read();
    return this.#logProbabilities[id]!;
  }

  after(id: number): LanguagePrefix {
    return new LanguagePrefix(this.#read(), id);
  }
}

/**
 * A language model as what `ctcBeam` asks: each character after those before it, and with a model of lines the end.
 *
 * @param characters of labels 1, 2, …
 * @throws option when the model is one of words, or has neither one of the characters nor <UNK>.
 */
export function languagePrefixes(model: LanguageModel, characters: readonly string[]): PrefixScorer<LanguagePrefix> {
  const { vocabulary, config } = model;
  const refuse = (got: string): RecurraError => {
    const expected = "a model of characters that knows those of the transcripts";
    return new RecurraError("option", { where: "language model", expected, got });
  };
  if (config.unit !== "char") throw refuse(`one of ${config.unit}s`);
  const ids = characters.map((character) => vocabulary.indexOf(character));
  const unknown = characters.filter((_, i) => ids[i]! < 0);
  if (unknown.length > 0) throw refuse(`one without ${unknown.map(shown).join(", ")}`);
  return {
    start: new LanguagePrefix(model.session(), model.startId),
    extend(prefix, label) {
      const id = ids[label - 1]!;
      return { logProbability: prefix.logProbability(id), state: prefix.after(id) };
    },
    end: (prefix) => (config.lines ? prefix.logProbability(vocabulary.endId) : 0),
  };
}
