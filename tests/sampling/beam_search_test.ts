import { assert, assertAlmostEquals, assertEquals, assertThrows } from "@std/assert";
import { type Cell, cellPieces, type NoteEvent, paperEncoding, START } from "../../lib/encodings/mod.ts";
import { scoreModel } from "../../lib/evaluation/mod.ts";
import { startBackend } from "../../lib/kernels/mod.ts";
import { paperHeads } from "../../lib/heads/mod.ts";
import { seeded } from "../../lib/random/mod.ts";
import { beamSearch, fewRepeats, generate, networkModel, type Rule, withinRange } from "../../lib/sampling/mod.ts";
import { settings } from "../../lib/settings/mod.ts";
import { bigramGrid, type CountingSystem, gruMetre, vanillaLstm } from "../../lib/systems/mod.ts";
import { dice } from "./dice.ts";

/** Looks better at first where it ends worse: after 60 all is alike, after 61 one thing is sure. */
const trap = dice((heard) => heard.length === 0 ? [0.6, 0.4] : heard[0] === 60 ? [0.25, 0.25, 0.25, 0.25] : [0.9, 0.1]);
const pitches = ({ events }: { events: readonly { pitch: number }[] }) => events.map(({ pitch }) => pitch);

Deno.test("beamSearch() of width 1 is greedy", () => {
  const [found, ...others] = beamSearch(trap, trap.listen(), { count: 2, width: 1 });
  assertEquals(pitches(found), [60, 60]);
  assertAlmostEquals(found.logLikelihood, Math.log(0.6 * 0.25));
  assertEquals(others, []);
});

Deno.test("beamSearch() of width 1 plays what generate() plays with the likeliest class alone, chained heads and all", async () => {
  await startBackend();
  const choice = settings("corrected", { ...gruMetre.defaults, units: 8, length: 16 });
  const model = gruMetre.build({ ...choice, prng: seeded(5) });
  const encoding = gruMetre.encoding(choice), heads = gruMetre.heads(choice);
  const network = networkModel(model, { name: "", carryState: true, encoding, heads });
  const beginning = [60, 62, 64, 65].map((pitch) => ({ pitch, step: 0.25, duration: 0.5 }));
  const listener = network.listen();
  for (const note of beginning) listener.hear(note);
  const [{ events }] = beamSearch(network, listener, { count: 12, width: 1 });
  const table = await generate(network, beginning, { count: 12, temperature: 1, topK: 1, prng: seeded(1) });
  const records = table.select("pitch", "step", "duration").toRecords();
  assertEquals(records, events.map(({ pitch, step, duration }) => ({ pitch, step, duration })));
  const scores = [2, 4].map((width) => beamSearch(network, listener, { count: 12, width }));
  for (const found of scores) assert(found.every(({ score }) => score <= found[0].score));
  listener.dispose();
  model.dispose();
});

Deno.test("beamSearch() finds what looks worse at first", () => {
  const [found, second] = beamSearch(trap, trap.listen(), { count: 2, width: 2 });
  assertEquals(pitches(found), [61, 60]);
  assertAlmostEquals(found.logLikelihood, Math.log(0.4 * 0.9));
  assertEquals(pitches(second), [60, 60]);
});

Deno.test("beamSearch() finds the likeliest piece of all once it is wide enough, and never a worse one than greedy", () => {
  const prng = seeded(3);
  for (let trial = 0; trial < 20; trial++) {
    const table = Array.from({ length: 13 }, () => {
      const p = [prng(), prng(), prng()], sum = p[0] + p[1] + p[2];
      return p.map((x) => x / sum);
    });
    const model = dice((heard) => table[heard.reduce((at, pitch) => 3 * at + pitch - 59, 0)]);
    const all = [0, 1, 2].flatMap((a) => [0, 1, 2].flatMap((b) => [0, 1, 2].map((c) => [a, b, c])));
    const logOf = ([a, b, c]: number[]) =>
      Math.log(table[0][a]) + Math.log(table[a + 1][b]) + Math.log(table[3 * (a + 1) + b + 1][c]);
    const found = [1, 2, 4, 9, 27].map((width) => beamSearch(model, model.listen(), { count: 3, width })[0]);
    assertAlmostEquals(found.at(-1)!.logLikelihood, Math.max(...all.map(logOf)));
    for (const { score } of found) assert(found.at(-1)!.score >= score - 1e-12 && score >= found[0].score - 1e-12);
  }
});

