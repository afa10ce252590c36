/** The row of classifier in the list of tasks. */
import type { LabelledSequence } from "../data/sources/labelled-sequence.ts";
import { readLabelledSequences } from "../data/sources/labelled-sequences.ts";
import { Classifier } from "./classifier.ts";
import { classifierBaselines } from "./classifier-baselines.ts";
import { classifierOptions } from "./classifier-options.ts";
import type { Task } from "./task.ts";
import { trainClassifier } from "./train-classifier.ts";

export const classifierTask: Task<readonly LabelledSequence[]> = {
  name: "classifier",
  summary: "Learns what each sequence is: a label, several labels or a number for texts, names, DNA, vectors, sounds.",
  dataHelp: "CSV, TSV, JSON Lines or FASTA of sequences and labels, or a folder of .txt or .wav files for each label",
  options: classifierOptions,
  read: readLabelledSequences,
  train: trainClassifier,
  load: Classifier.fromFiles,
  baselines: (model, test, train) => classifierBaselines(model as Classifier, test, train),
};
