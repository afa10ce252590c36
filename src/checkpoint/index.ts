export { LIBRARY_VERSION } from "./library-version.ts";
export {
  checkOutput,
  FORMAT_VERSION,
  loadModel,
  type SavedModel,
  type SaveOptions,
  saveModel,
} from "./model-directory.ts";
export type { Json, JsonObject, ModelFiles, WeightTensor } from "./model-files.ts";
export { loadTraining, TrainingDirectory } from "./training-directory.ts";
export type { DataSource, TrainingRecord } from "./training-file.ts";
