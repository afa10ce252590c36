import { expect, test } from "vitest";
import { byteFault, hex } from "./byte-fault.ts";

test("the fault of a byte names its place in the file, and a byte is written with two digits", () => {
  expect(byteFault("a.mid", 12, "a division above 0", hex(10), "Write it anew.").message).toBe(
    "a.mid, byte 12: expected a division above 0, got 0x0a. Write it anew.",
  );
});
