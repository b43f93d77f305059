import { assert, assertAlmostEquals, assertEquals, assertRejects } from "@std/assert";
import { openCorpus, splitByPiece } from "../../lib/corpus/mod.ts";
import { notePieces } from "../../lib/encodings/mod.ts";
import {
  compareSampling,
  type CompareSamplingOptions,
  noteTable,
  type Player,
  PLAYING,
  scoreModel,
} from "../../lib/evaluation/mod.ts";
import { startBackend } from "../../lib/kernels/mod.ts";
import { quotationIndex, stepShare } from "../../lib/metrics/mod.ts";
import { corpusTable, pitchColumn } from "../../lib/notes/mod.ts";
import { seeded } from "../../lib/random/mod.ts";
import { generate, type WayOfSampling, withinScale } from "../../lib/sampling/mod.ts";
import { settings } from "../../lib/settings/mod.ts";
import { ngrams, uniform, vanillaLstm } from "../../lib/systems/mod.ts";

const { train, valid, test } = splitByPiece((await openCorpus("sample")).pieces);
const [learned, heldOut, unseen] = [train, valid, test].map((pieces) => corpusTable(pieces));
const lessons = { train: notePieces(learned), heldOut: notePieces(heldOut) };
const model = ngrams.learn(lessons, settings("corrected"));
const music = notePieces(unseen);

const WAYS = { cold: { temperature: 0.3 }, warm: { temperature: 1 }, hot: { temperature: 3 } };

function players(ways: Readonly<Record<string, WayOfSampling>> = WAYS, of = model): Record<string, Player> {
  return Object.fromEntries(Object.entries(ways).map(([name, way]) => [name, { model: of, ...way }]));
}

function options(changes: Partial<CompareSamplingOptions> = {}): CompareSamplingOptions {
  return {
    beginnings: music.map(({ events }) => events.slice(0, 20)),
    music: notePieces(heldOut),
    samples: 4,
    count: 40,
    seed: 1,
    ...changes,
  };
}

Deno.test("compareSampling() measures what each player does", async () => {
  const { music, players: played } = await compareSampling(players(), options({ index: quotationIndex(learned) }));
  const names = [...PLAYING.map(({ name }) => name), "longest quotation"];
  assertEquals(Object.keys(music.measures), names);
  for (const { samples, values, measures } of played) {
    assertEquals([Object.keys(measures), samples.map(({ height }) => height)], [names, [40, 40, 40, 40]]);
    assertEquals(values.map(({ stepwise }) => stepwise), samples.map((notes) => stepShare(notes, { line: "stream" })));
  }
  const [cold, warm, hot] = played.map(({ nats }) => nats!.samples.middle);
  assert(cold < warm && warm < hot, `${cold} ${warm} ${hot}`);
  const [, , { measures, outside }] = played;
  for (const name of names) {
    const { middle } = measures[name], { low, high } = music.measures[name];
    assertEquals(outside.includes(name), !(middle >= low && middle <= high), name);
  }
});

Deno.test("compareSampling() takes stretches that overlap by half, from all pieces that are long enough", async () => {
  const heard = notePieces(heldOut);
  const { music } = await compareSampling(players(), options({ samples: 1 }));
  const fitting = heard.map(({ events }) => Math.max(0, Math.floor((events.length - 40) / 20) + 1));
  assertEquals(music.values.length, fitting.reduce((a, b) => a + b));
  const { events: [...beginning] } = heard[0];
  const notes = beginning.slice(20, 60);
  assertEquals(music.values[1]["pitch range"], range(notes.map(({ pitch }) => pitch)));
});

Deno.test("compareSampling() says how likely a model holds what it plays, as it would be scored", async () => {
  const [beginning] = options().beginnings;
  const { players: [{ samples: [sample], nats }] } = await compareSampling(
    players({ ruled: { temperature: 1, topP: 0.9, rules: [withinScale({ tonic: 0, mode: "major" })] } }),
    options({ beginnings: [beginning], samples: 1 }),
  );
  const { heads } = await scoreModel(model, [{ piece: "", events: [...beginning, ...notePieces(sample)[0].events] }]);
  const all = Object.values(heads).map(({ nats }) => nats.slice(-40).reduce((a, b) => a + b) / 40);
  assertAlmostEquals(nats!.samples.middle, all.reduce((a, b) => a + b), 1e-9);
});

Deno.test("compareSampling() scores music and samples by what the model gives them", async () => {
  const dice = uniform.learn({ train: [], heldOut: [] }, settings("corrected"));
  const { players: [{ nats }] } = await compareSampling(
    players({ dice: { temperature: 1, topK: 3 } }, dice),
    options(),
  );
  const expected = Math.log(128) + Math.log(65) + Math.log(64);
  for (const spread of [nats!.music, nats!.samples]) assertAlmostEquals(spread.middle, expected, 1e-9);
});

Deno.test("compareSampling() lets a network play as generate() does, unscored", async () => {
  await startBackend();
  const network = vanillaLstm({ length: 8, units: 4, prng: seeded(1) });
  const way = { temperature: 4, feedback: "raw", carryState: false } as const;
  const { players: [{ samples: [sample], nats }] } = await compareSampling(
    { published: { model: network, ...way } },
    options({ samples: 1 }),
  );
  const again = await generate(network, options().beginnings[0], { ...way, count: 40, prng: seeded(1) });
  assertEquals([...pitchColumn(sample)], [...pitchColumn(again)]);
  assertEquals(nats, undefined);
  network.dispose();
});

Deno.test("compareSampling() gives the same again, and keeps rules", async () => {
  const white = players({ white: { temperature: 1, rules: [withinScale({ tonic: 0, mode: "major" })] } });
  const [one, other] = [await compareSampling(white, options()), await compareSampling(white, options())];
  assertEquals(one.players[0].measures, other.players[0].measures);
  for (const sample of one.players[0].samples) {
    assert(pitchColumn(sample).every((pitch) => [0, 2, 4, 5, 7, 9, 11].includes(pitch % 12)));
  }
});

Deno.test("compareSampling() says what it lacks", async () => {
  const rejects = (changes: Partial<CompareSamplingOptions>, message: string) =>
    assertRejects(() => compareSampling(players(), options(changes)), RangeError, message);
  await rejects({ beginnings: [] }, "there is nothing to go on from");
  await rejects({ music: [] }, "no piece of the music has 40 notes");
});

function range(pitches: readonly number[]): number {
  return Math.max(...pitches) - Math.min(...pitches);
}

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
