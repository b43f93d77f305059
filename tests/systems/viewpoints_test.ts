import { assert, assertAlmostEquals, assertEquals, assertNotEquals, assertThrows } from "@std/assert";
import { encodeWhole, NOTE_FEATURES, type NoteEvent } from "../../lib/encodings/mod.ts";
import { startBackend } from "../../lib/kernels/mod.ts";
import { graphOf } from "../../lib/layers/mod.ts";
import { durationClasses } from "../../lib/notes/mod.ts";
import { seeded } from "../../lib/random/mod.ts";
import { generate, networkModel } from "../../lib/sampling/mod.ts";
import { type Settings, settings } from "../../lib/settings/mod.ts";
import {
  followPiece,
  type NetworkSystem,
  viewpoints,
  viewpointsBars,
  viewpointsOwnPast,
  viewpointsTraining,
} from "../../lib/systems/mod.ts";
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

const LESSONS = [{ piece: "tune", events: tune(60, 8) }, { piece: "another", events: tune(63, 4) }];

for (const system of [viewpoints, viewpointsBars, viewpointsOwnPast, viewpointsTraining]) {
  const chosen = settings("published", {
    ...system.defaults,
    units: 24,
    length: 20,
    shift: 20,
    epochs: 40,
    warmUpSteps: 5,
  });
  const encoding = system.encoding(chosen, LESSONS), heads = system.heads(chosen);

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

/** A tiny network with changed settings, trained for an epoch. */
async function tried(system: NetworkSystem<NoteEvent>, changes: Partial<Omit<Settings, "reading">>) {
  const chosen = settings("published", {
    ...system.defaults,
    ...{ units: 8, length: 12, shift: 12, epochs: 1, warmUpSteps: 1, monitor: "train" },
    ...changes,
  });
  const lessons = [{ piece: "tune", events: tune(60, 3) }, { piece: "another", events: tune(65, 2) }];
  const encoding = system.encoding(chosen, lessons), heads = system.heads(chosen);
  const model = system.build({ ...chosen, prng: seeded(1) });
  assertEquals(graphOf(model, { every: true }).obstacle, undefined);
  const windows = windowsOf(lessons, encoding, chosen);
  const { epochs } = await fit(model, windows, { ...chosen, heads, prng: seeded(2) });
  assert(Number.isFinite(epochs[0].train.total), `${epochs[0].train.total}`);
  return { model, encoding, heads, chosen };
}

async function plays(system: NetworkSystem<NoteEvent>, changes: Partial<Omit<Settings, "reading">>) {
  const { model, encoding, heads } = await tried(system, changes);
  const options = { count: 3, temperature: 1, prng: seeded(3), encoding, heads, carryState: true };
  const notes = await generate(model, tune(60, 1), options);
  assertEquals(notes.height, 3);
  const inputs = model.inputNames;
  model.dispose();
  return inputs;
}

Deno.test("viewpointsTraining says nothing of a note by those after it, and leaves out a piece that it has learned", async () => {
  const { model, encoding, heads } = await tried(viewpointsTraining, {});
  const network = networkModel(model, { name: "network", carryState: true, encoding, heads });
  const said = (piece: readonly NoteEvent[], name?: string) =>
    [...followPiece(network, piece, name)].map((of) => heads.map(({ name }) => Array.from(of[name])));
  const piece = tune(60, 3), changed = [...piece.slice(0, 20), ...tune(71, 2)];
  // The answers are those of the notes from the second on.
  assertEquals(said(piece).slice(0, 19), said(changed).slice(0, 19));
  assertNotEquals(said(piece).slice(19), said(changed).slice(19));
  assertNotEquals(said(piece), said(piece, "tune"));
  model.dispose();
});

Deno.test("viewpointsBars hears of the bar before in its slow layer alone, from the next one on", () => {
  const chosen = settings("published", { ...viewpointsBars.defaults, units: 8, length: 12 });
  const encoding = viewpointsBars.encoding(chosen);
  const model = viewpointsBars.build({ ...chosen, prng: seeded(1) });
  const { nodes } = graphOf(model, { every: true }).graph!.shape;
  const slow = nodes.find(({ op, from }) => op === "lstm" && from[1] === "barEnded")!;
  const readers = (name: string): string[] => nodes.filter(({ from }) => from.includes(name)).map(({ name }) => name);
  // Through dropout, and nowhere else.
  assertEquals(readers("bar").flatMap(readers), [slow.name]);
  // Two bars of four quarters, the same but for a note of the first.
  const bars = (pitch: number) =>
    [60, pitch, 64, 65, 67, 65, 64, 62].map((pitch, i): NoteEvent => ({
      ...{ pitch, step: i === 0 ? 0 : 0.5, duration: 0.5 },
      place: { quarter: i % 4, bar: 4, beat: 1, tempo: 2, number: 1 + Math.floor(i / 4) },
    }));
  const { barEnded, bar } = encodeWhole(encoding, [bars(62), bars(63)]).heard, width = bar.length / 16;
  assertEquals([...barEnded], [0, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 1, 0, 0, 0]);
  assertNotEquals([...bar.slice(4 * width, 5 * width)], [...bar.slice(12 * width, 13 * width)]);
  model.dispose();
});

Deno.test("viewpointsOwnPast learns and plays without any one of its features", async () => {
  const all = viewpointsOwnPast.defaults!.features!;
  const whole = await plays(viewpointsOwnPast, {});
  for (const name of all) {
    const left = all.filter((other) => other !== name);
    const { hears = [], knows = [] } = NOTE_FEATURES[name](["step", "pitch", "duration"]);
    const gone = new Set([...hears.map(({ name }) => name), ...knows.map(({ name }) => `next.${name}`)]);
    assertEquals(await plays(viewpointsOwnPast, { features: left }), whole.filter((input) => !gone.has(input)), name);
  }
});

Deno.test("viewpoints learns and plays by the last notes alone, and with each other feature beside them", async () => {
  for (const name of Object.keys(NOTE_FEATURES)) {
    const inputs = await plays(viewpoints, { features: name === "recent" ? [name] : ["recent", name] });
    const { hears = [], knows = [] } = NOTE_FEATURES[name](["step", "pitch", "duration"]);
    for (const column of hears) assert(inputs.includes(column.name), column.name);
    for (const { name } of knows.filter(({ after = [] }) => !after.includes("duration"))) {
      assert(inputs.includes(`next.${name}`), name);
    }
  }
});

Deno.test("viewpoints refuses features that are unknown, and those that hear nothing", () => {
  const build = (features: string[]) =>
    viewpoints.build({ ...settings("published", { ...viewpoints.defaults, features }), prng: seeded(1) });
  const message = "Cannot build the network: it would hear nothing";
  for (const features of [[], ["habits"], ["past"]]) assertThrows(() => build(features), RangeError, message);
  assertThrows(() => build(["harmony"]), RangeError, 'Cannot hear "harmony": there is no feature of that name');
});

for (const order of [["pitch", "step", "duration"], ["duration", "pitch", "step"]] as const) {
  Deno.test(`viewpointsOwnPast draws ${order.join(", then ")}, each knowing only what is drawn`, async () => {
    const { model, encoding, heads } = await tried(viewpointsOwnPast, { order });
    assertEquals(heads.map(({ name, reads }) => [name, reads]), order.map((side, i) => [side, order.slice(0, i)]));
    const listener = networkModel(model, { name: "v", carryState: true, encoding, heads }).listen();
    for (const note of tune(60, 2).slice(0, 12)) listener.hear(note);
    const values = { step: [30, 40], pitch: [62, 70], duration: [20, 40] };
    const drawn = (at: number) => ({ step: values.step[at], pitch: values.pitch[at], duration: values.duration[at] });
    const says = (head: string, drawn: Record<string, number>) => [...Array.from(listener.next(head, drawn))];
    order.forEach((side, turn) => {
      const before = (at: number) => Object.fromEntries(order.slice(0, turn).map((name) => [name, drawn(at)[name]]));
      // What is not drawn yet changes nothing, what is drawn does.
      assertEquals(says(side, before(0)), says(side, { ...drawn(1), ...before(0) }), side);
      if (turn > 0) assertNotEquals(says(side, before(0)), says(side, before(1)), side);
    });
    listener.dispose();
    model.dispose();
  });
}
