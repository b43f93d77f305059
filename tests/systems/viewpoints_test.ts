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

  Deno.test(`${system.name} says the same whether it carries its state or reads all anew, and chains its heads`, () => {
    const model = system.build({ ...chosen, prng: seeded(3) });
    const [listener, anew] = [true, false].map((carryState) =>
      networkModel(model, { name: system.name, carryState, encoding, heads }).listen()
    );
    for (const note of tune(60, 2).slice(0, chosen.length)) {
      for (const each of [listener, anew]) each.hear(note);
      const drawn = { step: 30, pitch: 62, duration: 20 };
      for (const { name, logs } of heads) {
        const [said, expected]: number[][] = [listener, anew].map((each) => Array.from(logs(each.next(name, drawn))));
        said.forEach((log, c) => assertAlmostEquals(log, expected[c], 1e-4, name));
        assertAlmostEquals(said.reduce((sum, log) => sum + Math.exp(log), 0), 1, 1e-6);
      }
    }
    const duration = (pitch: number) => Array.from(listener.next("duration", { step: 30, pitch }));
    assertNotEquals(duration(60), duration(61));
    assertEquals(duration(60).length, durationClasses.count);
    for (const each of [listener, anew]) each.dispose();
    model.dispose();
  });
}
