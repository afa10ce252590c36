import { afterEach, describe, expect, it, vi } from "vitest";

afterEach(() => {
  vi.unstubAllGlobals();
  vi.resetModules();
});

describe("nextTurn", () => {
  it("gives every one of several waiters a turn where there is no setImmediate, as in a page", async () => {
    vi.stubGlobal("setImmediate", undefined);
    const { nextTurn } = await import("./platform.ts");
    const order: number[] = [];
    await Promise.all([0, 1, 2].map((i) => nextTurn().then(() => order.push(i))));
    expect(order).toEqual([0, 1, 2]);
  });
});
