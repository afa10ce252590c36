/** A worker of either kind, a page's or Node's, behind the few things that both can do. */
import { RecurraError } from "./errors.ts";

/** A thread that exchanges messages. */
export interface MessageWorker {
  post(message: unknown): void;
  onMessage(listener: (message: unknown) => void): void;
  /** The error is undefined where a page does not find the program. */
  onError(listener: (error: unknown) => void): void;
  close(): void;
}

/** The part of Node's worker_threads that is used; it has no types in a page. */
interface WorkerThreads {
  readonly Worker: new (
    source: URL | string,
    options: { readonly execArgv: readonly string[]; readonly eval?: boolean },
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

type NodeWorker = InstanceType<WorkerThreads["Worker"]>;

function fromNode(worker: NodeWorker): MessageWorker {
  return {
    post: (message) => worker.postMessage(message),
    onMessage: (listener) => worker.on("message", listener),
    onError: (listener) => worker.on("error", listener),
    close: () => worker.terminate(),
  };
}

function fromPage(worker: Worker): MessageWorker {
  return {
    post: (message) => worker.postMessage(message),
    onMessage: (listener) => worker.addEventListener("message", ({ data }) => listener(data)),
    onError: (listener) =>
      worker.addEventListener("error", (event) => {
        // the listener has it: else it would be an error of the page too, or of the worker that started this one
        event.preventDefault();
        listener(event.error ?? event.message);
      }),
    close: () => worker.terminate(),
  };
}

/** A page's `Worker` or Node's, which pass over each other's options. */
type WorkerClass<Made> = new (
  url: URL,
  options: { readonly type: "module"; readonly execArgv: readonly string[] },
) => Made;

/**
 * Starts a module in a thread of its own.
 *
 * @param make names the module in the words by which a page's bundler finds it, and once only:
 * `(Worker) => new Worker(new URL("./file.js", import.meta.url), …)`.
 * @throws unsupported where the runtime has no workers.
 */
export function startWorker(make: <Made>(Worker: WorkerClass<Made>) => Made): MessageWorker {
  const threads = nodeWorkerThreads();
  if (threads !== undefined) return fromNode(make(threads.Worker));
  if (typeof Worker === "undefined") {
    throw new RecurraError("unsupported", {
      where: "startWorker",
      expected: "a runtime with workers",
      got: "none",
      hint: "Train without a worker: the loop gives the event loop a turn every 40 ms.",
    });
  }
  return fromPage(make(Worker));
}

/**
 * Runs a function in a thread of its own that keeps no process alive.
 *
 * @param program its text is sent: it may use its parameter alone, nothing from outside.
 * @param start what it is called with.
 */
export function startThread<Start>(program: (start: Start) => void, start: Start): MessageWorker {
  const threads = nodeWorkerThreads();
  let worker: MessageWorker;
  if (threads !== undefined) {
    const code = `require("node:worker_threads").parentPort.once("message", ${program});`;
    const thread = new threads.Worker(code, { execArgv: [], eval: true });
    thread.unref();
    worker = fromNode(thread);
  } else {
    const code = `onmessage = ({ data }) => { (${program})(data); close(); };`;
    const url = URL.createObjectURL(new Blob([code], { type: "text/javascript" }));
    worker = fromPage(new Worker(url));
    URL.revokeObjectURL(url);
  }
  worker.post(start);
  return worker;
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
