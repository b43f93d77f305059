import { assert, assertAlmostEquals, assertEquals, assertNotEquals, assertThrows } from "@std/assert";
import { NOTE_FEATURES, type NoteEvent } from "../../lib/encodings/mod.ts";
import { evaluateCorpus } from "../../lib/evaluation/mod.ts";
import { startBackend } from "../../lib/kernels/mod.ts";
import { graphOf } from "../../lib/layers/mod.ts";
import { seeded } from "../../lib/random/mod.ts";
import { generate, networkModel } from "../../lib/sampling/mod.ts";
import { type Settings, settings } from "../../lib/settings/mod.ts";
import { gruDensity } from "../../lib/systems/mod.ts";
import { withFolder } from "../corpus/made_up.ts";
import { small, smallCorpus } from "../evaluation/small_corpus.ts";

await startBackend();

const NOTES: NoteEvent[] = [0, 1, 2, 3, 4, 5, 6].map((i) => ({
  pitch: 60 + i,
  step: i === 0 ? 0 : 0.25 * (i % 3),
  duration: 0.5,
  velocity: 50 + i,
  part: i % 2,
  program: 0,
}));

/** What it looks back at. */
const LESSONS = [{ piece: "notes", events: NOTES }];

function made(overrides: Partial<Omit<Settings, "reading">> = {}) {
  const chosen = settings("corrected", { ...gruDensity.defaults, length: 6, units: 4, ...overrides });
  const model = gruDensity.build({ ...chosen, prng: seeded(1) });
  return { model, encoding: gruDensity.encoding(chosen, LESSONS), heads: gruDensity.heads(chosen) };
}

Deno.test("gruDensity chains the sides of a note in any order, with any times and features", () => {
  const features = Object.keys(NOTE_FEATURES);
  for (
    const chosen of [
      {},
      { order: ["pitch", "step", "duration"], times: "logNormal", features: ["recent"] },
      { order: ["duration", "pitch", "step"], times: "classes" },
      { order: ["pitch", "duration", "step"], times: "seconds" },
      { features },
    ] as const
  ) {
    const { model, encoding, heads } = made(chosen);
    const listener = networkModel(model, { name: "gru", carryState: false, encoding, heads }).listen();
    NOTES.forEach((note) => listener.hear(note));
    assertEquals(heads.map(({ name, reads }) => [name, reads]), [
      [heads[0].name, []],
      [heads[1].name, [heads[0].name]],
      [heads[2].name, [heads[0].name, heads[1].name]],
    ]);
    const [first, second, third] = heads.map(({ name }) => name);
    const [low, high] = chosen.times === "classes" ? [5, 60] : [0.05, 2];
    const said = (side: string, far: boolean) => side === "pitch" ? far ? 90 : 40 : far ? high : low;
    const says = (head: string, drawn: Record<string, number>) => [...Array.from(listener.next(head, drawn))];
    assertNotEquals(says(second, { [first]: said(first, true) }), says(second, { [first]: said(first, false) }));
    const both = (far: boolean) => ({ [first]: said(first, false), [second]: said(second, far) });
    assertNotEquals(says(third, both(true)), says(third, both(false)));
    // Nobody knows later sides.
    assertEquals(says(first, both(true)), says(first, {}));
    heads.forEach((head) => assertEquals(says(head.name, both(true)).length, head.width));
    listener.dispose();
    model.dispose();
  }
});

Deno.test("gruDensity says of a whole piece what it says event by event, in probabilities that sum to 1", () => {
  const { model, encoding, heads } = made({ features: ["recent", "key", "past", "chord", "metre", "voice"] });
  const whole = networkModel(model, { name: "gru", carryState: false, encoding, heads });
  const followed = [...whole.follow!(NOTES)].map((said) => heads.map(({ name }) => [...Array.from(said[name])]));
  const listener = whole.listen();
  NOTES.slice(1).forEach((note, i) => {
    listener.hear(NOTES[i]);
    heads.forEach((head, k) => {
      const said = listener.next(head.name, encoding.say(note));
      followed[i][k].forEach((value, j) => assertAlmostEquals(said[j], value, 1e-4, `${head.name} of note ${i + 1}`));
      assertAlmostEquals(Array.from(head.logs(said)).reduce((sum, log) => sum + Math.exp(log), 0), 1, 1e-6);
    });
  });
  listener.dispose();
  model.dispose();
});

Deno.test("gruDensity is a graph of the kernel but for the loss of its densities", () => {
  for (
    const [times, isForKernel] of [["mixture", false], ["logNormal", false], ["classes", true], [
      "seconds",
      true,
    ]] as const
  ) {
    const { model, heads } = made({ times });
    assertEquals(graphOf(model, { every: true }).obstacle, undefined);
    assertEquals(heads.every(({ kernel }) => kernel !== undefined), isForKernel);
    model.dispose();
  }
});

Deno.test("gruDensity refuses a feature that it does not have, and lists those that it has", () => {
  assertThrows(
    () => made({ features: ["harmony"] }),
    RangeError,
    'Cannot hear "harmony": there is no feature of that name',
  );
  assertThrows(() => made({ features: [] }), RangeError, "Cannot build the network: it would hear nothing");
  assertThrows(() => made({ order: ["pitch", "step"] }), RangeError, '"step", "pitch" and "duration", once each');
});

Deno.test("gruDensity learns, is scored in nats over classes, and plays, beside all other systems", () =>
  withFolder(async (cache) => {
    const overrides = { ...small.overrides, length: 8, shift: 8, units: 8, learningRate: 0.02 };
    const report = await evaluateCorpus(smallCorpus(), {
      ...small,
      overrides,
      readings: ["corrected"],
      models: ["uniform", "gru-density"],
      epochs: 10,
      cache,
    });
    const [{ rows, failures }] = report.sections;
    assertEquals(failures, []);
    assertEquals(rows.map(({ id }) => id), ["uniform", "gru-density:last", "gru-density:best"]);
    const [uniform, , best] = rows.map(({ likelihood }) => likelihood.total.micro.value!);
    assert(best < uniform - 1, `${best} against ${uniform} nats`);
    assertEquals(rows[1].runs[0].samples[0].notes.pitch.length, small.overrides!.count);
  }));

Deno.test("generate() lets gruDensity play times of any length, and the same ones from the same seed", async () => {
  const { model, encoding, heads } = made();
  const play = async () => {
    const options = { count: 12, temperature: 1, prng: seeded(3), encoding, heads, carryState: false };
    return (await generate(model, NOTES, options)).toRecords() as unknown as NoteEvent[];
  };
  const notes = await play();
  assertEquals(await play(), notes);
  assert(notes.every(({ step, duration }) => step >= 0 && step <= 4 && duration > 0 && duration <= 4));
  assert(new Set(notes.map(({ duration }) => duration)).size > 8);
  model.dispose();
});
