import { assert, assertEquals, assertNotEquals, assertRejects } from "@std/assert";
import { momentPieces } from "../../lib/encodings/mod.ts";
import { startBackend } from "../../lib/kernels/mod.ts";
import { seeded } from "../../lib/random/mod.ts";
import {
  type ChoraleRule,
  choraleRule,
  type ConditionalNetwork,
  conditionalNetwork,
  countBreaches,
  gibbs,
} from "../../lib/sampling/mod.ts";
import { type Frame, REST } from "../../lib/score/mod.ts";
import { settings } from "../../lib/settings/mod.ts";
import {
  type ConditionalModel,
  deepbach,
  deepbachHolds,
  deepbachMasked,
  FILLING_SYSTEMS,
} from "../../lib/systems/mod.ts";
import { fit } from "../../lib/training/mod.ts";
import { windowsOf } from "../../lib/windows/mod.ts";
import { CHORDS, MADE_UP_RANGE, madeUpChorales } from "../systems/chorales.ts";

await startBackend();

const [unseen, ...lessons] = madeUpChorales(13);

/** A small network that has learned the made-up chorales. */
async function learned(system: typeof deepbach): Promise<ConditionalNetwork> {
  const small = {
    units: 16,
    length: 32,
    shift: 32,
    augmentation: { mask: system.defaults?.augmentation?.mask },
    batchSize: 4,
    epochs: 25,
    learningRate: 0.02,
    dropout: 0.1,
  };
  const { range: _, ...chosen } = {
    ...settings("corrected", { ...system.defaults, ...small, monitor: "train" }),
    range: 0,
  };
  const made = { ...chosen, range: MADE_UP_RANGE };
  const encoding = system.encoding(made), heads = system.heads(made);
  const model = system.build({ ...made, prng: seeded(1) });
  await fit(model, windowsOf(momentPieces(lessons), encoding, chosen), { ...chosen, heads, prng: seeded(2) });
  return conditionalNetwork(model, { name: system.name, encoding, heads });
}

const models = new Map<string, ConditionalNetwork>();
for (const system of FILLING_SYSTEMS) models.set(system.name, await learned(system));

/** The share of frames that are chords which have been learned. */
function known(frames: readonly Frame[]): number {
  return frames.filter((frame) => CHORDS.some((chord) => `${chord}` === `${frame}`)).length / frames.length;
}

for (const [name, model] of models) {
  Deno.test(`gibbs() harmonises a soprano with ${name}: its notes stay, and the voices below are those learned`, async () => {
    const fixed = (_: number, voice: number) => voice === 0;
    const empty = { ...unseen, frames: unseen.frames.map(([soprano]) => [soprano, REST, REST, REST]) };
    const { chorale: filled, lifted } = await gibbs(model, { chorale: empty, fixed, updates: 6, prng: seeded(3) });
    assertEquals(lifted, []);
    assertEquals(filled.frames.map(([soprano]) => soprano), unseen.frames.map(([soprano]) => soprano));
    assertEquals(filled.notation, unseen.notation);
    // By chance it would be one in thousands.
    assert(known(filled.frames) > 0.7, `${known(filled.frames)}`);
    const { chorale: again } = await gibbs(model, { chorale: empty, fixed, updates: 6, prng: seeded(3) });
    assertEquals(again, filled);
    const { chorale: other } = await gibbs(model, {
      chorale: empty,
      fixed,
      updates: 1,
      temperature: { from: 2, to: 2 },
      prng: seeded(4),
    });
    assertNotEquals(other.frames, filled.frames);
  });

  Deno.test(`gibbs() changes no fixed cell with ${name}, whatever region is free`, async () => {
    // From the middle of a note to the middle of another.
    const fixed = (t: number, voice: number) => voice === 0 || t < 6 || t >= 15;
    const options = { chorale: unseen, fixed, updates: 3, temperature: { from: 9, to: 9 }, prng: seeded(5) };
    const { chorale: filled } = await gibbs(model, options);
    let changes = 0;
    filled.frames.forEach((frame, t) =>
      frame.forEach((pitch, voice) => {
        if (!fixed(t, voice)) changes += Number(pitch !== unseen.frames[t][voice]);
        else assertEquals(pitch, unseen.frames[t][voice], `frame ${t}, voice ${voice}`);
        const struck = filled.struck[t][voice], before = filled.frames[t - 1]?.[voice];
        // A note begins where the pitch changes, and what is fixed is held as before unless something else precedes it.
        if (pitch === REST) assert(!struck);
        else if (pitch !== before) assert(struck, `frame ${t}, voice ${voice}`);
        else if (fixed(t, voice) && model.cells.hold !== undefined) assertEquals(struck, unseen.struck[t][voice]);
      })
    );
    assert(changes > 0);
  });
}

