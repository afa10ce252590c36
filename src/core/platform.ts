/** What the runtime gives beyond the language: a clock for progress, a turn of the event loop, the address of a page. */

/** Milliseconds of a steady clock: for reports alone, never for anything that touches a weight. */
export function clockMs(): number {
  return performance.now();
}

let channel: MessageChannel | undefined;
/** Those who wait for their turn, first come first served: several trainings may share a page. */
const waiting: (() => void)[] = [];

/**
 * Resolves in a later turn of the event loop, so that signals, timers and a page's events are served.
 *
 * A message channel turns at once where a timer would be held back by browsers.
 */
export function nextTurn(): Promise<void> {
  if (typeof setImmediate === "function") return new Promise((resolve) => setImmediate(resolve));
  return new Promise((resolve) => {
    if (channel === undefined) {
      channel = new MessageChannel();
      channel.port1.onmessage = () => waiting.shift()?.();
    }
    waiting.push(resolve);
    channel.port2.postMessage(undefined);
  });
}

/** The address that relative ones are read from, in a page or a worker of one; undefined in Node. */
export function pageAddress(): string | undefined {
  if (typeof document !== "undefined") return document.baseURI;
  return typeof location === "undefined" ? undefined : location.href;
}

/** Processors that this program may use, at least 1. */
export function processors(): number {
  if (typeof navigator !== "undefined" && navigator.hardwareConcurrency > 0) return navigator.hardwareConcurrency;
  const node = (globalThis as { process?: { getBuiltinModule?: (name: string) => unknown } }).process;
  const os = node?.getBuiltinModule?.("node:os") as { availableParallelism?: () => number } | undefined;
  return os?.availableParallelism?.() ?? 1;
}
