import { assert, assertAlmostEquals, assertEquals, assertRejects, assertStringIncludes } from "@std/assert";
import {
  evaluatePlaying,
  type EvaluatePlayingOptions,
  PLAYING,
  playingMarkdown,
  type PlayingReport,
  spreadOf,
  unlikeMusic,
} from "../../lib/evaluation/mod.ts";
import { WAY_OF_PLAYING } from "../../lib/sampling/mod.ts";
import { noteSystem } from "../../lib/systems/mod.ts";
import { withFolder } from "../corpus/made_up.ts";
import { smallCorpus } from "./small_corpus.ts";

/** The smallest networks, and samples of 16 notes. */
const small = {
  epochs: 1,
  overrides: { length: 8, shift: 8, units: 4, batchSize: 20 },
  lengths: [{ count: 16, samples: 4 }],
} satisfies EvaluatePlayingOptions;

/** Plays in a cache of its own. */
async function playing(
  options: EvaluatePlayingOptions,
  then: (report: PlayingReport, again: () => Promise<PlayingReport>, cache: string) => void | Promise<void> = () => {},
): Promise<void> {
  await withFolder(async (cache) => {
    const play = () => evaluatePlaying(smallCorpus(), { ...small, cache, ...options });
    await then(await play(), play, cache);
  });
}

Deno.test("evaluatePlaying() measures who plays beside the music, as plain JSON, and again from the cache", () =>
  playing({ models: ["lstm", "n-grams"], readings: ["published"] }, async (report, again, cache) => {
    assertEquals(JSON.parse(JSON.stringify(report)), report);
    const [{ lengths: [{ count, samples, music, others, players }], failures, sides }] = report.sections;
    assertEquals([failures, count, samples], [[], 16, 4]);
    assertEquals(others!.pieces, sides.train.pieces.length + sides.heldOut.pieces.length);
    assertStringIncludes(playingMarkdown(report), `drawn 1000 times from ${others!.pieces} that are as long`);
    assertEquals(players.map(({ system }) => system), ["n-grams", "lstm", WAY_OF_PLAYING.system]);
    assertEquals(players.map(({ way }) => way), [
      "as it is: temperature 1",
      "as it is: temperature 4, its pitches fed back raw",
      WAY_OF_PLAYING.words,
    ]);
    const names = [...PLAYING.map(({ name }) => name), "longest quotation"];
    assertEquals([Object.keys(music.measures), Object.keys(music.values[0])], [names, names]);
    for (const { values, measures, outside, nats, notes, system } of players) {
      assertEquals([values.length, notes.length, notes[0].pitch.length], [4, 3, 16]);
      const spread = spreadOf(values.map((value) => value["pitch range"]!));
      assertEquals(measures["pitch range"].middle, spread.middle);
      const { low, high } = music.measures["pitch range"];
      assertEquals(outside.includes("pitch range"), spread.middle < low! || spread.middle > high!);
      // What hears its own pitches raw does not hear what it has drawn.
      assertEquals(nats === null, system === "lstm");
    }
    const results = () =>
      Deno.readDirSync(cache).filter(({ isFile }) => isFile)
        .map(({ name }) => `${name} ${Deno.statSync(`${cache}/${name}`).mtime?.getTime()}`).toArray().sort();
    const made = results();
    assertEquals(await again(), report);
    assert(made.length > 0);
    assertEquals(results(), made);
  }));

Deno.test("evaluatePlaying() plays against the side that is asked for", () =>
  playing({ models: ["unigram"], readings: ["corrected"], against: "heldOut" }, (report) => {
    const [{ sides, lengths: [{ music }] }] = report.sections;
    assertEquals([report.against, music.pieces], ["heldOut", sides.heldOut.pieces.length]);
  }));

Deno.test("evaluatePlaying() halves lengths for which there is too little music, and measures none twice", () =>
  playing({ models: ["unigram"], readings: ["corrected"], lengths: [64, 16].map((count) => ({ count, samples: 2 })) }, (
    { sections: [{ lengths }] },
  ) => {
    assertEquals(lengths.map(({ count }) => count), [16]);
  }));

Deno.test("unlikeMusic() looks at medians, and at any loop", () => {
  const samples = [1, 2, 9].map((range, i) => ({ range, unknown: NaN, loops: Number(i === 2) }));
  const music = (low: number, high: number) => ({
    range: { low, middle: 0, high, known: 20, asked: 20 },
    unknown: { low: NaN, middle: NaN, high: NaN, known: 0, asked: 20 },
    loops: { low: 0, middle: 0, high: 0, known: 20, asked: 20 },
  });
  assertEquals(unlikeMusic(samples, music(2, 4)), ["loops"]);
  assertEquals(unlikeMusic(samples.slice(0, 2), music(2, 4)), []);
  assertEquals(unlikeMusic(samples.slice(0, 2), music(3, 4)), ["range"]);
});

Deno.test("playingMarkdown() has a column for each player, and marks what is unlike the music", () =>
  playing({ models: ["uniform"], readings: ["published"] }, (report) => {
    const text = playingMarkdown(report), [{ lengths: [{ music, players }], sides }] = report.sections;
    assertStringIncludes(text, `**${sides.train.notes} notes to learn from are few.**`);
    const many = { ...sides, train: { ...sides.train, notes: 80_000 } };
    const large = { ...report, sections: report.sections.map((section) => ({ ...section, sides: many })) };
    assert(!playingMarkdown(large).includes("are few"));
    for (const line of ["# Playing on small", "## published", "### 4 samples of 16 notes, against "]) {
      assertStringIncludes(text, line);
    }
    const heading = text.split("\n").find((line) => line.includes("| Bach |"))!;
    assertEquals(heading.split("|").map((cell) => cell.trim()).filter(Boolean), [
      "5 %",
      "Bach",
      "95 %",
      ...players.map(({ title }) => title),
    ]);
    const row = text.split("\n").find((line) => line.startsWith("| pitch range "))!.split("|").map((cell) =>
      cell.trim()
    );
    assertEquals(Number(row[3]), music.measures["pitch range"].middle);
    assert(players[0].outside.includes("pitch range"));
    assertEquals(row[5], `**${players[0].measures["pitch range"].middle}**`);
    assertAlmostEquals(players[0].nats!.music.middle!, Math.log(128) + Math.log(65) + Math.log(64), 1e-6);
  }));

Deno.test("evaluatePlaying() says what fails, and plays the others", () =>
  playing({ models: ["unigram", "lstm"], readings: ["corrected"], overrides: { ...small.overrides, length: 60 } }, (
    { sections: [{ lengths: [{ players }], failures }] },
  ) => {
    assertEquals(players.map(({ system }) => system).slice(0, 1), ["unigram"]);
    assert(failures.some(({ player }) => player === noteSystem("lstm").title));
  }));

Deno.test("evaluatePlaying() refuses systems that nobody knows", async () => {
  await assertRejects(() => playing({ models: ["bach"] }), RangeError, 'Cannot take "bach"');
});
