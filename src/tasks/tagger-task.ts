/** The row of tagger in the list of tasks. */
import { type ReadTaggedOptions, readTagged } from "../data/sources/read-tagged.ts";
import type { TaggedSentence } from "../data/sources/tagged-sentence.ts";
import { Tagger } from "./tagger.ts";
import { taggerBaselines } from "./tagger-metrics.ts";
import { taggerOptions } from "./tagger-options.ts";
import type { Task } from "./task.ts";
import { trainTagger } from "./train-tagger.ts";

export const taggerTask: Task<readonly TaggedSentence[]> = {
  name: "tagger",
  summary: "Learns to give each token of a sequence a tag: names in sentences, parts of speech, coding bases of DNA.",
  dataHelp: "CoNLL columns, CoNLL-U or JSON Lines of tokens and tags, or a folder of such files",
  options: taggerOptions,
  read: (source, options, faults) => readTagged(source, options as ReadTaggedOptions, faults),
  train: trainTagger,
  load: Tagger.fromFiles,
  baselines: (model, test, train) => taggerBaselines((model as Tagger).encoder.tags, test, train),
};
