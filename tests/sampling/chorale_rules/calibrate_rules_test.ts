import { assert, assertAlmostEquals, assertEquals, assertRejects } from "@std/assert";
import { seeded } from "../../../lib/random/mod.ts";
import {
  breachRates,
  calibrateRules,
  type ChoraleRule,
  choraleRule,
  inItsKey,
  inWrittenKey,
} from "../../../lib/sampling/mod.ts";

/** Chords whose tenor lies above the alto with this probability. */
function crossing(probability: number, seed: number, count = 4000) {
  const prng = seeded(seed);
  return { frames: Array.from({ length: count }, () => prng() < probability ? [72, 60, 64, 48] : [72, 64, 60, 48]) };
}

/** A sampler that crosses voices half the time, but for what a crossing costs. */
function half(rules: readonly ChoraleRule[], seed: number) {
  const nats = rules.find(({ name }) => name === "crossing")!.nats;
  return [crossing(Math.exp(-nats) / (1 + Math.exp(-nats)), seed)];
}

Deno.test("breachRates() counts by the thousand", () => {
  assertEquals(breachRates([choraleRule("crossing", 0)], [{ frames: [[60, 64], [64, 60]] }]), { crossing: 500 });
  assertEquals(breachRates([choraleRule("crossing", 0)], []), { crossing: NaN });
});

Deno.test("inWrittenKey() takes the key of the notation, and finds one where the mode is not written", () => {
  const frames = Array(8).fill([72, 67, 64, 48]), fermata = Array(8).fill(false), sixteen = Array(8).fill(16);
  const written = (fifths: number, minor?: boolean) =>
    inWrittenKey({
      frames,
      notation: {
        ...{ fermata, place: [...frames.keys()], bar: sixteen, fifths: Array(8).fill(fifths) },
        ...minor !== undefined && { minor: Array(8).fill(minor) },
      },
    });
  assertEquals([written(1, false), written(1, true), written(-7, false)].map(({ tonic }) => tonic), [7, 4, 11]);
  assertEquals([written(1), inWrittenKey({ frames })].map(({ tonic }) => tonic), [0, 0]);
  assertEquals(written(1, true).fermata, fermata);
});

Deno.test("calibrateRules() finds the nats that bring a sampler to the music's rates", async () => {
  const music = [crossing(0.02, 1)];
  const { rules, rounds, music: aim } = await calibrateRules({
    music,
    draw: (rules, i) => half(rules, 2 + i),
    rounds: 5,
  });
  const { nats } = rules.find(({ name }) => name === "crossing")!;
  // Odds of 1 to 49 against even odds.
  assertAlmostEquals(nats, Math.log(49), 0.35);
  assertAlmostEquals(aim.crossing, 20, 6);
  assertAlmostEquals(rounds[0].rates.crossing, 500, 30);
  assert(rounds.some(({ rates }) => Math.abs(rates.crossing - aim.crossing) < 6));
  assertEquals(rounds.length, 5);
});

Deno.test("calibrateRules() lets a rule cost nothing that is broken less than in the music", async () => {
  const { rules } = await calibrateRules({
    music: [crossing(0.9, 1)],
    draw: (rules, i) => half(rules, 2 + i),
    names: ["crossing"],
    rounds: 3,
  });
  assertEquals(rules.map(({ name, nats }) => [name, nats]), [["crossing", 0]]);
});

Deno.test("calibrateRules() refuses what it does not know", async () => {
  await assertRejects(
    () => calibrateRules({ music: [], draw: () => [], names: ["tritone" as "crossing"] }),
    TypeError,
    "names",
  );
});

Deno.test("inItsKey() finds the key of a chorale, and takes its fermatas along", () => {
  const scale = [67, 69, 71, 72, 74, 76, 78, 79, 71, 67].map((pitch) => [pitch, 62, 59, 43]);
  assertEquals(inItsKey({ frames: scale }).tonic, 7);
  assertEquals(inItsKey({ frames: scale }).fermata, undefined);
});
