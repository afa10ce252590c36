/**
 * Training loops, schedules and what keeps the best weights.
 * @module
 */
export { BestWeights } from "./best-weights.ts";
export { type FitOptions, type FitReport, fit } from "./fit.ts";
export {
  type CosineOptions,
  constantSchedule,
  cosineSchedule,
  type PlateauOptions,
  plateauSchedule,
  type Schedule,
} from "./schedule.ts";
export { type StepLoss, Trainer, type TrainerOptions, type TrainingState } from "./trainer.ts";
export { DrivenRun, type RunEnd } from "./training-run.ts";
