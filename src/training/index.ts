/**
 * Training loops.
 * @module
 */
export { type FitOptions, type FitReport, fit, type StepLoss } from "./fit.ts";
export { DrivenRun, type RunEnd } from "./training-run.ts";
