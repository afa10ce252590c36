/** A worker of either kind, a page's or Node's, behind the few things that both can do. */
import { RecurraError } from "./errors.ts";

/** A thread that exchanges messages. */
export interface MessageWorker {
  post(message: unknown): void;
  onMessage(listener: (message: unknown) => void): void;
  onError(listener: (error: unknown) => void): void;
  close(): void;
}

/** The part of Node's worker_threads that is used; it has no types in a page. */
interface WorkerThreads {
  readonly Worker: new (
    url: URL,
    options: { readonly execArgv: readonly string[] },
  ) => {
    postMessage(message: unknown): void;
    on(event: "message" | "error", listener: (value: unknown) => void): void;
    terminate(): void;
    unref(): void;
  };
  readonly parentPort: {
    postMessage(message: unknown): void;
    on(event: "message", listener: (value: unknown) => void): void;
  } | null;
}

function nodeWorkerThreads(): WorkerThreads | undefined {
  const node = (globalThis as { process?: { getBuiltinModule?: (name: string) => unknown } }).process;
  return node?.getBuiltinModule?.("node:worker_threads") as WorkerThreads | undefined;
}

/**
 * Starts a module in a thread of its own.
 *
 * @throws unsupported where the runtime has no workers.
 */
export function startWorker(url: URL): MessageWorker {
  const threads = nodeWorkerThreads();
  if (threads !== undefined) {
    // the flags of this process, such as --eval, are not the worker's
    const worker = new threads.Worker(url, { execArgv: [] });
    return {
      post: (message) => worker.postMessage(message),
      onMessage: (listener) => worker.on("message", listener),
      onError: (listener) => worker.on("error", listener),
      close: () => worker.terminate(),
    };
  }
  if (typeof Worker === "undefined") {
    throw new RecurraError("unsupported", {
      where: "startWorker",
      expected: "a runtime with workers",
      got: "none",
      hint: "Train without a worker: the loop gives the event loop a turn every 40 ms.",
    });
  }
  const worker = new Worker(url, { type: "module" });
  return {
    post: (message) => worker.postMessage(message),
    onMessage: (listener) => worker.addEventListener("message", ({ data }) => listener(data)),
    onError: (listener) => worker.addEventListener("error", (event) => listener(event.error ?? event.message)),
    close: () => worker.terminate(),
  };
}

/** The other end of `startWorker`, inside the worker. */
export function parentOf(): Pick<MessageWorker, "post" | "onMessage"> {
  const port = nodeWorkerThreads()?.parentPort;
  if (port !== undefined && port !== null) {
    return { post: (message) => port.postMessage(message), onMessage: (listener) => port.on("message", listener) };
  }
  const scope = globalThis as unknown as {
    postMessage(message: unknown): void;
    addEventListener(event: "message", listener: (event: { data: unknown }) => void): void;
  };
  return {
    post: (message) => scope.postMessage(message),
    onMessage: (listener) => scope.addEventListener("message", ({ data }) => listener(data)),
  };
}
