import { assert, assertAlmostEquals, assertEquals, assertThrows } from "@std/assert";
import { openCorpus } from "../../../lib/corpus/mod.ts";
import {
  BeatFound,
  encodeWhole,
  featureEncoding,
  metreHeard,
  type NoteEvent,
  notePieces,
  quantisationError,
} from "../../../lib/encodings/mod.ts";
import { corpusTable, durationClasses, stepClasses } from "../../../lib/notes/mod.ts";
import { seeded } from "../../../lib/random/mod.ts";

const encoding = featureEncoding([metreHeard]);

/** Eighths at 120 a minute in 6/8, whose beats are three of them; the last few do not say where they stand. */
const JIG: NoteEvent[] = Array.from({ length: 14 }, (_, i) => ({
  pitch: 60 + i,
  step: i === 0 ? 0 : 0.25,
  duration: 0.25,
  ...i < 10 && { place: { quarter: (i % 6) / 2, bar: 3, beat: 1.5, number: 4 + Math.floor(i / 6), tempo: 2 } },
}));

Deno.test("metreHeard takes beats and bars from the file, counts them on, and says which", () => {
  const { heard, known } = encodeWhole(encoding, [JIG]);
  assertEquals([...heard.beat], [0, 0, 0, 1, 1, 1, 0, 0, 0, 1, 1, 1, 0, 0]);
  assertEquals([...heard.beatPosition], [0, 4, 8, 0, 4, 8, 0, 4, 8, 0, 4, 8, 0, 4]);
  assertEquals([...heard.phraseBar], [3, 3, 3, 3, 3, 3, 0, 0, 0, 0, 0, 0, 1, 1]);
  assertEquals([...heard.metreFrom], [...Array(10).fill(1), ...Array(4).fill(2)]);
  // What is known of a note once its step is drawn is what is heard of it then.
  for (
    const [then, now] of [["nextBeat", "beat"], ["nextBeatPosition", "beatPosition"], ["nextPhraseBar", "phraseBar"]]
  ) {
    assertEquals(known[then].slice(2), heard[now].slice(2), then);
  }
});

Deno.test("metreHeard says how long a beat is and how long it is to the next one and to the barline", () => {
  const { heard, known } = encodeWhole(encoding, [JIG]);
  // Two quarters a second: a beat of 1.5 takes 0.75 seconds, a bar 1.5.
  const steps = (seconds: number[]) => seconds.map((time) => stepClasses.of(time));
  const durations = (seconds: number[]) => seconds.map((time) => durationClasses.of(time));
  assertEquals([...heard.beatStep], steps(Array(14).fill(0.75)));
  const toBeat = Array.from({ length: 14 }, (_, i) => 0.75 - 0.25 * (i % 3));
  const toBar = Array.from({ length: 14 }, (_, i) => 1.5 - 0.25 * (i % 6));
  assertEquals([...heard.beatLeft], steps(toBeat));
  assertEquals([...heard.barLeft], steps(toBar));
  // Of the next note, once its step is drawn; before the first one nobody knows.
  assertEquals([...known.nextBeatLeft], [-1, ...durations(toBeat.slice(1))]);
  assertEquals([...known.nextBarLeft], [-1, ...durations(toBar.slice(1))]);
  assertEquals([...known.beatDuration], [-1, ...durations(Array(13).fill(0.75))]);
});

