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
  /** The last scores, which may take a moment to count: save first, for from then on Ctrl-C ends the program at once. */
  readonly summary: () => Promise<TrainingSummary>;
}

/**
 * Starts a run, follows it to its end with a line of progress and hands the outcome on; the first Ctrl-C stops the run cleanly, the second the program.
 *
 * While the run is being made (the words of a large text are counted for half a minute, say) there is nothing to save, and
 * once it is scored all is saved: Ctrl-C then ends the program at once, which a listener could not before the work is done.
 *
 * @param start starts the run, which the signal given stops.
 * @param finish what is done with the outcome, under the same rule for Ctrl-C until it asks for the summary.
 */
export async function watchTraining<Model, Result>(
  shell: Shell,
  start: (signal: AbortSignal) => TrainingRun<Model>,
  finish: (training: WatchedTraining<Model>) => Promise<Result>,
  options: WatchOptions = {},
): Promise<Result> {
  const controller = new AbortController();
  const progress = new Progress(shell.stderr, options);
  const reports: TrainingReport[] = [];
  const run = start(controller.signal);
  const release = shell.onInterrupt(() => {
    progress.note("Stopping and saving. Ctrl-C once more ends at once, without saving.");
    controller.abort();
  });
  try {
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
    const summary = (): Promise<TrainingSummary> => {
      release();
      return run.summary;
    };
    return await finish({ model, reports, interrupted: controller.signal.aborted, summary });
  } finally {
    release();
  }
}
