/** The program of a training worker: trains what it is told to and posts what happens. */
import { RecurraError } from "../core/errors.ts";
import { parentOf } from "../core/worker.ts";
import { tasks } from "./index.ts";
import type { FromWorker, ToWorker } from "./training-messages.ts";

const parent = parentOf();
const post = (message: FromWorker): void => parent.post(message);
const controller = new AbortController();

async function train({ task: name, text, options }: Extract<ToWorker, { kind: "train" }>): Promise<void> {
  const task = tasks.find((each) => each.name === name)!;
  const run = task.train(text, options, { signal: controller.signal });
  for await (const report of run) post({ kind: "report", report });
  const model = await run.model;
  post({ kind: "done", files: model.toFiles(), summary: await run.summary });
}

parent.onMessage((message) => {
  const request = message as ToWorker;
  if (request.kind === "stop") controller.abort();
  else {
    train(request).catch((error: unknown) => {
      const known =
        error instanceof RecurraError
          ? error
          : new RecurraError("internal", { where: "training worker", expected: "no error", got: String(error) });
      // a cause may be something that cannot be sent
      const { cause: _, ...parts } = known.parts;
      post({ kind: "failed", code: known.code, parts });
    });
  }
});