Deno.test("metreHeard finds the beat where the file has none, and where its grid is free", () => {
  // A long note and two short ones, three times as long as a short one together: 0.6 seconds.
  const waltz = (place: (at: number) => Partial<NoteEvent>) =>
    Array.from({ length: 90 }, (_, i): NoteEvent => ({
      pitch: i % 3 === 0 ? 48 : 64,
      step: i === 0 ? 0 : 0.2,
      duration: i % 3 === 0 ? 0.6 : 0.1,
      ...place(0.2 * i),
    }));
  const without = encodeWhole(encoding, [waltz(() => ({}))]).heard;
  assertEquals([...without.metreFrom.slice(0, 3)], [0, 0, 0]);
  assertEquals([...without.metreFrom.slice(12)], Array(78).fill(3));
  for (let i = 12; i < 90; i++) assertEquals(without.beatPosition[i], 4 * (i % 3), `note ${i}`);
  assert(without.beat.every((beat) => beat === 12) && without.phraseBar.every((bar) => bar === 4));
  // The file counts 120 a minute; the player does not.
  const free = encodeWhole(encoding, [
    waltz((at) => ({ place: { quarter: (at * 2.137) % 4, bar: 4, beat: 1, number: 1, tempo: 2.137 } })),
  ]).heard;
  assertEquals([...free.metreFrom.slice(0, 8)], Array(8).fill(1));
  assertEquals([...free.metreFrom.slice(40)], Array(50).fill(3));
  for (let i = 40; i < 90; i++) assertEquals(free.beatPosition[i], 4 * (i % 3), `note ${i}`);
});

Deno.test("BeatFound follows a tempo that changes, and a fork of it does not disturb it", () => {
  const finder = new BeatFound();
  let time = 0;
  const beats: number[] = [];
  for (let i = 0; i < 160; i++) {
    finder.hear(time, i % 2 === 0 ? 0.5 : 0.1);
    if (i > 40) beats.push(finder.phaseOf(time)!);
    const fork = finder.fork();
    fork.hear(time + 0.01, 9);
    // A long note on each beat, which is two onsets; slower by half a percent each time.
    time += 0.2 * 1.005 ** i;
  }
  beats.forEach((phase, i) => {
    const expected = (41 + i) % 2 === 0 ? 0 : 0.5, away = Math.abs(phase - expected);
    assert(Math.min(away, 1 - away) < 0.1, `onset ${41 + i}: ${phase}`);
  });
});

Deno.test("BeatFound finds the same beat, faster, in music that is faster", () => {
  const prng = seeded(5), rhythm = Array.from({ length: 80 }, () => [0.25, 0.25, 0.5][Math.floor(3 * prng())]);
  const phases = (factor: number) => {
    const finder = new BeatFound();
    let time = 0;
    return rhythm.map((step) => {
      finder.hear(time, factor * step);
      const phase = finder.phaseOf(time + factor * 0.11);
      time += factor * step;
      return phase;
    });
  };
  const [here, there] = [phases(1), phases(0.5)];
  assert(here.slice(3).every((phase) => phase !== undefined));
  assertEquals(there.map((phase) => phase?.toFixed(6)), here.map((phase) => phase?.toFixed(6)));
});

Deno.test("quantisationError() is what a grid loses, and near to chance where nobody keeps to it", async () => {
  const at = (quarter: number) => ({ pitch: 60, step: 0, duration: 1, place: { quarter, bar: 4, beat: 1 } });
  const error = quantisationError([at(0), at(0.5), at(1 / 3), at(1.25), at(0.25 + 1 / 24)]);
  assertEquals([error.onsets, error.chance], [5, 1 / 48]);
  assertAlmostEquals(error.mean, 1 / 24 / 5, 1e-9);
  assertAlmostEquals(error.largest, 1 / 24, 1e-9);
  assertAlmostEquals(quantisationError([at(0.125)], { parts: 4 }).mean, 0.125, 1e-12);
  const prng = seeded(7), drawn = quantisationError(Array.from({ length: 4000 }, () => at(4 * prng())));
  assertAlmostEquals(drawn.mean / drawn.chance, 1, 0.05);
  const { pieces } = await openCorpus("sample", { only: ["bwv1007-menuet1.krn"] });
  const [{ events }] = notePieces(corpusTable(pieces));
  assertEquals([quantisationError(events).onsets, quantisationError(events).mean], [events.length, 0]);
  assertEquals(quantisationError([]).mean, NaN);
  assertThrows(() => quantisationError([], { parts: 0 }), RangeError, "parts must be a positive integer");
});
