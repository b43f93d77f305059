import { assert, assertAlmostEquals, assertEquals, assertThrows } from "@std/assert";
import { seeded } from "../../../lib/random/mod.ts";
import {
  chromaticWriting,
  INTERVAL_WEIGHTS,
  intervalChain,
  ROW_FORMS,
  scoreOfLines,
  toneRow,
} from "../../../lib/sampling/mod.ts";
import { REST } from "../../../lib/score/mod.ts";

const ROW = [0, 11, 7, 8, 3, 1, 2, 10, 6, 5, 4, 9];

Deno.test("toneRow() has every tone once, and is turned upside down, round and both", () => {
  assertEquals([...toneRow(seeded(1))].sort((a, b) => a - b), [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11]);
  assertEquals(ROW_FORMS.inversion(ROW), [0, 1, 5, 4, 9, 11, 10, 2, 6, 7, 8, 3]);
  assertEquals(ROW_FORMS.retrograde(ROW), [9, 4, 5, 6, 10, 2, 1, 3, 8, 7, 11, 0]);
  assertEquals(ROW_FORMS["retrograde inversion"](ROW), [3, 8, 7, 6, 2, 10, 11, 9, 4, 5, 1, 0]);
});

Deno.test("chromaticWriting() plays a row's forms, twelve tones by twelve tones", () => {
  const { score, row } = chromaticWriting({ prng: seeded(2), bars: 30 });
  assertEquals(score.parts.length, 4);
  assertEquals(score.endTick, 30 * 2 * 480);
  for (const { notes } of score.parts) {
    for (let i = 0; i + 12 <= notes.length; i += 12) {
      const tones = notes.slice(i, i + 12).map(({ pitch }) => pitch % 12);
      assertEquals(new Set(tones).size, 12);
      const forms = Object.values(ROW_FORMS).map((form) => form(row!));
      const steps = (all: readonly number[]) => all.slice(1).map((tone, t) => (tone - all[t] + 12) % 12).join();
      assert(forms.some((form) => steps(form) === steps(tones)));
    }
  }
});

Deno.test("chromaticWriting() draws sixteen rhythms and six kinds of loudness, alike", () => {
  const { score } = chromaticWriting({ prng: seeded(3), bars: 400, keeps: 0, shares: 0, notes: "chance" });
  const counts = Array(16).fill(0);
  for (const { notes } of score.parts) {
    const onsets = new Set(notes.map(({ startTick }) => startTick / 240));
    for (let bar = 0; bar < 400; bar++) {
      counts[[0, 1, 2, 3].reduce((code, eighth) => 2 * code + (onsets.has(4 * bar + eighth) ? 1 : 0), 0)]++;
    }
  }
  for (const count of counts) assertAlmostEquals(count / 1600, 1 / 16, 0.025);
  assertEquals(new Set(score.parts.flatMap(({ notes }) => notes.map(({ velocity }) => velocity))).size, 6);
});

Deno.test("chromaticWriting() keeps rhythms, shares them, and obeys its rules", () => {
  const alike = chromaticWriting({ prng: seeded(4), bars: 10, keeps: 1, shares: 1, notes: "rules" });
  const onsets = alike.score.parts.map(({ notes }) => notes.map(({ startTick }) => startTick).join());
  assertEquals(new Set(onsets).size, 1);
  assert(Object.values(alike.rejected).some((count) => count > 0));
  for (const { notes } of alike.score.parts) {
    const pitches = notes.map(({ pitch }) => pitch), leaps = pitches.slice(1).map((p, i) => Math.abs(p - pitches[i]));
    assert(Math.max(...pitches) - Math.min(...pitches) <= 12);
    assert(leaps.every((leap, i) => i === 0 || leap <= 2 || leaps[i - 1] <= 2));
  }
  const free = chromaticWriting({ prng: seeded(4), bars: 10, notes: "chance" });
  assertEquals([free.rejected, free.row], [{}, undefined]);
});

Deno.test("INTERVAL_WEIGHTS orders intervals by consonance and by size", () => {
  const { harmonic, proximity, combined } = INTERVAL_WEIGHTS;
  assertEquals(harmonic, [13, 3, 5, 7, 9, 10, 1, 11, 8, 6, 4, 2, 12]);
  assertEquals(proximity, [13, 12, 11, 10, 9, 8, 7, 6, 5, 4, 3, 2, 1]);
  assertEquals(combined[7], 17);
});

Deno.test("intervalChain() draws intervals as often as they weigh, where the way is free", () => {
  const { drawn, score } = intervalChain({ prng: seeded(5), bars: 400, weights: "proximity", order: "zeroth" });
  const total = drawn.reduce((a, b) => a + b, 0);
  assertEquals(total, 4 * (6 * 400 - 1));
  // A voice that may not go on is sent the other way: shares of small intervals hardly suffer.
  for (const interval of [0, 1, 2]) {
    assertAlmostEquals(drawn[interval] / total, (13 - interval) / 91, 0.03);
  }
  for (const [voice, first] of [72, 67, 60, 48].entries()) {
    assert(score.parts[voice].notes.every(({ pitch }) => Math.abs(pitch - first) <= 12));
  }
});

Deno.test("intervalChain() of higher orders hears more than the last note", () => {
  const far = (order: "zeroth" | "first") => {
    const { score } = intervalChain({ prng: seeded(6), bars: 200, weights: "harmonic", order });
    const pitches = score.parts[0].notes.map(({ pitch }) => pitch);
    return pitches.slice(2).filter((pitch, i) => Math.abs(pitch - pitches[i]) === 6).length;
  };
  assert(far("first") < far("zeroth") / 2, "tritones with the note before the last");
  const { score } = intervalChain({ prng: seeded(6), bars: 50, weights: "harmonic", order: "ith" });
  const beats = score.parts[0].notes.filter((_, i) => i % 3 === 0).map(({ pitch }) => Math.abs(pitch - 72) % 12);
  assert(beats.filter((interval) => interval === 0).length > beats.filter((interval) => interval === 6).length * 3);
});

Deno.test("intervalChain() that grows begins with one interval and is given more", () => {
  const { score } = intervalChain({ prng: seeded(7), bars: 60, weights: "harmonic", growing: true });
  const pitches = score.parts[0].notes.map(({ pitch }) => pitch);
  assertEquals(new Set(pitches.slice(0, 12)).size, 1);
  assertEquals(new Set(pitches.slice(0, 24).map((pitch) => pitch % 12)).size, 1, "unisons and octaves");
  assert(new Set(pitches.slice(144).map((pitch) => pitch % 12)).size > 6);
});

Deno.test("scoreOfLines() lays lines on strings", () => {
  const score = scoreOfLines([[{ pitch: 72, quarters: 1 }, { pitch: REST, quarters: 1 }, { pitch: 72, quarters: 2 }], [{
    pitch: 48,
    quarters: 4,
  }]], { numerator: 4, denominator: 4 });
  assertEquals(
    score.parts.map(({ name, notes }) => [name, notes.map(({ startTick, endTick }) => [startTick, endTick])]),
    [
      ["Violin I", [[0, 480], [960, 1920]]],
      ["Cello", [[0, 1920]]],
    ],
  );
  assertEquals([score.end, score.endTick], [2, 1920]);
});

Deno.test("chance music refuses options out of range", () => {
  assertThrows(() => chromaticWriting({ prng: seeded(1), keeps: 2 }), RangeError, "keeps");
  assertThrows(() => intervalChain({ prng: seeded(1), bars: 0 }), RangeError, "bars");
});
