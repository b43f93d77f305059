import { assert, assertAlmostEquals, assertEquals, assertThrows } from "@std/assert";
import { barHeard, encodeWhole, featureEncoding, type NoteEvent } from "../../../lib/encodings/mod.ts";

const encoding = featureEncoding([barHeard()]);
const WIDTH = encoding.hears[1].width!;

/** Bars of three quarter notes at 120 a minute; notes are pitches on quarters, several together in lists. */
function waltz(bars: readonly (readonly (number | readonly number[])[])[], placed = Infinity): NoteEvent[] {
  const notes = bars.flatMap((bar, number) =>
    bar.flatMap((chord, quarter) =>
      [chord].flat().map((pitch, i): NoteEvent => ({
        pitch,
        step: i > 0 || (number === 0 && quarter === 0) ? 0 : 0.5,
        duration: 0.5,
        place: { quarter, bar: 3, beat: 1, number: number + 1, tempo: 2 },
      }))
    )
  );
  return notes.map(({ place, ...note }, i) => i < placed ? { ...note, place } : note);
}

/** What is heard of each note: whether a bar has ended, and the numbers of the one before. */
function heardOf(notes: NoteEvent[]): { ended: number[]; bars: number[][] } {
  const { barEnded, bar } = encodeWhole(encoding, [notes]).heard;
  return { ended: [...barEnded], bars: notes.map((_, i) => Array.from(bar.slice(i * WIDTH, (i + 1) * WIDTH))) };
}

const TUNE = [[[60, 48], 64, 67], [[62, 50], 65, 69], [[60, 48], 64, 67], [72]];

Deno.test("barHeard hears a bar when the next one begins, until that one ends", () => {
  const { ended, bars } = heardOf(waltz(TUNE));
  assertEquals(ended, [0, 0, 0, 0, 1, 0, 0, 0, 1, 0, 0, 0, 1]);
  for (let i = 0; i < 4; i++) assert(bars[i].every((number) => number === 0));
  for (let i = 1; i < ended.length; i++) assertEquals(`${bars[i]}` === `${bars[i - 1]}`, ended[i] === 0, `note ${i}`);
});

Deno.test("barHeard sums a bar up: degrees, contour, onsets, density, likenesses", () => {
  const { bars } = heardOf(waltz(TUNE));
  const close = (found: number[], expected: number[], what: string) =>
    found.forEach((number, i) => assertAlmostEquals(number, expected[i], 1e-6, `${what}: ${found}`));
  const at = (bar: number[], first: number, count: number) => bar.slice(first, first + count);
  const [first, second, third] = [4, 8, 12].map((note) => bars[note]);
  // C twice, E and G: a note each of four is 1; the bass of the first onset and of the last; C major.
  close(at(first, 0, 12), [2, 0, 0, 0, 1, 0, 0, 1, 0, 0, 0, 0], "pitch classes");
  close(at(first, 12, 12), [1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0], "first bass");
  close(at(first, 24, 12), [0, 0, 0, 0, 0, 0, 0, 1, 0, 0, 0, 0], "last bass");
  const mean = (60 + 48 + 64 + 67) / 4;
  close(at(first, 36, 7), [0, 7 / 12, (60 - mean) / 12, 19 / 24, 0, 0, 0], "contour");
  close(at(second, 40, 3), [((62 + 50 + 65 + 69) / 4 - mean) / 12, 2 / 12, 2 / 12], "against the bar before");
  const onsets = new Array(16).fill(0);
  [onsets[0], onsets[4], onsets[8]] = [Math.log(3), Math.log(2), Math.log(2)];
  close(at(first, 43, 16), onsets, "onsets");
  close(at(first, 59, 3), [Math.log(5) / 2, 4 / 3 / 4, 3 / 4], "density");
  // Like one bar before in its onsets alone, but for its notes from where they begin; like two before in all.
  close(at(second, 62, 6), [1, 0, 3 / 5, 0, 0, 0], "likenesses of the second");
  close(at(third, 62, 6), [1, 0, 3 / 5, 1, 1, 1], "likenesses of the third");
});

Deno.test("barHeard counts bars on where notes have been drawn", () => {
  const all = heardOf(waltz(TUNE)), counted = heardOf(waltz(TUNE, 5));
  assertEquals(counted.ended, all.ended);
  assertEquals(counted.bars, all.bars);
});

Deno.test("barHeard takes four beats for a bar where nobody has barred the music", () => {
  // A long note on each beat and a short one between, at 0.4 seconds.
  const notes = Array.from({ length: 120 }, (_, i): NoteEvent => ({
    pitch: i % 2 === 0 ? 48 : 64,
    step: i === 0 ? 0 : 0.2,
    duration: i % 2 === 0 ? 0.4 : 0.1,
  }));
  const { ended, bars } = heardOf(notes), at = ended.flatMap((tick, i) => tick && i > 20 ? [i] : []);
  assert(at.length > 8, `${at}`);
  at.slice(1).forEach((note, i) => assertEquals(note - at[i], 8, `${at}`));
  assert(at.every((note) => note % 2 === 0), "a bar begins on a beat");
  // Each is like those before it.
  assertEquals(bars.at(-1)!.slice(62), new Array(12).fill(1));
});

Deno.test("barHeard ticks at every note, or has no clock, if it is told to", () => {
  const of = (ticks: "notes" | "none") => featureEncoding([barHeard({ ticks })]);
  const notes = waltz(TUNE), plain = encodeWhole(encoding, [notes]).heard;
  const always = encodeWhole(of("notes"), [notes]).heard;
  assert(always.barEnded.every((tick) => tick === 1));
  assertEquals(always.bar, plain.bar);
  assertEquals([encoding, of("notes"), of("none")].map(({ hears }) => hears[1].clock), [
    "barEnded",
    "barEnded",
    undefined,
  ]);
  assertThrows(() => barHeard({ ticks: "beats" as "bars" }), TypeError, "ticks must be");
});
