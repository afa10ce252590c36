/**
 * Orders a step's work: products and norms between fused element-wise passes.
 *
 * Every value has a **level**. Within a level the products and norms come first, in the order given, then one element-wise
 * pass for each width; a value that a product needs must be in memory, so it belongs to a level before. A step of k
 * stages of products so takes k products and at most k + 1 passes, forward and backward alike: both are graphs, and this
 * is the one scheduler of both.
 */
import { RecurraError } from "../core/errors.ts";
import { getOrMake } from "../core/get-or-make.ts";
import type { Expression } from "../expression/expression.ts";
import type { SegmentStep } from "../expression/segment.ts";
import { inOrder } from "./graph.ts";
import { type Access, access, type Buffer, type KernelPlan, overlaps, type Place } from "./plan.ts";

/** A value that must stand in memory when its level is done. */
export interface Demand {
  readonly value: Expression;
  readonly to: Access;
  /** What stands there changes later in the step (a product adds to it), so nobody may load the value from it. */
  readonly changes?: boolean;
}

/** A product, a norm or the gradient of one. */
export interface Operation {
  /** Values that must be in memory before it runs. */
  readonly inputs: readonly Expression[];
  /** It reads a copy that a pass makes of its inputs, so it waits for that pass even where an input is a leaf. */
  readonly readsCopy?: boolean;
  /** Leaves that stand for what it writes; a leaf that several operations write is complete after the last. */
  readonly results: readonly { readonly value: Expression; readonly at: Access }[];
  readonly kernels: readonly KernelPlan[];
}

export interface Request {
  readonly demands: readonly Demand[];
  /** In the order in which those of one level run. */
  readonly operations: readonly Operation[];
  /** Where leaves stand that are in memory before the step begins. */
  readonly memory: ReadonlyMap<Expression, Access>;
}

export interface Schedule {
  readonly kernels: readonly KernelPlan[];
  /** Buffers that carry values from one pass to a later one. */
  readonly carried: readonly Buffer[];
}

interface Pass {
  readonly level: number;
  readonly demands: Demand[];
}

class Scheduler {
  readonly #request: Request;
  readonly #writers = new Map<Expression, Operation[]>();
  readonly #results = new Map<Expression, Access>();
  readonly #levels = new Map<Expression, number>();
  readonly #operationLevels = new Map<Operation, number>();
  readonly #demands: Demand[];
  readonly #stored = new Map<Expression, Access>();
  readonly #carried: Buffer[] = [];
  readonly #prefix: string;
  readonly #place: Place;

  constructor(request: Request, prefix: string, place: Place) {
    this.#request = request;
    this.#prefix = prefix;
    this.#place = place;
    this.#demands = [...request.demands];
    for (const operation of request.operations) {
      for (const { value, at } of operation.results) {
        this.#writers.set(value, [...(this.#writers.get(value) ?? []), operation]);
        this.#results.set(value, at);
      }
    }
    for (const demand of this.#demands) if (demand.changes !== true) this.#stored.set(demand.value, demand.to);
  }

  /** Whether no pass computes a value: it stands in memory, or operations write it (a gate may be a sum of affines). */
  #isLoaded(e: Expression): boolean {
    return e.op === "leaf" || this.#writers.has(e) || this.#request.memory.has(e);
  }

  /** The pass that computes a value, or for what is loaded the level from which on it can be. */
  #level(e: Expression): number {
    return getOrMake(this.#levels, e, () => {
      const writers = this.#writers.get(e);
      if (writers !== undefined) return Math.max(...writers.map((operation) => this.#operationLevel(operation)));
      return this.#isLoaded(e) ? 0 : Math.max(0, ...e.args.map((arg) => this.#level(arg)));
    });
  }

