import { assert, assertAlmostEquals, assertEquals, assertRejects } from "@std/assert";
import { openCorpus, splitByPiece } from "../../lib/corpus/mod.ts";
import { notePieces } from "../../lib/encodings/mod.ts";
import { compareSampling, type CompareSamplingOptions, noteTable, PLAYING } from "../../lib/evaluation/mod.ts";
import { quotationIndex } from "../../lib/metrics/mod.ts";
import { corpusTable, pitchColumn } from "../../lib/notes/mod.ts";
import { withinScale } from "../../lib/sampling/mod.ts";
import { settings } from "../../lib/settings/mod.ts";
import { ngrams, uniform } from "../../lib/systems/mod.ts";

const { train, valid, test } = splitByPiece((await openCorpus("sample")).pieces);
const [learned, heldOut, unseen] = [train, valid, test].map((pieces) => corpusTable(pieces));
const lessons = { train: notePieces(learned), heldOut: notePieces(heldOut) };
const model = ngrams.learn(lessons, settings("corrected"));
const music = notePieces(unseen);

function options(changes: Partial<CompareSamplingOptions> = {}): CompareSamplingOptions {
  return {
    ways: { cold: { temperature: 0.3 }, warm: { temperature: 1 }, hot: { temperature: 3 } },
    beginnings: music.map(({ events }) => events.slice(0, 20)),
    music: notePieces(heldOut),
    samples: 4,
    count: 40,
    seed: 1,
    ...changes,
  };
}

Deno.test("compareSampling() measures what each way does", async () => {
  const { music, ways } = await compareSampling(model, options({ index: quotationIndex(learned) }));
  const names = ["nats per note", ...PLAYING.map(({ name }) => name), "longest quotation"];
  assertEquals(Object.keys(music), names);
  for (const { samples, measures } of ways) {
    assertEquals([Object.keys(measures), samples.map(({ height }) => height)], [names, [40, 40, 40, 40]]);
  }
  const [cold, warm, hot] = ways.map(({ measures }) => measures["nats per note"].middle);
  assert(cold < warm && warm < hot, `${cold} ${warm} ${hot}`);
  const [, , { measures, outside }] = ways;
  for (const name of names) {
    const { middle } = measures[name];
    assertEquals(outside.includes(name), !(middle >= music[name].low && middle <= music[name].high), name);
  }
});

Deno.test("compareSampling() scores music and samples by what the model gives them", async () => {
  const dice = uniform.learn({ train: [], heldOut: [] }, settings("corrected"));
  const { music, ways } = await compareSampling(dice, options({ ways: { dice: { temperature: 1, topK: 3 } } }));
  const nats = Math.log(128) + Math.log(65) + Math.log(64);
  for (const measures of [music, ways[0].measures]) assertAlmostEquals(measures["nats per note"].middle, nats, 1e-9);
});

Deno.test("compareSampling() gives the same again, and keeps rules", async () => {
  const ways = { white: { temperature: 1, rules: [withinScale({ tonic: 0, mode: "major" as const })] } };
  const [one, other] = [
    await compareSampling(model, options({ ways })),
    await compareSampling(model, options({ ways })),
  ];
  assertEquals(one.ways[0].measures, other.ways[0].measures);
  for (const sample of one.ways[0].samples) {
    assert(pitchColumn(sample).every((pitch) => [0, 2, 4, 5, 7, 9, 11].includes(pitch % 12)));
  }
});

Deno.test("compareSampling() says what it lacks", async () => {
  const rejects = (changes: Partial<CompareSamplingOptions>, message: string) =>
    assertRejects(() => compareSampling(model, options(changes)), RangeError, message);
  await rejects({ beginnings: [] }, "there is nothing to go on from");
  await rejects({ music: [] }, "no piece of the music has 40 notes");
});

Deno.test("PLAYING measures a scale in even sixteenths as it is", () => {
  const steps = Array.from({ length: 32 }, () => 0.125);
  const scale = steps.map((_, i) => 60 + [0, 2, 4, 5, 7, 9, 11, 12][i % 8]);
  const notes = noteTable({ pitch: scale, step: steps, duration: steps.map((step, i) => i === 0 ? 0.01 : step) }, "");
  const values = Object.fromEntries(PLAYING.map(({ name, of }) => [name, of(notes)]));
  assertEquals(values["notes under 20 ms"], 1 / 32);
  assertEquals([values["step classes"], values["repeated notes"], values["pitch range"]], [1, 0, 12]);
  assertEquals(values["stepwise"], 28 / 31);
  assertEquals(values["in the scale"], 1);
  assertAlmostEquals(values["phase variance"], 0);
  assertEquals(values["longest self-repeat"], 24);
  assertEquals([values["notes in self-repeats"], values["loops"]], [24 / 32, 0]);
});
