import type { TrainingReport, TrainingRun, TrainingSummary } from "../tasks/task.ts";
import { Progress } from "./progress.ts";
import type { Shell } from "./shell.ts";

/** How a run is watched. */
export interface WatchOptions {
  readonly quiet?: boolean;
  /** Seconds after which the clock ends the run. */
  readonly limitSeconds?: number | undefined;
  /** Steps done before, of a run that goes on; default 0. */
  readonly firstStep?: number | undefined;
  /** Called with each report, besides its being shown. */
  onReport?(report: TrainingReport): Promise<void>;
}

/** A run that has ended. */
export interface WatchedTraining<Model> {
  readonly model: Model;
  readonly reports: readonly TrainingReport[];
  /** Whether Ctrl-C ended it. */
  readonly interrupted: boolean;
  /** The last scores, which may take a moment to count: save first. */
  readonly summary: () => Promise<TrainingSummary>;
}

/**
 * Starts a run, follows it to its end with a line of progress and hands the outcome on; the first Ctrl-C stops the run cleanly, the second the program.
 *
 * @param start starts the run, which the signal given stops.
 * @param finish what is done with the outcome, still under the same rule for Ctrl-C.
 */
export async function watchTraining<Model, Result>(
  shell: Shell,
  start: (signal: AbortSignal) => TrainingRun<Model>,
  finish: (training: WatchedTraining<Model>) => Promise<Result>,
  options: WatchOptions = {},
): Promise<Result> {
  const controller = new AbortController();
  const progress = new Progress(shell.stderr, options);
  const release = shell.onInterrupt(() => {
    progress.note("Stopping and saving. Ctrl-C once more ends at once, without saving.");
    controller.abort();
  });
  const reports: TrainingReport[] = [];
  try {
    const run = start(controller.signal);
    try {
      for await (const report of run) {
        reports.push(report);
        progress.report(report);
        await options.onReport?.(report);
      }
    } finally {
      progress.end();
    }
    const model = await run.model;
    return await finish({ model, reports, interrupted: controller.signal.aborted, summary: () => run.summary });
  } finally {
    release();
  }
}
