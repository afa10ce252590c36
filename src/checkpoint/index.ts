export { LIBRARY_VERSION } from "./library-version.ts";
export { type ChosenFile, loadModelFiles, type ModelSource } from "./load-model-files.ts";
export { checkOutput, type SavedModel, type SaveOptions, saveModel } from "./model-directory.ts";
export type { Json, JsonObject, ModelFiles, Precision, WeightForm, WeightTensor } from "./model-files.ts";
export { FORMAT_VERSION } from "./model-format.ts";
export { loadTraining, TrainingDirectory } from "./training-directory.ts";
export type { DataSource, TrainingRecord } from "./training-file.ts";