Deno.test("beamSearch() compares pieces of different lengths as the length penalty has it", () => {
  // 60 ends a piece at once, 61 goes on, surely, to 62, which ends it too.
  const model = dice((heard) => heard.length === 0 ? [0.5, 0.5] : [0.1, 0, 0.9]);
  const until = (events: readonly { pitch: number }[]) => events.at(-1)!.pitch !== 61;
  const search = (lengthPenalty: number) =>
    beamSearch(model, model.listen(), { count: 3, width: 4, until, lengthPenalty });
  assertEquals(search(0).map(pitches)[0], [60]);
  const [long, short] = search(1);
  assertEquals([pitches(long), pitches(short)], [[61, 62], [60]]);
  assertAlmostEquals(long.score, Math.log(0.45) / (7 / 6));
  assertAlmostEquals(short.score, Math.log(0.5));
  assert(long.finished && short.finished);
});

Deno.test("beamSearch() keeps rules, and says what the model itself thinks", () => {
  const rules: Rule<NoteEvent>[] = [withinRange({ lowest: 61, highest: 62, nats: 9 }), fewRepeats({ most: 1 })];
  const model = dice(() => [0.5, 0.3, 0.2]);
  const [found] = beamSearch(model, model.listen(), {
    count: 4,
    width: 3,
    rules: rules.map((rule) => rule.listen(model)),
  });
  assertEquals(pitches(found), [61, 62, 61, 62]);
  assertAlmostEquals(found.logLikelihood, 2 * Math.log(0.3) + 2 * Math.log(0.2));
});

Deno.test("beamSearch() leaves its listener as it was", () => {
  const listener = trap.listen();
  const [first, second] = [1, 2].map(() => beamSearch(trap, listener, { count: 2, width: 3 }));
  assertEquals(first, second);
});

Deno.test("beamSearch() searches cells of a grid, too", async () => {
  const range = { lowest: 60, highest: 64 };
  const train = cellPieces([[[64, 62, 60, 60], [64, 62, 60, 60], [62, 62, 61, 60], [64, 62, 60, 60]]]);
  const system = bigramGrid(4) as CountingSystem<Cell>;
  const model = system.learn({ train, heldOut: train }, { ...settings("corrected"), range });
  const listener = model.listen();
  listener.hear(START);
  const [{ events, logLikelihood }] = beamSearch(model, listener, { count: 4, width: 8 });
  assertEquals(events, [64, 62, 60, 60]);
  const { heads: { cell: { nats } } } = await scoreModel(model, cellPieces([[[64, 62, 60, 60]]]));
  assertAlmostEquals(logLikelihood, -nats.reduce((sum, nat) => sum + nat, 0), 1e-12);
});

Deno.test("beamSearch() says why it cannot search", async () => {
  const none = withinRange({ lowest: 90, highest: 90 }).listen(trap);
  assertThrows(
    () => beamSearch(trap, trap.listen(), { count: 2, width: 2, rules: [none] }),
    Error,
    "rules forbid every",
  );
  await startBackend();
  const model = vanillaLstm({ length: 2, units: 4, prng: seeded(1) });
  const network = networkModel(model, { name: "", carryState: true, encoding: paperEncoding(), heads: paperHeads() });
  assertThrows(() => beamSearch(network, network.listen(), { count: 2, width: 2 }), TypeError, '"step" says numbers');
});
