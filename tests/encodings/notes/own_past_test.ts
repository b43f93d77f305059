import { assert, assertAlmostEquals, assertEquals } from "@std/assert";
import { featureEncoding, ownPast } from "../../../lib/encodings/mod.ts";
import { durationClasses, stepClasses } from "../../../lib/notes/mod.ts";

const MOTIF = [60, 62, 64, 65, 62, 64, 60, 67];
const notes = (pitches: readonly number[]) => pitches.map((pitch) => ({ pitch, step: 0.25, duration: 0.25 }));

function afterHearing(pitches: readonly number[], drawn: Record<string, number>) {
  const listener = featureEncoding([ownPast()]).listen();
  for (const note of notes(pitches)) listener.hear(note);
  return listener.know!(drawn) as Record<string, ArrayLike<number>>;
}

function likeliest(logs: ArrayLike<number>): number {
  return Array.from(logs).indexOf(Math.max(...Array.from(logs)));
}

const step = stepClasses.of(0.25), duration = durationClasses.of(0.25);

Deno.test("ownPast() votes for what followed where the piece has been before", () => {
  const { pastStep1, pastPitch1, pastDuration1 } = afterHearing([...MOTIF, ...MOTIF.slice(0, 5)], { step, pitch: 64 });
  assertEquals(likeliest(pastStep1), step);
  assertEquals(likeliest(pastPitch1), MOTIF[5]);
  assertEquals(likeliest(pastDuration1), duration);
});

Deno.test("ownPast() knows a passage in another key", () => {
  const higher = MOTIF.map((pitch) => pitch + 5);
  const { pastPitch1 } = afterHearing([...MOTIF, ...higher.slice(0, 6)], { step });
  assertEquals(likeliest(pastPitch1), higher[6]);
});

Deno.test("ownPast() says nothing where there is no past", () => {
  const { pastPitch1, pastBestPitch } = afterHearing([60], { step });
  assertEquals(pastBestPitch, [0, 0, 0]);
  for (const log of Array.from(pastPitch1)) assertAlmostEquals(log, Math.log(0.02), 1e-6);
});

Deno.test("ownPast() gives columns only of what can be known yet", () => {
  const names = Object.keys(afterHearing(MOTIF, {}));
  assert(names.includes("pastStep1") && !names.some((name) => /Pitch|Duration/.test(name)), `${names}`);
  assert(!Object.keys(afterHearing(MOTIF, { step })).some((name) => /Duration/.test(name)));
});

Deno.test("ownPast() sums votes to 1 where something is alike", () => {
  const { pastPitch2 } = afterHearing([...MOTIF, ...MOTIF], { step });
  const sum = Array.from(pastPitch2).reduce((sum, log) => sum + Math.exp(log) - 0.001, 0);
  assertAlmostEquals(sum, 1, 1e-4);
});

Deno.test("ownPast() votes for what is drawn first by the passage alone, in whatever order", () => {
  const listener = featureEncoding([ownPast({ order: ["duration", "pitch", "step"] })], {
    order: ["duration", "pitch", "step"],
  }).listen();
  // The same three notes twice, once with a long note after them, a third down, and once with a short one, a fifth up.
  const [first, second] = [[60, 62, 64, 60], [60, 62, 64, 71]].map((pitches, round) =>
    pitches.map((pitch, i) => ({ pitch, step: 0.25, duration: i === 3 && round === 0 ? 1 : 0.25 }))
  );
  for (const note of [...first, ...second, ...first.slice(0, 3)]) listener.hear(note);
  const know = (drawn: Record<string, number>) => listener.know!(drawn) as Record<string, ArrayLike<number>>;
  assertEquals(Object.keys(know({})).filter((name) => /Pitch|Step/.test(name)), []);
  const [long, short] = [1, 0.25].map(durationClasses.of);
  const shares = know({}).pastDurationVotes;
  for (const each of [long, short]) assert(shares[each] > 0.1, `${shares[each]}`);
  const [afterLong, afterShort] = [long, short].map((duration) => know({ duration }).pastPitch1);
  assert(
    afterLong[60] > afterShort[60] + 0.1 && afterShort[71] > afterLong[71] + 0.1,
    "a length tells which note follows",
  );
  assert(!("pastStep1" in know({ duration: long })));
  assertEquals(likeliest(know({ duration: long, pitch: 60 }).pastStep1), step);
});

Deno.test("ownPast() says how many passages vote, and how long ago the latest of the best was", () => {
  const about = (before: readonly number[]) =>
    Array.from(afterHearing([...before.flatMap((lead) => [lead, 60, 62, 64, 65]), 55, 60, 62, 64], {}).pastBestStep);
  const once = about([40]), thrice = about([40, 45, 50]);
  assert(thrice[1] > once[1] + 0.03, `${thrice[1]} against ${once[1]}`);
  for (const [, , ago] of [once, thrice]) assertAlmostEquals(ago, Math.log(5) / 4, 1e-6);
});

Deno.test("ownPast() believes a passage more that was at the same place in the bar", () => {
  // A second goes on upwards from the first beat of a bar, downwards from the second.
  const group = (lead: number, beat: number, goesOn: readonly number[]) =>
    [lead, 60, 62, ...goesOn].map((pitch, i) => ({
      ...{ pitch, step: 0.25, duration: 0.25 },
      place: { quarter: (beat + i + 2) % 3, bar: 3, tempo: 4 },
    }));
  const heard = [...group(41, 0, [67]), ...group(47, 1, [55]), ...group(53, 0, [67]), ...group(44, 1, [55])];
  const shareOfUp = (beat: number) => {
    const listener = featureEncoding([ownPast()]).listen();
    for (const note of [...heard, ...group(50, beat, [])]) listener.hear(note);
    // Five semitones up, from 24 below.
    return (listener.know!({ step }).pastIntervalVotes as Float32Array)[24 + 5];
  };
  assert(shareOfUp(0) > shareOfUp(1) + 0.1, `${shareOfUp(0)} against ${shareOfUp(1)}`);
});

Deno.test("ownPast() has a sharper vote, in which what is less alike counts less", () => {
  const { pastPitch2, pastPitch3 } = afterHearing([41, 60, 62, 64, 65, 47, 61, 62, 64, 69, 53, 60, 62, 64], { step });
  const shareOf = (pitch: number) => [Math.exp(pastPitch2[pitch]) - 0.001, Math.exp(pastPitch3[pitch]) - 0.005];
  const [wide, sharp] = shareOf(69);
  assert(wide > sharp + 0.05, `${wide} against ${sharp}`);
  const [wideOfBest, sharpOfBest] = shareOf(65);
  assert(sharpOfBest > wideOfBest + 0.05, `${sharpOfBest} against ${wideOfBest}`);
});
