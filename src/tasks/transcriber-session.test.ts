import { beforeAll, describe, expect, it } from "vitest";
import { SMALL_TRANSCRIBER, spokenTones, toneClips } from "../../test/support/spoken-tones.ts";
import { defaultEngine } from "../engine/default-engine.ts";
import { trainTranscriber } from "./train-transcriber.ts";
import type { Transcriber } from "./transcriber.ts";
import type { TranscriberSession } from "./transcriber-session.ts";

const CLIPS = toneClips();
/** Every session below reads these 16 letters in a second and a half. */
const LONG = spokenTones("abbabaabbbaababa", 3);

/** What a session says of a clip in pieces, each read by the copy that `again` makes. */
function heard(
  session: TranscriberSession,
  samples: Float32Array,
  size: number,
  again = (own: TranscriberSession) => own,
) {
  let [text, own] = ["", session];
  for (let at = 0; at < samples.length; at += size) {
    text += own.step(samples.subarray(at, at + size));
    own = again(own);
  }
  return text + own.end();
}

describe("TranscriberSession", () => {
  let oneWay: Transcriber;
  let bothWays: Transcriber;
  beforeAll(async () => {
    oneWay = await trainTranscriber(CLIPS, { ...SMALL_TRANSCRIBER, bidirectional: false, epochs: 60 }).model;
    bothWays = await trainTranscriber(CLIPS, { ...SMALL_TRANSCRIBER, normalize: "global", epochs: 40 }).model;
  }, 30_000);

  it("gives the text of the whole clip, whatever the pieces, also from its JSON and from a fork", () => {
    const whole = oneWay.predict(LONG, { beamSize: 1 }).output;
    expect(whole.length).toBeGreaterThan(8);
    for (const size of [37, 800, 100_000]) {
      expect(heard(oneWay.session(), LONG.samples, size)).toBe(whole);
      const fromJson = (own: TranscriberSession) => oneWay.session(JSON.parse(JSON.stringify(own)));
      expect(heard(oneWay.session(), LONG.samples, size, fromJson)).toBe(whole);
      const fromFork = (own: TranscriberSession) => {
        const fork = own.fork();
        own.step(LONG.samples); // what the first one hears from here on is nothing to its copy
        return fork;
      };
      expect(heard(oneWay.session(), LONG.samples, size, fromFork)).toBe(whole);
    }
  });

  it("takes constant memory as a stream arrives", () => {
    const session = oneWay.session();
    const chunked = bothWays.chunkedSession({ chunk: 8, lookAhead: 4 });
    const sizes: number[] = [];
    const bytes: number[] = [];
    for (let i = 0; i < 40; i++) {
      session.step(LONG.samples);
      chunked.step(LONG.samples);
      const { features, scores } = chunked.toJSON();
      const kept = [session.toJSON().features, features].flatMap(({ samples, frames }) => [samples, frames]);
      sizes.push(Math.max(...kept.map((own) => own.kept.length), (scores as { kept: number[] }).kept.length));
      bytes.push(defaultEngine().byteLength);
    }
    // 16 steps of 30 numbers at most: a chunk, its look-ahead, and as much before it
    expect(Math.max(...sizes)).toBeLessThanOrEqual((8 + 4 + 4) * 30);
    expect(bytes.at(-1)).toBe(bytes[1]);
    // a minute at once takes no more than a second at a time
    session.step(Float32Array.from({ length: 60 * 8000 }, (_, n) => LONG.samples[n % LONG.samples.length]!));
    expect(defaultEngine().byteLength).toBe(bytes[1]);
  });

  it("reads a bidirectional model in chunks, bit for bit as predict does with the same chunks", () => {
    for (const chunks of [{ chunk: 3, lookAhead: 5 }, { chunk: 7, lookAhead: 0 }, { chunk: 10 }]) {
      const { output } = bothWays.predict(LONG, { ...chunks, beamSize: 1 });
      expect(output.length).toBeGreaterThan(4);
      for (const size of [100, 3000, 100_000]) {
        expect(heard(bothWays.chunkedSession(chunks), LONG.samples, size)).toBe(output);
        const fork = (own: TranscriberSession) => own.fork();
        expect(heard(bothWays.chunkedSession(chunks), LONG.samples, size, fork)).toBe(output);
      }
    }
    // with a look-ahead over the whole clip nothing is lost
    const whole = bothWays.predict(LONG);
    expect(bothWays.predict(LONG, { chunk: 4, lookAhead: 1000 })).toEqual(whole);
  });

  it("says why a model cannot stream, and what can be done", async () => {
    expect(() => bothWays.session()).toThrow(
      "Transcriber.session: expected a model that reads one way, got a bidirectional one, which must hear the whole clip first. Use predict(clip), or chunkedSession({ chunk, lookAhead }); on the command line --chunk.",
    );
    const own = { ...SMALL_TRANSCRIBER, normalize: "utterance", bidirectional: false, steps: 1 } as const;
    const model = await trainTranscriber(CLIPS, own).model;
    for (const open of [() => model.session(), () => model.chunkedSession({ chunk: 5 })]) {
      expect(open).toThrow(
        "got one that scales each clip by its own, which must be whole first. Train with --normalize",
      );
    }
  });

  it("refuses chunks of no step, and the JSON of another model", () => {
    expect(() => bothWays.chunkedSession({ chunk: 0 })).toThrow(
      "option chunk: expected an integer of at least 1, got 0.",
    );
    expect(() => bothWays.predict(LONG, { chunk: 2, lookAhead: 0.5 })).toThrow(
      "option lookAhead: expected an integer of at least 0, got 0.5.",
    );
    const json = oneWay.session().toJSON();
    expect(() => oneWay.session({ ...json, last: 3 })).toThrow("session, last: expected a class from 0 to 2, got 3.");
    expect(() => oneWay.session({ ...json, scores: [] })).toThrow("session, layer 0, a: expected 16 numbers");
    expect(() => bothWays.chunkedSession({ chunk: 2 }, { ...json, scores: { kept: [1], before: 0 } })).toThrow(
      "session, scores, kept: expected steps of 30 numbers",
    );
  });
});
