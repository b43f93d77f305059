import { assert, assertEquals, assertRejects } from "@std/assert";
import { readKern, readMelody } from "../../lib/formats/mod.ts";
import { startBackend } from "../../lib/kernels/mod.ts";
import { seeded } from "../../lib/random/mod.ts";
import {
  type ChoraleRule,
  choraleRules,
  conditionalNetwork,
  countBreaches,
  gibbsHarmoniser,
  givenVoices,
  harmonise,
  networkModel,
  tokenHarmoniser,
} from "../../lib/sampling/mod.ts";
import { choraleOfScore } from "../../lib/score/mod.ts";
import { settings } from "../../lib/settings/mod.ts";
import { bachbot, deepbachMaskedHolds } from "../../lib/systems/mod.ts";

await startBackend();
const range = { lowest: 36, highest: 81 };
const chosen = { ...settings("corrected", { ...bachbot.defaults, units: 8 }), range };
const model = networkModel(bachbot.build({ ...chosen, prng: seeded(1) }), {
  name: "untrained",
  carryState: true,
  encoding: bachbot.encoding(chosen),
  heads: bachbot.heads(chosen),
});
const drawing = tokenHarmoniser(model, { name: "BachBot", range, notation: true, temperature: 1 });
const searching = tokenHarmoniser(model, { name: "BachBot", range, notation: false, width: 2 });
const filled = { ...settings("corrected", { ...deepbachMaskedHolds.defaults, units: 8 }), range };
const filling = gibbsHarmoniser(
  conditionalNetwork(deepbachMaskedHolds.build({ ...filled, prng: seeded(1) }), {
    name: "untrained",
    encoding: deepbachMaskedHolds.encoding(filled),
    heads: deepbachMaskedHolds.heads(filled),
  }),
  { name: "DeepBach", range, notation: true, updates: 3 },
);

const GIVEN = givenVoices(readMelody("key=G metre=3/4 tempo=90 g4 | g4:2 d5 | b4:1.5 a4:1/2 g4;"));

for (const [name, harmoniser] of Object.entries({ drawing, searching })) {
  Deno.test(`harmonise() keeps the melody, and its heading, by ${name}`, async () => {
    const { chorale, score, logLikelihood } = await harmonise(GIVEN, harmoniser, { prng: seeded(2) });
    assert(logLikelihood! < 0);
    assertEquals(chorale.frames.map(([soprano]) => soprano), GIVEN.chorale.frames.map(([soprano]) => soprano));
    assertEquals(score.parts.map(({ name }) => name), ["Soprano", "Alto", "Tenor", "Bass"]);
    assertEquals(score.parts[0].notes.map(({ pitch, startTick }) => [pitch, startTick]), [
      [67, 0],
      [67, 480],
      [74, 1440],
      [71, 1920],
      [69, 2640],
      [67, 2880],
    ]);
    assertEquals([score.upbeatTicks, score.keys[0].fifths, score.tempos[0].microsecondsPerQuarter], [480, 1, 666_667]);
    assertEquals(choraleOfScore(score, "the melody").frames.length, chorale.frames.length);
    assertEquals((await harmonise(GIVEN, harmoniser, { prng: seeded(2) })).chorale, chorale, "a seed decides it");
  });
}

Deno.test("harmonise() writes bars anew, and leaves the others as they are", async () => {
  const text = await Deno.readTextFile(new URL("../../data/sample/bwv269-chorale.krn", import.meta.url));
  const given = givenVoices(readKern(text), { keep: ["soprano", "bass"], bars: [2, 3] });
  const { chorale: { frames } } = await harmonise(given, drawing, { prng: seeded(3) });
  const changed = frames.flatMap((frame, t) =>
    frame.flatMap((pitch, v) => pitch === given.chorale.frames[t][v] ? [] : [[t, v]])
  );
  assert(changed.length > 0);
  for (const [t, voice] of changed) assert(t >= 16 && t < 40 && (voice === 1 || voice === 2), `${t}, ${voice}`);
});

Deno.test("harmonise() keeps to rules", async () => {
  const rules = choraleRules(Infinity).filter(({ name }) => name === "crossing" || name === "out of range");
  const breaches = async (kept: typeof rules) => {
    const { chorale } = await harmonise(GIVEN, drawing, { prng: seeded(2), rules: kept });
    return Object.values(countBreaches(rules, [chorale]));
  };
  assertEquals(await breaches(rules), [0, 0]);
  assert((await breaches([])).every((count) => count > 0));
});

for (const [name, harmoniser] of Object.entries({ drawing, searching, filling })) {
  Deno.test(`harmonise() goes on where rules forbid everything, and says where that was, by ${name}`, async () => {
    const never: ChoraleRule = {
      name: "no alto",
      keeps: "no alto in the second sixteenth",
      nats: Infinity,
      inFrame: ([, alto], { cadence }) => Number(cadence && alto !== undefined),
    };
    const fermata = GIVEN.chorale.frames.map((_, t) => t === 1);
    const given = { ...GIVEN, chorale: { ...GIVEN.chorale, notation: { ...GIVEN.chorale.notation!, fermata } } };
    const { chorale, lifted } = await harmonise(given, { ...harmoniser, notation: true }, {
      prng: seeded(2),
      rules: [never],
    });
    assertEquals(lifted, [{ frame: 1, voice: 1 }]);
    assert(chorale.frames.every((frame) => frame.every(Number.isInteger)));
    assertEquals((await harmonise(given, harmoniser, { prng: seeded(2) })).lifted, []);
  });
}

Deno.test("harmonise() stops when it is told to", async () => {
  const signal = AbortSignal.abort(new Error("enough"));
  await assertRejects(() => harmonise(GIVEN, drawing, { prng: seeded(1), signal }), Error, "enough");
});

Deno.test("harmonise() refuses notes that the harmoniser does not know", async () => {
  const narrow = { ...drawing, range: { lowest: 36, highest: 72 } };
  await assertRejects(
    () => harmonise(GIVEN, narrow, { prng: seeded(1) }),
    RangeError,
    "the soprano has D5 at sixteenth 13, and BachBot has learned only C2 to C5",
  );
});
