/** Training in a thread of its own, so that a page or a server stays awake. */
import { RecurraError } from "../core/errors.ts";
import { requireOption } from "../core/require-option.ts";
import { requireText } from "../core/require-text.ts";
import { startWorker } from "../core/worker.ts";
import { DrivenRun } from "../training/training-run.ts";
import type { OptionValues, Task, TaskModel, TrainingReport, TrainingRun, TrainingSummary } from "./task.ts";
import type { FromWorker, ToWorker } from "./training-messages.ts";

/**
 * Trains a task in a worker: a page's `Worker`, or a thread of Node.
 *
 * Vite, webpack and Parcel find the worker's program by themselves; other bundlers of a page are given it as one more
 * entry, `recurra/training-worker`, to be written beside the page's own as `training-worker.js`.
 *
 * The weights are those that training without a worker gives, bit for bit; options are plain values, so a cell of your
 * own, which is a function, cannot go along. Leaving the loop early stops the worker cleanly.
 *
 * @param task a row of `tasks`.
 * @throws option when the task is none, or the text no text; unsupported where the runtime has no workers, or a page does not find the program; what the task throws
 * reaches whoever awaits the run.
 * @example
 * ```ts
 * import { tasks, trainInWorker } from "recurra/tasks";
 * const run = trainInWorker(tasks[0]!, text, { steps: 500 });
 * for await (const report of run) console.log(report.step, report.etaSeconds);
 * const model = await run.model;
 * ```
 */
export function trainInWorker(
  task: Task,
  text: string,
  options: OptionValues = {},
  control: { readonly signal?: AbortSignal } = {},
): TrainingRun<TaskModel> {
  requireOption("trainInWorker, task", task, "load" in Object(task), "a task, such as tasks[0]");
  requireText("trainInWorker", text);
  let done: { model: TaskModel; summary: TrainingSummary } | undefined;

  async function* reports(): AsyncGenerator<TrainingReport, void, void> {
    const worker = startWorker(
      // the flags of this process, such as --eval, are not the worker's
      (Worker) => new Worker(new URL("./training-worker.js", import.meta.url), { type: "module", execArgv: [] }),
    );
    const post = (message: ToWorker): void => worker.post(message);
    const inbox: FromWorker[] = [];
    let wake = (): void => {};
    const receive = (message: FromWorker): void => {
      inbox.push(message);
      wake();
    };
    worker.onMessage((message) => receive(message as FromWorker));
    worker.onError((error) => {
      const parts = { where: "training worker", expected: "a worker that runs", got: String(error) };
      const hint = "Make recurra/training-worker an entry of the bundle, beside it as training-worker.js.";
      const missing = { ...parts, got: "no program of it", hint };
      receive(
        error === undefined
          ? { kind: "failed", code: "unsupported", parts: missing }
          : { kind: "failed", code: "internal", parts },
      );
    });
    const next = async (): Promise<FromWorker> => {
      while (inbox.length === 0) {
        await new Promise<void>((resolve) => {
          wake = resolve;
        });
      }
      return inbox.shift()!;
    };
    const stop = (): void => post({ kind: "stop" });
    control.signal?.addEventListener("abort", stop, { once: true });
    try {
      post({ kind: "train", task: task.name, text, options });
    } catch (error) {
      worker.close();
      throw new RecurraError("option", {
        where: "trainInWorker",
        expected: "options that can be copied to a worker",
        got: error instanceof Error ? error.message : String(error),
        hint: "A cell of your own is a function: train with it without a worker.",
        cause: error,
      });
    }
    let ended = false;
    /** The next report, or undefined when the worker is done; `draining` passes reports over. */
    const nextReport = async (draining = false): Promise<TrainingReport | undefined> => {
      for (;;) {
        const message = await next();
        if (message.kind === "failed") {
          ended = true;
          throw new RecurraError(message.code, message.parts);
        }
        if (message.kind === "done") {
          ended = true;
          done = { model: await task.load(message.files, "training worker"), summary: message.summary };
          return undefined;
        }
        if (!draining) return message.report;
      }
    };
    try {
      for (;;) {
        const report = await nextReport();
        if (report === undefined) break;
        yield report;
      }
    } finally {
      if (!ended) {
        // the caller left the loop: the worker ends its step and hands over the model trained so far
        stop();
        await nextReport(true);
      }
      control.signal?.removeEventListener("abort", stop);
      worker.close();
    }
  }

  return new DrivenRun(reports(), (stopped) => {
    const { model, summary } = done!;
    return { model, summary: () => ({ ...summary, stopped: stopped || summary.stopped }) };
  });
}
