/** What a page or server and its training worker say to each other. */
import type { ErrorCode, ErrorParts } from "../core/errors.ts";
import type { ModelFiles, OptionValues, TrainingReport, TrainingSummary } from "./task.ts";

/** To the worker: one `train`, then perhaps a `stop`. */
export type ToWorker =
  | { readonly kind: "train"; readonly task: string; readonly text: string; readonly options: OptionValues }
  | { readonly kind: "stop" };

/** From the worker: reports, and then a model or an error. */
export type FromWorker =
  | { readonly kind: "report"; readonly report: TrainingReport }
  | { readonly kind: "done"; readonly files: ModelFiles; readonly summary: TrainingSummary }
  | { readonly kind: "failed"; readonly code: ErrorCode; readonly parts: ErrorParts };
