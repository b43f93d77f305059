import { assert, assertAlmostEquals, assertEquals, assertNotEquals } from "@std/assert";
import type { NoteEvent } from "../../lib/encodings/mod.ts";
import { startBackend } from "../../lib/kernels/mod.ts";
import { graphOf } from "../../lib/layers/mod.ts";
import { durationClasses } from "../../lib/notes/mod.ts";
import { seeded } from "../../lib/random/mod.ts";
import { networkModel } from "../../lib/sampling/mod.ts";
import { settings } from "../../lib/settings/mod.ts";
import { viewpoints, viewpointsOwnPast } from "../../lib/systems/mod.ts";
import { fit } from "../../lib/training/mod.ts";
import { windowsOf } from "../../lib/windows/mod.ts";

await startBackend();

/** A tune of eight notes over a bass, again and again, from another pitch each time. */
function tune(from: number, times: number): NoteEvent[] {
  const steps = [0, 2, 4, 5, 4, 2, 7, 0];
  return Array.from({ length: times }, (_, round) => from + 5 * (round % 3)).flatMap((tonic) =>
    steps.flatMap((interval, i) => [
      { pitch: tonic + interval, step: i === 0 ? 0.5 : 0.25, duration: 0.25 },
      ...i % 4 === 0 ? [{ pitch: tonic - 12, step: 0, duration: 1 }] : [],
    ])
  );
}

for (const system of [viewpoints, viewpointsOwnPast]) {
  const chosen = settings("published", {
    ...system.defaults,
    units: 24,
    length: 20,
    shift: 20,
    epochs: 30,
    warmUpSteps: 5,
  });
  const encoding = system.encoding(chosen), heads = system.heads(chosen);

  Deno.test(`${system.name} is a graph that the kernel computes as a whole`, () => {
    const model = system.build({ ...chosen, prng: seeded(1) });
    assertEquals(graphOf(model, { every: true }).obstacle, undefined);
    assertEquals(model.outputNames, ["step", "pitch", "duration"]);
    model.dispose();
  });

  Deno.test(`${system.name} learns a tune in keys that it has not heard`, async () => {
    const model = system.build({ ...chosen, prng: seeded(1) });
    const windows = (from: number) => windowsOf([{ piece: "tune", events: tune(from, 8) }], encoding, chosen);
    const history = await fit(model, windows(60), { ...chosen, heads, heldOut: windows(66), prng: seeded(2) });
    const [first, last] = [history.epochs[0], history.epochs.at(-1)!].map(({ heldOut }) => heldOut!);
    for (const head of ["step", "pitch", "duration"]) assert(last[head] < first[head], `${head}: ${last[head]}`);
    assert(last.total < 0.6 * first.total, `${last.total} against ${first.total} nats`);
    model.dispose();
  });

  Deno.test(`${system.name} says the same event by event as of a whole piece, and chains its heads`, () => {
    const model = system.build({ ...chosen, prng: seeded(3) });
    const network = networkModel(model, { name: system.name, carryState: true, encoding, heads });
    const piece = tune(60, 3), listener = network.listen();
    const whole = [...network.follow!(piece)];
    assertEquals(whole.length, piece.length - 1);
    listener.hear(piece[0]);
    for (let i = 1; i < piece.length; i++) {
      const drawn = encoding.say(piece[i]);
      for (const { name, logs } of heads) {
        const [said, expected] = [listener.next(name, drawn), whole[i - 1][name]].map((each) => Array.from(logs(each)));
        said.forEach((log, c) => assertAlmostEquals(log, expected[c], 1e-4, `${name} of note ${i}`));
        assertAlmostEquals(said.reduce((sum, log) => sum + Math.exp(log), 0), 1, 1e-6);
      }
      listener.hear(piece[i]);
    }
    const duration = (pitch: number) => Array.from(listener.next("duration", { step: 30, pitch }));
    assertNotEquals(duration(60), duration(61));
    assertEquals(duration(60).length, durationClasses.count);
    listener.dispose();
    model.dispose();
  });
}
