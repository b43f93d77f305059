import { assert, assertEquals, assertThrows } from "@std/assert";
import { parallels } from "../../../lib/metrics/mod.ts";
import { seeded } from "../../../lib/random/mod.ts";
import {
  EXPERIMENT_ONE,
  EXPERIMENT_TWO,
  illiacChorales,
  strictCounterpoint,
  type StrictRule,
} from "../../../lib/sampling/mod.ts";
import { isBlackKey } from "../../../lib/score/mod.ts";

const classes = (chord: readonly number[]) => chord.map((pitch) => pitch % 12);
const sum = (counts: Readonly<Record<string, number>>) => Object.values(counts).reduce((a, b) => a + b, 0);
const melodies = (frames: readonly (readonly number[])[]) =>
  frames[0].map((_, voice) => frames.map((chord) => chord[voice]));

/** Which rules a note breaks. */
function broken(rules: readonly StrictRule[], lines: number[][], voice: number, pitch: number, length = 12): string[] {
  const place = { lines, voice, at: lines[voice].length, length, pitch };
  return rules.filter(({ breaks }) => breaks(place)).map(({ name }) => name);
}

Deno.test("strictCounterpoint() writes white notes that break no rule, and counts what each rejects", () => {
  for (const rules of [EXPERIMENT_ONE, EXPERIMENT_TWO]) {
    for (const voices of [1, 2, 4] as const) {
      for (let seed = 1; seed <= 4; seed++) {
        const { frames, draws, rejected, beginnings } = strictCounterpoint({
          prng: seeded(seed),
          voices,
          rules,
          length: 8,
        });
        assertEquals(frames.length, 8);
        assert(frames.flat().every((pitch) => !isBlackKey(pitch)));
        const lines: number[][] = frames[0].map(() => []);
        for (const chord of frames) {
          for (let voice = voices - 1; voice >= 0; voice--) {
            assertEquals(broken(rules, lines, voice, chord[voice], 8), []);
            lines[voice].push(chord[voice]);
          }
        }
        // What was erased had passed, what stands too.
        assert(draws - sum(rejected) >= 8 * voices);
        if (beginnings === 1) assertEquals(draws - sum(rejected), 8 * voices);
      }
    }
  }
});

Deno.test("strictCounterpoint() keeps to what a musician can check by hand", () => {
  for (let seed = 1; seed <= 6; seed++) {
    const { frames } = strictCounterpoint({ prng: seeded(seed), length: 8 });
    assertEquals(parallels(frames).filter(({ antiparallel }) => !antiparallel), []);
    for (const edge of [frames[0], frames[7]]) {
      assert(classes(edge).every((tone) => [0, 4, 7].includes(tone)));
      assertEquals(Math.min(...edge) % 12, 0);
    }
    const leading = frames[6].flatMap((pitch, voice) => pitch % 12 === 11 ? [voice] : []);
    assertEquals(leading.length, 1);
    assertEquals(frames[7][leading[0]], frames[6][leading[0]] + 1);
    for (const line of melodies(frames)) {
      assert(Math.max(...line) - Math.min(...line) <= 12);
      const leaps = line.slice(1).map((pitch, i) => Math.abs(pitch - line[i]));
      assert(leaps.every((leap) => leap !== 10 && leap !== 11));
      assert(leaps.every((leap, i) => i === 0 || leap <= 2 || leaps[i - 1] <= 2));
    }
    for (const chord of frames) {
      const tones = classes(chord);
      if (tones.includes(11) && tones.includes(5)) assertEquals(Math.min(...chord) % 12, 2);
    }
  }
});

Deno.test("the rules of the second experiment reject what they are about", () => {
  const two = (lines: number[][], voice: number, pitch: number, length?: number) =>
    broken(EXPERIMENT_TWO, lines, voice, pitch, length);
  assertEquals(two([[]], 0, 62), ["tonic", "tonic triad"]);
  assertEquals(two([[60, 67]], 0, 72), ["skip after skip"]);
  assertEquals(two([[60, 60]], 0, 60), ["third time"]);
  assertEquals(two([[60, 62]], 0, 74), ["range"]);
  assertEquals(two([[60, 62]], 0, 72), ["seventh leap"]);
  assertEquals(two([[60, 62]], 0, 71), []);
  assertEquals(two([[60, 64, 62, 64, 62]], 0, 60, 6), ["second climax"]);
  assertEquals(two([[60, 71]], 0, 60), ["seventh leap", "skip after skip"]);
  assertEquals(two([[72], [60, 62]], 0, 74), ["parallels", "all one way"]);
  assertEquals(two([[67], [60, 62]], 0, 69), ["parallels", "all one way"]);
  assertEquals(two([[64], [60, 62]], 0, 69), ["direct motion", "all one way"]);
  assertEquals(two([[72], [60, 59]], 0, 74), [], "a tenth in contrary motion");
  assertEquals(two([[72], [60, 62]], 0, 71), [], "a sixth");
  assertEquals(two([[72], [60, 62]], 0, 72), ["dissonance"]);
  assertEquals(two([[72], [60, 67]], 0, 72), ["fourth over the bass"]);
  assertEquals(two([[72], [60, 65]], 0, 71), ["tritone"]);
  assertEquals(two([[76, 77], [72, 71], [60, 62, 60]], 1, 69), ["tritone"], "B goes to C");
  assertEquals(two([[64, 65], [60, 59]], 1, 60, 4), [], "B does");
  assertEquals(two([[72, 74], [60, 59, 59]], 0, 71, 4), ["cadence"], "B twice");
});

Deno.test("strictCounterpoint() writes the same again from the same state, and begins anew after so many tries", () => {
  const write = (tries?: number) => strictCounterpoint({ prng: seeded(3), voices: 2, length: 4, tries });
  assertEquals(write(), write());
  assert(write(5).beginnings > write().beginnings);
});

Deno.test("strictCounterpoint() refuses what it cannot write", () => {
  const prng = seeded(1);
  assertThrows(() => strictCounterpoint({ prng, voices: 3 as 2 }), RangeError, "voices must be 1, 2 or 4");
  assertThrows(() => strictCounterpoint({ prng, length: 2 }), RangeError, "length");
});

Deno.test("illiacChorales() gives pieces on the grid of chorales", () => {
  const [first, second] = illiacChorales({ prng: seeded(1), count: 2, phrases: 2, chords: 4 });
  assertEquals([first.frames.length, first.struck.length, second.frames.length], [32, 32, 32]);
  assertEquals(first.notation!.fermata.flatMap((there, t) => there ? [t] : []), [12, 13, 14, 15, 28, 29, 30, 31]);
  assertEquals(first.struck.map(([soprano]) => soprano).slice(0, 5), [true, false, false, false, true]);
  assert(JSON.stringify(first.frames) !== JSON.stringify(second.frames));
});
