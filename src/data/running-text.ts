import { RecurraError } from "../core/errors.ts";
import { requireInteger, requireSize } from "../core/require-option.ts";
import { requireOptions } from "../core/require-options.ts";
import { HeldIds } from "./held-ids.ts";
import type { TokenCursor, TokenIds } from "./token-ids.ts";

/** Sizes of the batches of running text. */
export interface RunningTextOptions {
  /** B: how many places of the text are read side by side. */
  readonly batchSize: number;
  /** T: steps a window, over which the gradient flows back. */
  readonly length: number;
}

/** One window of truncated backpropagation through time; its buffers are overwritten by the next. */
export interface RunningTextWindow {
  /** As `[T*B]`, time-major: row t*B + b is step t of stream b. */
  readonly inputs: Int32Array;
  /** As `[T*B]`, time-major: the token after each input. */
  readonly targets: Int32Array;
  /** True on the first window of an epoch, when every stream is back at its beginning: the carried state must be set to zero. */
  readonly restart: boolean;
  /** How many times the text was read before, from 0. */
  readonly epoch: number;
}

/**
 * Reads one long text as B parallel streams in windows of T steps, for truncated backpropagation with carried state.
 *
 * Stream b starts at token b S, S = ⌊(N - 1) / B⌋; window k of an epoch holds its steps k T to k T + T - 1, so the state after one window is the state before the next.
 * What does not fill a window at the end of each stream, fewer than T + 1 tokens, is not read.
 *
 * @throws option when a size is no positive integer; data when the text is shorter than B T + 1 tokens.
 *
 * @example
 * ```ts
 * const text = new RunningText(ids, { batchSize: 32, length: 64 });
 * const { inputs, targets, restart } = text.window(step);
 * ```
 */
export class RunningText {
  readonly batchSize: number;
  readonly length: number;
  /** Windows until every stream has been read once. */
  readonly windowsPerEpoch: number;
  /** Where each stream reads. */
  readonly #cursors: readonly TokenCursor[];
  /** One stream's tokens of a window and the one behind them, [T + 1]. */
  readonly #row: Int32Array;
  readonly #stride: number;
  readonly #inputs: Int32Array;
  readonly #targets: Int32Array;

  /** @param text as `[N]`, token ids in reading order; kept, not copied. */
  constructor(text: Int32Array | TokenIds, options: RunningTextOptions) {
    requireOptions("RunningText", options, {}, { batchSize: requireSize, length: requireSize });
    const { batchSize, length } = options;
    const ids = text instanceof Int32Array ? new HeldIds(text) : text;
    const needed = batchSize * length + 1;
    if (ids.length < needed) {
      throw new RecurraError("data", {
        where: "RunningText",
        expected: `at least ${needed} tokens (batchSize ${batchSize} x length ${length} + 1)`,
        got: `${ids.length}`,
        hint: `Give more text, or lower batchSize or length (bptt in a training) until their product is below ${ids.length}.`,
      });
    }
    this.batchSize = batchSize;
    this.length = length;
    this.#cursors = Array.from({ length: batchSize }, () => ids.cursor());
    this.#row = new Int32Array(length + 1);
    this.#stride = Math.floor((ids.length - 1) / batchSize);
    this.windowsPerEpoch = Math.floor(this.#stride / length);
    this.#inputs = new Int32Array(batchSize * length); // [T*B]
    this.#targets = new Int32Array(batchSize * length); // [T*B]
  }

  /**
   * Window k since the beginning of training; the text starts anew every `windowsPerEpoch`.
   *
   * @throws option when k is no integer of at least 0.
   */
  window(k: number): RunningTextWindow {
    requireInteger("RunningText.window", k, 0);
    const within = k % this.windowsPerEpoch;
    const row = this.#row;
    const B = this.batchSize;
    const T = this.length;
    for (let b = 0; b < B; b++) {
      this.#cursors[b]!.read(b * this.#stride + within * T, row);
      for (let t = 0; t < T; t++) {
        this.#inputs[t * B + b] = row[t]!;
        this.#targets[t * B + b] = row[t + 1]!;
      }
    }
    return {
      inputs: this.#inputs,
      targets: this.#targets,
      restart: within === 0,
      epoch: Math.floor(k / this.windowsPerEpoch),
    };
  }
}
