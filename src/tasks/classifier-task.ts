/** The row of classifier in the list of tasks. */
import { type LabelledText, readLabelledTexts } from "../data/sources/labelled-texts.ts";
import { Classifier } from "./classifier.ts";
import { classifierBaselines } from "./classifier-baselines.ts";
import { classifierOptions } from "./classifier-options.ts";
import type { Task } from "./task.ts";
import { trainClassifier } from "./train-classifier.ts";

export const classifierTask: Task<readonly LabelledText[]> = {
  name: "classifier",
  summary: "Learns to give each sequence a label: texts, names, DNA.",
  dataHelp: "CSV, TSV, JSON Lines or FASTA of texts and labels, or a folder of .txt files for each label",
  options: classifierOptions,
  read: (source, options, faults) => readLabelledTexts(source, options, faults),
  train: (examples, options, control) => trainClassifier(examples, options, control),
  load: (files, where) => Classifier.fromFiles(files, where),
  baselines: (model, test, train) => classifierBaselines(model as Classifier, test, train),
};
