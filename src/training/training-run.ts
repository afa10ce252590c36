/** A run that is driven by whoever looks at it: a loop over its reports, or `await run.model` alone. */
import { nextTurn } from "../core/platform.ts";

/** Where a run stands when it ends. */
export interface RunEnd<Model, Summary> {
  readonly model: Model;
  /** Computed when it is first asked for. */
  summary(): Summary;
}

/** See `TrainingRun` in tasks/task.ts, which this implements. */
export class DrivenRun<Report, Model, Summary> implements AsyncIterable<Report> {
  readonly #reports: AsyncGenerator<Report, void, void>;
  readonly #end: (stopped: boolean) => RunEnd<Model, Summary>;
  readonly #ended: Promise<RunEnd<Model, Summary>>;
  #resolve!: (end: RunEnd<Model, Summary>) => void;
  #reject!: (error: unknown) => void;
  #started = false;
  #summary: Summary | undefined;

  /** @param end makes the outcome; `stopped` says that the caller left the loop early. */
  constructor(reports: AsyncGenerator<Report, void, void>, end: (stopped: boolean) => RunEnd<Model, Summary>) {
    this.#reports = reports;
    this.#end = end;
    this.#ended = new Promise((resolve, reject) => {
      this.#resolve = resolve;
      this.#reject = reject;
    });
    // whoever awaits the model gets the error; nobody awaiting is no crash of its own
    this.#ended.catch(() => undefined);
  }

  #finish(stopped: boolean): void {
    try {
      this.#resolve(this.#end(stopped));
    } catch (error) {
      this.#reject(error);
    }
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<Report, void, void> {
    this.#started = true;
    let stopped = true;
    try {
      yield* this.#reports;
      stopped = false;
    } catch (error) {
      this.#reject(error);
      throw error;
    } finally {
      this.#finish(stopped);
    }
  }

  async #drive(): Promise<RunEnd<Model, Summary>> {
    // a loop that begins in the same turn drives the run itself
    await nextTurn();
    if (!this.#started) {
      const reports = this[Symbol.asyncIterator]();
      const drain = async (): Promise<void> => {
        while ((await reports.next()).done !== true);
      };
      // an error reaches the caller through #ended
      await drain().catch(() => undefined);
    }
    return this.#ended;
  }

  /** The trained model; asking for it drives the run to its end. */
  get model(): Promise<Model> {
    return this.#drive().then((end) => end.model);
  }

  /** How the run ended; asking for it drives the run to its end. */
  get summary(): Promise<Summary> {
    return this.#drive().then((end) => {
      this.#summary ??= end.summary();
      return this.#summary;
    });
  }
}
