import { expect, it } from "vitest";
import { nearestName } from "./nearest-name.ts";

it("finds a name with a letter missing, added, changed or swapped", () => {
  const known = ["hidden", "layers", "epochs", "dropout"];
  expect(nearestName("hiden", known)).toBe("hidden");
  expect(nearestName("layerss", known)).toBe("layers");
  expect(nearestName("epocks", known)).toBe("epochs");
  expect(nearestName("dorpout", known)).toBe("dropout");
  expect(nearestName("LSTM", ["rnn", "gru", "lstm"])).toBe("lstm");
});

it("does not mind the order of letters", () => {
  expect(nearestName("gur", ["gru", "rnn"])).toBe("gru");
  expect(nearestName("temprature", ["temperature"])).toBe("temperature");
  expect(nearestName("peepohle", ["layers", "peepholes"])).toBe("peepholes");
});

it("takes the beginning of a longer name", () => {
  expect(nearestName("temp", ["length", "temperature"])).toBe("temperature");
});

it("suggests nothing where nothing is near", () => {
  expect(nearestName("zzz", ["hidden", "lr"])).toBeUndefined();
  expect(nearestName("x", ["hidden", "lr"])).toBeUndefined();
  expect(nearestName("anything", [])).toBeUndefined();
});
