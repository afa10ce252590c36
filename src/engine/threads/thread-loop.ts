/** What a thread does: it runs the commands of its ring, in order, until it has had none for a while. */
import type { ThreadStart } from "./thread-protocol.ts";

/**
 * The whole program of a thread. It is sent to the worker as text, so that no bundler has to know of it: nothing from
 * outside this function may be used in it.
 *
 * A command is a kernel's number, the number of its parameters and the parameters; numbers are given to kernels in the
 * order in which their modules are loaded.
 */
export function threadLoop(start: ThreadStart): void {
  const { memory, slot, state } = start;
  // views of a shared memory stay valid when it grows
  const control = new Int32Array(memory.buffer, start.control, start.controlIntegers);
  const ring = new Float64Array(memory.buffer, start.ring, start.ringWords);
  const mask = start.ringWords - 1;
  const kernels: ((...parameters: number[]) => unknown)[] = [];
  const parameters: number[] = [];
  let done = 0;

  const load = (address: number, length: number): void => {
    // the memory may have grown since: a view of now, and a copy, since a module takes no shared bytes
    const bytes = new Uint8Array(length);
    bytes.set(new Uint8Array(memory.buffer, address, length));
    const instance = new WebAssembly.Instance(new WebAssembly.Module(bytes), { env: { memory } });
    for (const kernel of Object.values(instance.exports)) kernels.push(kernel as (...values: number[]) => unknown);
  };

  const fail = (error: unknown): void => {
    if (Atomics.load(control, slot.failed) !== 0) return;
    const text = String(error).slice(0, start.controlIntegers - slot.text) || "an error without a message";
    for (let i = 0; i < text.length; i++) control[slot.text + i] = text.charCodeAt(i);
    Atomics.store(control, slot.failed, text.length);
  };

  Atomics.store(control, slot.state, state.idle);
  for (;;) {
    let written = Atomics.load(control, slot.written);
    for (let spins = 0; written === done; spins++) {
      if (Atomics.load(control, slot.state) === state.stopped) return;
      if (spins >= start.spins && Atomics.wait(control, slot.written, done, start.idleMs) === "timed-out") {
        // only an idle thread may end: a busy one is about to be written to
        if (Atomics.compareExchange(control, slot.state, state.idle, state.stopped) === state.idle) return;
      }
      written = Atomics.load(control, slot.written);
    }
    while (done !== written) {
      const kernel = ring[done & mask]!;
      const count = ring[(done + 1) & mask]!;
      parameters.length = count;
      for (let i = 0; i < count; i++) parameters[i] = ring[(done + 2 + i) & mask]!;
      try {
        if (kernel < 0) load(parameters[0]!, parameters[1]!);
        else kernels[kernel]!.apply(undefined, parameters);
      } catch (error) {
        fail(error);
      }
      done = (done + 2 + count) | 0;
      Atomics.store(control, slot.done, done);
    }
    if (Atomics.load(control, slot.callerSleeps) !== 0) Atomics.notify(control, slot.done);
  }
}