Deno.test("gibbs() keeps to hard rules", async () => {
  const model = models.get(deepbachHolds.name)!, rules = [choraleRule("crossing", Infinity)];
  const fixed = (_: number, voice: number) => voice === 3;
  const draw = (rules: Parameters<typeof gibbs>[1]["rules"]) =>
    gibbs(model, { chorale: unseen, fixed, rules, updates: 8, temperature: { from: 30, to: 30 }, prng: seeded(6) });
  const [free, kept] = [await draw([]), await draw(rules)];
  const [[without], [within]] = [free, kept].map(({ chorale }) => Object.values(countBreaches(rules, [chorale])));
  assert(without > 3 && within === 0, `${without} and ${within} crossings`);
  assertEquals([free.lifted, kept.lifted], [[], []]);
});

for (const [name, model] of models) {
  Deno.test(`gibbs() says where hard rules left nothing, with ${name}`, async () => {
    // In two frames the bass that is given lies above the soprano, so that something between them has to cross.
    const crossed = (t: number) => t === 4 || t === 5, fixed = (_: number, voice: number) => voice === 0 || voice === 3;
    const chorale = { ...unseen, frames: unseen.frames.map((frame, t) => crossed(t) ? [60, 60, 60, 72] : frame) };
    const options = { chorale, fixed, updates: 4, temperature: { from: 0.5, to: 0.5 } };
    const draw = (nats: number) =>
      gibbs(model, { ...options, rules: [choraleRule("crossing", nats)], prng: seeded(8) });
    const { chorale: { frames }, lifted } = await draw(Infinity);
    const breaches = frames.flatMap((frame, t) =>
      Object.values(countBreaches([choraleRule("crossing", 0)], [{ frames: [frame] }]))[0] > 0 ? [t] : []
    );
    assertEquals(breaches, [4, 5]);
    assertEquals([...new Set(lifted.map(({ frame }) => frame))], [4, 5], JSON.stringify(lifted));
    assert(lifted.every(({ voice }) => voice === 1 || voice === 2));
    assertEquals((await draw(1)).lifted, []);
  });
}

Deno.test("gibbs() begins from nothing with a model that has masks, leaves nothing empty, and lifts rules that leave it no note", async () => {
  const model = models.get(deepbachMasked.name)!, prng = seeded(7);
  const asked: boolean[][] = [];
  const watched: ConditionalModel = {
    ...model,
    given(chorale, voice, from, to, unknown) {
      asked.push([1, 2, 3].map((voice) => unknown!(from!, voice)));
      return model.given(chorale, voice, from, to, unknown);
    },
  };
  const nothing: ChoraleRule = {
    name: "no alto",
    keeps: "the alto silent",
    nats: Infinity,
    inFrame: ([, alto]) => alto === undefined || alto === REST ? 0 : 1,
  };
  for (const rules of [[], [nothing]]) {
    const fixed = (_: number, voice: number) => voice === 0;
    const { chorale: { frames }, lifted } = await gibbs(watched, {
      ...{ chorale: unseen, fixed, rules, updates: 0.1, prng },
    });
    assertEquals(lifted.length > 0, rules.length > 0);
    const silent = frames.flat().filter((pitch) => pitch === REST).length;
    assert(silent < 4, `${silent} rests`);
  }
  // One pass: at first nothing is known of three voices, then of two, then of one.
  assertEquals(asked.slice(0, 3).map((voices) => voices.filter(Boolean).length), [3, 2, 1]);
});

Deno.test("gibbs() can be stopped, says how far it is, and what it cannot do", async () => {
  const model = models.get(deepbach.name)!, fixed = (_: number, voice: number) => voice === 0, prng = seeded(1);
  const seen: number[][] = [];
  await gibbs(model, { chorale: unseen, fixed, updates: 1, prng, onProgress: (...at) => void seen.push(at) });
  assertEquals(seen.at(-1), [9, 9]);
  await assertRejects(() => gibbs(model, { chorale: unseen, fixed, prng, signal: AbortSignal.abort() }), DOMException);
  await assertRejects(
    () => gibbs(model, { chorale: unseen, fixed: () => true, prng }),
    RangeError,
    "all of its cells are fixed",
  );
  const high = { ...unseen, frames: unseen.frames.with(0, [99, 60, 50, 45]) };
  await assertRejects(() => gibbs(model, { chorale: high, fixed, prng }), RangeError, "pitch 99");
  const { notation: _, ...bare } = unseen;
  await assertRejects(
    () => gibbs(models.get(deepbachHolds.name)!, { chorale: bare, fixed, prng }),
    RangeError,
    "it comes from a source without them",
  );
});
