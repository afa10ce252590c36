/** The row of generator in the list of tasks. */
import { Generator } from "./generator.ts";
import { type GeneratorData, readGeneratorData } from "./generator-data.ts";
import { generatorOptions } from "./generator-options.ts";
import type { Task } from "./task.ts";
import { generatorBaselines, trainGenerator } from "./train-generator.ts";

export const generatorTask: Task<GeneratorData> = {
  name: "generator",
  summary: "Learns to make sequences, such as names or music, from a label, numbers or nothing.",
  dataHelp: "CSV, TSV or JSON Lines of a condition and a sequence, JSON piano rolls, or MIDI files",
  options: generatorOptions,
  read: readGeneratorData,
  train: trainGenerator,
  load: Generator.fromFiles,
  baselines: (model, test, train) => generatorBaselines(model as Generator, test, train),
};