  #operationLevel(operation: Operation): number {
    return getOrMake(this.#operationLevels, operation, () => {
      const after = operation.inputs.map((input) => {
        // a computed value is in memory only after its pass; what is loaded is there as soon as it is complete
        const inMemory = this.#isLoaded(input) && operation.readsCopy !== true;
        return this.#level(input) + (inMemory ? 0 : 1);
      });
      return Math.max(0, ...after);
    });
  }

  /** Whether a leaf's memory is overwritten before the pass of this level runs. */
  #lost(leaf: Access, level: number): boolean {
    const byPass = this.#demands.some((d) => overlaps(d.to, leaf) && this.#level(d.value) < level);
    const byOperation = this.#request.operations.some(
      (operation) =>
        this.#operationLevel(operation) <= level &&
        operation.kernels.some((kernel) => {
          if (kernel.kind === "product" || kernel.kind === "normGradient") return overlaps(kernel.output, leaf);
          return kernel.kind === "norm" && overlaps(kernel.value, leaf);
        }),
    );
    return byPass || byOperation;
  }

  /** Makes sure that a value can be loaded by later passes, carrying it in a buffer of its own where it must. */
  #carry(e: Expression): void {
    if (this.#stored.has(e)) return;
    const buffer: Buffer = { name: `${this.#prefix}${this.#carried.length}`, place: this.#place, width: e.size };
    this.#carried.push(buffer);
    this.#stored.set(e, access(buffer));
    const demand = { value: e, to: access(buffer) };
    this.#demands.push(demand);
    this.#require(e, this.#level(e));
  }

  /** Visits what the pass of a level needs and carries over what earlier passes must leave behind. */
  #require(e: Expression, level: number, seen: Set<Expression> = new Set()): void {
    if (e.op === "constant" || seen.has(e)) return;
    seen.add(e);
    if (this.#isLoaded(e)) {
      if (this.#writers.has(e)) return;
      const at = this.#request.memory.get(e);
      if (at === undefined) {
        throw new RecurraError("internal", { where: "schedule", expected: "a place for every leaf", got: e.text });
      }
      if (level > 0 && this.#lost(at, level)) this.#carry(e);
      return;
    }
    if (this.#level(e) < level) this.#carry(e);
    else for (const arg of e.args) this.#require(arg, level, seen);
  }

  run(): Schedule {
    for (let i = 0; i < this.#demands.length; i++) {
      const demand = this.#demands[i]!;
      this.#require(demand.value, this.#level(demand.value));
    }
    const passes: Pass[] = [];
    for (const demand of this.#demands) {
      const level = this.#level(demand.value);
      const width = demand.to.width;
      const pass = passes.find((p) => p.level === level && p.demands[0]!.to.width === width);
      if (pass === undefined) passes.push({ level, demands: [demand] });
      else pass.demands.push(demand);
    }
    const levels = [...passes.map((pass) => pass.level), ...[...this.#operationLevels.values()]];
    for (const operation of this.#request.operations) levels.push(this.#operationLevel(operation));
    const kernels: KernelPlan[] = [];
    for (let level = 0; level <= Math.max(0, ...levels); level++) {
      for (const operation of this.#request.operations) {
        if (this.#operationLevel(operation) === level) kernels.push(...operation.kernels);
      }
      for (const pass of passes) if (pass.level === level) kernels.push(this.#segment(pass));
    }
    return { kernels, carried: this.#carried };
  }

  /** Where a value is loaded from in a pass, or undefined where the pass computes it. */
  #loadedFrom(e: Expression, level: number): Access | undefined {
    if (this.#isLoaded(e)) {
      const written = this.#results.get(e);
      if (written !== undefined) return written;
      const at = this.#request.memory.get(e)!;
      return level > 0 && this.#lost(at, level) ? this.#stored.get(e)! : at;
    }
    return this.#level(e) < level ? this.#stored.get(e)! : undefined;
  }

  #segment(pass: Pass): KernelPlan {
    const { level, demands } = pass;
    const operands: Access[] = [];
    const steps: SegmentStep[] = [];
    const known = new Map<string, number>();
    const operandOf = (at: Access): number => {
      const found = operands.findIndex((o) => o.buffer === at.buffer && o.before === at.before);
      return found >= 0 ? found : operands.push(access(at.buffer, 0, at.buffer.width, at.before)) - 1;
    };
    // equal steps are made once
    const push = (step: SegmentStep): number => getOrMake(known, JSON.stringify(step), () => steps.push(step) - 1);
    const made = new Map<Expression, number>();
    const indexOf = (e: Expression): number => made.get(e)!;
    const loaded = (e: Expression): Access | undefined =>
      e.op === "constant" ? undefined : this.#loadedFrom(e, level);
    const order = inOrder(
      demands.map((demand) => demand.value),
      (e) => (loaded(e) === undefined ? e.args : []),
    );
    for (const e of order) {
      const at = loaded(e);
      if (at !== undefined) made.set(e, push({ op: "load", operand: operandOf(at), column: at.column }));
      else if (e.op === "constant") made.set(e, push({ op: "constant", value: e.value }));
      else if (e.args.length === 2) {
        made.set(e, push({ op: e.op, a: indexOf(e.args[0]!), b: indexOf(e.args[1]!) } as SegmentStep));
      } else made.set(e, push({ op: e.op, a: indexOf(e.args[0]!) } as SegmentStep));
    }
    // loads come before stores: an operand may be read and overwritten in the same pass
    for (const { value, to } of demands) {
      steps.push({ op: "store", operand: operandOf(to), column: to.column, a: indexOf(value) });
    }
    const strides = operands.map((o) => (o.buffer.place === "vector" ? 0 : o.buffer.width));
    return { kind: "segment", spec: { width: demands[0]!.to.width, strides, steps }, operands };
  }
}

/**
 * @param prefix begins the names of carried buffers.
 * @param place of the carried buffers: "step" for what runs step by step, "trace" for what runs over all rows at once.
 */
export function schedule(request: Request, prefix: string, place: "step" | "trace"): Schedule {
  return new Scheduler(request, prefix, place).run();
}
