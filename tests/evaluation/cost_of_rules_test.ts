import { assert, assertAlmostEquals, assertEquals } from "@std/assert";
import type { FrameEvent, Token } from "../../lib/encodings/mod.ts";
import { costOfRules, ruledPlayer, rulesMarkdown, scoreModel } from "../../lib/evaluation/mod.ts";
import { counted } from "../../lib/heads/mod.ts";
import { seeded } from "../../lib/random/mod.ts";
import { CHORALE_RULES, choraleRule, choraleRules, drawChorale, type PartialFrame } from "../../lib/sampling/mod.ts";
import { settings } from "../../lib/settings/mod.ts";
import { CHORALE_VOICES, choraleOfFrames } from "../../lib/score/mod.ts";
import {
  bachbot,
  bigramGrid,
  choraleViewpoints,
  overCells,
  overFrames,
  overTokens,
  type SequenceModel,
} from "../../lib/systems/mod.ts";

const prng = seeded(1);
/** Four voices that wander about near one another. */
const music = Array.from({ length: 6 }, (_, piece) => {
  let frame = [69, 64, 59, 50];
  const frames = Array.from({ length: 48 }, () => {
    if (prng() < 0.4) {
      frame = frame.map((pitch, v) => Math.max(40 + 4 * (3 - v), Math.min(79, pitch + Math.floor(prng() * 9) - 4)));
    }
    return frame;
  });
  return choraleOfFrames(frames, `made up/${piece}`);
});
const range = { lowest: 40, highest: 79 };
const system = overCells(bigramGrid(1)), pieces = system.pieces(music, range);
const model = bigramGrid(1).learn({ train: pieces, heldOut: pieces }, { ...settings("corrected"), range });

Deno.test("drawChorale() goes on from what is given, in the same way from the same state", async () => {
  const begin = { ...music[0], frames: music[0].frames.slice(0, 3), struck: music[0].struck.slice(0, 3) };
  const draw = (seed: number) => drawChorale(model, { begin, frames: 20, prng: seeded(seed) });
  const drawn = await draw(1);
  assertEquals([drawn.name, drawn.frames.length, drawn.struck.length], ["made up/0", 23, 23]);
  assertEquals(drawn.frames.slice(0, 3), begin.frames);
  assertEquals(await draw(1), drawn);
  assert(JSON.stringify(await draw(2)) !== JSON.stringify(drawn));
  const nothing = { name: "new", frames: [], struck: [] };
  assertEquals((await drawChorale(model, { begin: nothing, frames: 4, prng: seeded(1) })).frames.length, 4);
});

Deno.test("costOfRules() says what rules cost and avoid", async () => {
  const told = new Map<string, number[]>();
  const report = await costOfRules({
    players: { bigram: ruledPlayer(system, model, { beginnings: music, range, given: 4, frames: 40 }) },
    rules: { weighted: choraleRules(1), hard: choraleRules() },
    music,
    samples: 4,
    seed: 7,
    onProgress: ({ label, done, total }) => void told.set(label, [...told.get(label) ?? [], done / total]),
  });
  assertEquals([...told.values()], Array(3).fill([0, 0.25, 0.5, 0.75, 1]));
  assertEquals(report.rows.map(({ rules }) => rules), ["none", "weighted", "hard"]);
  const [none, weighted, hard] = report.rows;
  const total = (rates: Readonly<Record<string, number>>) => Object.values(rates).reduce((a, b) => a + b, 0);
  assert(total(none.rates) > total(weighted.rates) && total(weighted.rates) > 0);
  assertEquals(hard.rates, Object.fromEntries(CHORALE_RULES.map((name) => [name, 0])));
  assertEquals(none.price, 0);
  assert(weighted.price! > 0 && hard.price! > weighted.price!);
  assertEquals(rulesMarkdown(report).split("\n").length, 6);
});

Deno.test("ruledPlayer() counts the nats of what was drawn alone", async () => {
  const player = ruledPlayer(system, model, { beginnings: music, range, given: 4, frames: 10 });
  const drawn = [await player.draw(0, [], seeded(1)), await player.draw(1, [], seeded(2))];
  const scored = await scoreModel(model, system.pieces(drawn.map(({ chorale }) => chorale), range));
  const all = [...scored.heads.cell.nats];
  const cells = [...all.slice(16, 56), ...all.slice(56 + 16)];
  assertEquals(cells.length, 80);
  assertAlmostEquals(await player.nats!(drawn), cells.reduce((a, b) => a + b) / 80, 1e-12);
});

Deno.test("ruledPlayer() prices rules by what they take away", async () => {
  const player = ruledPlayer(system, model, { beginnings: music, range, given: 4, frames: 1 });
  const narrow = [{
    ...choraleRule("out of range", 2),
    inFrame: ([soprano = 0]: PartialFrame) => soprano > 69 ? 1 : 0,
  }];
  const drawn = await player.draw(0, narrow, seeded(1)), [{ events }] = system.pieces([drawn.chorale], range);
  const listener = model.listen();
  for (const event of events.slice(0, 17)) listener.hear(event);
  const p = Array.from(model.heads[0].logs(listener.next("cell", {})), (log) => Math.exp(log));
  // Class 0 is a rest, 31 is 70.
  const above = p.slice(31).reduce((a, b) => a + b), kept = 1 - above + above * Math.exp(-2);
  const q = above * Math.exp(-2) / kept;
  assertAlmostEquals(await player.price!([drawn], narrow) * 4, q * -2 - Math.log(kept), 1e-9);
});

/** A model to which all is alike, of events of whatever kind. */
function uniform<Event>(heads: readonly string[], classes: number): SequenceModel<Event> {
  const listener = {
    hear() {},
    dispose() {},
    fork: () => listener,
    next: () => Array(classes).fill(-Math.log(classes)),
  };
  return {
    name: "all alike",
    parameters: 0,
    heads: heads.map((name) => counted(name, { classes })),
    say: () => ({}),
    decode: () => undefined as never,
    listen: () => listener,
  };
}

Deno.test("ruledPlayer() prices rules alike, whether cells, frames or tokens are drawn", async () => {
  const drawn = [{ chorale: music[1], given: 10, tonic: 0 }], options = { beginnings: music, range };
  const rules = choraleRules(1.5), cells = uniform<number>(["cell"], 41);
  const price = await ruledPlayer(system, cells, options).price!(drawn, rules);
  assert(price > 0.1);
  const frames = uniform<FrameEvent>(CHORALE_VOICES, 41), tokens = uniform<Token>(["token"], 44);
  assertAlmostEquals(
    await ruledPlayer(overFrames(choraleViewpoints), frames, options).price!(drawn, rules),
    price,
    1e-9,
  );
  assertAlmostEquals(await ruledPlayer(overTokens(bachbot), tokens, options).price!(drawn, rules), price, 1e-9);
});
