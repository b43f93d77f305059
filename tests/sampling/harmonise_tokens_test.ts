import { assert, assertAlmostEquals, assertEquals, assertNotEquals, assertRejects } from "@std/assert";
import { choraleTokens, type Token, tokenClasses, tokenPieces } from "../../lib/encodings/mod.ts";
import { scoreModel } from "../../lib/evaluation/mod.ts";
import { startBackend } from "../../lib/kernels/mod.ts";
import { seeded } from "../../lib/random/mod.ts";
import {
  type ChoraleRule,
  choraleRules,
  countBreaches,
  harmoniseByBeam,
  harmoniseByDrawing,
  networkModel,
} from "../../lib/sampling/mod.ts";
import { type Chorale, choraleOfFrames, REST } from "../../lib/score/mod.ts";
import { settings } from "../../lib/settings/mod.ts";
import { bachbot, type SequenceModel, tokenHead } from "../../lib/systems/mod.ts";

await startBackend();

const RANGE = { lowest: 55, highest: 64 };
const CLASSES = tokenClasses(RANGE);

/** A model that says tokens by what it has heard; probabilities that it leaves out are next to nothing. */
function speaking(
  likely: (heard: readonly Token[]) => readonly (readonly [Token, number])[],
  begun: { listeners: number; heard: Token[] } = { listeners: 0, heard: [] },
): SequenceModel<Token> {
  const { say, decode } = choraleTokens(RANGE), heads = [tokenHead({ ...settings("corrected"), range: RANGE })];
  const listen = (past: readonly Token[]): ReturnType<SequenceModel<Token>["listen"]> => {
    const heard = [...past];
    begun.listeners++;
    return {
      hear: (token) => void (heard.push(token), begun.heard = heard),
      next() {
        const logits = new Float32Array(CLASSES.count).fill(-30);
        for (const [token, probability] of likely(heard)) logits[CLASSES.of(token)] = Math.log(probability);
        return logits;
      },
      fork: () => listen(heard),
      dispose: () => void begun.listeners--,
    };
  };
  return { name: "speaking", parameters: 0, heads, say, decode, listen: () => listen([]) };
}

const note = (pitch: number, tied = false): Token => ({ pitch, tied });
const silence = (count: number): Chorale => choraleOfFrames(Array(count).fill(Array(4).fill(REST)), "nothing yet");

/** BachBot, untrained and small. */
function small(range = RANGE): { model: SequenceModel<Token>; dispose: () => void } {
  const chosen = { ...settings("corrected", { ...bachbot.defaults, units: 8, length: 200 }), range };
  const network = bachbot.build({ ...chosen, prng: seeded(4) });
  // Sharper than it begins.
  network.setWeights(network.getWeights().map((weights) => weights.mul(3)));
  const how = { carryState: true, encoding: bachbot.encoding(chosen), heads: [tokenHead(chosen)] };
  return { model: networkModel(network, { name: "small", ...how }), dispose: () => network.dispose() };
}

Deno.test("harmoniseByBeam() and harmoniseByDrawing() never change a fixed cell, whichever those are", async () => {
  const { model, dispose } = small(), prng = seeded(7);
  const frames = Array.from({ length: 12 }, (_, t) => [64, 62, 60 - t % 3, t % 4 ? 55 : REST]);
  const chorale = {
    ...choraleOfFrames(frames, "given"),
    struck: frames.map(([, , , bass]) => [true, false, true, bass > 0]),
  };
  for (let trial = 0; trial < 4; trial++) {
    const mask = frames.map((frame) => frame.map(() => prng() < 0.5)), fixed = (t: number, v: number) => mask[t][v];
    const found = [
      await harmoniseByBeam(model, { chorale, fixed, width: 1 }),
      await harmoniseByBeam(model, { chorale, fixed, width: 3 }),
      await harmoniseByDrawing(model, { chorale, fixed, prng }),
    ];
    for (const { chorale: { name, frames: written, struck } } of found) {
      assertEquals([name, written.length], ["given", 12]);
      mask.forEach((voices, t) =>
        voices.forEach((stands, v) => {
          if (!stands) return;
          assertEquals(written[t][v], frames[t][v]);
          // What was held cannot be where the cell before has become another.
          const isHeld = frames[t][v] !== REST && !chorale.struck[t][v] && written[t - 1]?.[v] === frames[t][v];
          assertEquals(struck[t][v], frames[t][v] !== REST && !isHeld);
        })
      );
    }
  }
  dispose();
});

Deno.test("harmoniseByBeam() finds the same each time, greedy what drawing finds when it is cold, and its likelihood", async () => {
  const { model, dispose } = small(), fixed = (_: number, voice: number) => voice === 0;
  const chorale = choraleOfFrames([60, 60, 62, 64].map((pitch) => [pitch, REST, REST, REST]), "a tune");
  const [one, again] = [
    await harmoniseByBeam(model, { chorale, fixed }),
    await harmoniseByBeam(model, { chorale, fixed }),
  ];
  assertEquals(one, again);
  const greedy = await harmoniseByBeam(model, { chorale, fixed, width: 1, onsetReward: 0 });
  const cold = await harmoniseByDrawing(model, { chorale, fixed, temperature: 0.001, prng: seeded(1) });
  assertEquals(greedy, cold);
  const { token: { nats } } = (await scoreModel(model, tokenPieces([one.chorale]))).heads;
  const cells = nats.filter((_, i) => i % 5 < 4).reduce((sum, nat) => sum + nat, 0);
  assertAlmostEquals(one.logLikelihood, -cells, 1e-3);
  dispose();
});

Deno.test("harmoniseByDrawing() draws the same by the same seed, and other notes by another", async () => {
  const { model, dispose } = small(), fixed = () => false;
  const draw = async (seed: number) =>
    (await harmoniseByDrawing(model, { chorale: silence(6), fixed, prng: seeded(seed) })).chorale.frames;
  assertEquals(await draw(1), await draw(1));
  assertNotEquals(await draw(1), await draw(2));
  dispose();
});

Deno.test("harmoniseByBeam() finds what looks worse at first, and counts how likely it makes what is fixed", async () => {
  // An alto of 60 is likelier, but the bass that is given goes with 62.
  const trap = speaking((heard) => {
    const [, , alto] = heard;
    if (heard.length === 2) return [[note(60), 0.6], [note(62), 0.4]];
    const isLow = heard.length === 4 && CLASSES.of(alto) === CLASSES.of(note(60));
    if (heard.length === 4) return [[note(55), isLow ? 0.1 : 0.9], [note(57), isLow ? 0.9 : 0.1]];
    return [[note(64), 1]];
  });
  const chorale = choraleOfFrames([[64, REST, REST, 55]], "one chord");
  const fixed = (_: number, voice: number) => voice === 3;
  const alto = async (width: number) => (await harmoniseByBeam(trap, { chorale, fixed, width })).chorale.frames[0][1];
  assertEquals([await alto(1), await alto(2)], [60, 62]);
});

Deno.test("harmoniseByBeam() holds only what sounded before, tells fermatas, and leaves no listener behind", async () => {
  const begun = { listeners: 0, heard: [] as Token[] };
  // It would rather hold 62, which nobody has.
  const model = speaking(() => [[note(62, true), 0.9], [note(60, true), 0.06], [note(60), 0.04]], begun);
  const chorale: Chorale = {
    ...silence(2),
    notation: { fermata: [false, true], place: [0, 1], bar: [16, 16], fifths: [0, 0] },
  };
  const { chorale: { frames, struck, notation } } = await harmoniseByBeam(model, {
    chorale,
    fixed: () => false,
    width: 3,
    onsetReward: 0,
  });
  assertEquals(frames, [[60, 60, 60, 60], [60, 60, 60, 60]]);
  assertEquals(struck, [[true, true, true, true], [false, false, false, false]]);
  assertEquals(notation, chorale.notation);
  assertEquals(begun.listeners, 0);
  assertEquals(begun.heard.slice(5, 8), ["frame", "fermata", note(60, true)]);
});

Deno.test("harmoniseByBeam() and harmoniseByDrawing() keep to rules that are hard, and are swayed by soft ones", async () => {
  const model = speaking((heard) =>
    heard.length < 6 ? [[note(60), 0.7], [note(62), 0.3]] : [[note(60), 0.6], [note(62), 0.4]]
  );
  const chorale = choraleOfFrames([[64, 57, REST, REST], [64, 57, REST, REST]], "two chords");
  const fixed = (_: number, voice: number) => voice < 2;
  const seen: unknown[] = [];
  const no60 = (nats: number): ChoraleRule => ({
    name: "60",
    keeps: "away from 60",
    nats,
    inFrame: (frame) => frame.filter((pitch) => pitch === 60).length,
    between: (before, after) => (seen.push([[...before], [...after]]), 0),
  });
  const lower = ({ chorale: { frames } }: { chorale: Chorale }) => frames.flatMap((frame) => frame.slice(2));
  assertEquals(lower(await harmoniseByBeam(model, { chorale, fixed, rules: [no60(Infinity)] })), [62, 62, 62, 62]);
  // What is fixed is known ahead, what is decided stands, and what is not is undefined.
  assertEquals(seen[0], [[64, 57, undefined, undefined], [64, 57, undefined, undefined]]);
  const drawn = { chorale, fixed, rules: [no60(Infinity)], prng: seeded(1) };
  assert(lower(await harmoniseByDrawing(model, drawn)).every((pitch) => pitch !== 60));
  assertEquals(lower(await harmoniseByBeam(model, { chorale, fixed, rules: [no60(0.1)], width: 1 })), [60, 60, 60, 60]);
  const never: ChoraleRule = {
    ...no60(Infinity),
    inFrame: (frame) => frame.filter((pitch, voice) => voice === 2 && pitch !== undefined).length,
  };
  await assertRejects(
    () => harmoniseByBeam(model, { chorale, fixed, rules: [never] }),
    Error,
    'Cannot harmonise: the rules forbid all that could come in frame 0, voice 2; make one of them soft, or let whenStuck be "lift"',
  );
  const lifted = await harmoniseByBeam(model, { chorale, fixed, rules: [never], whenStuck: "lift" });
  assertEquals(lower(lifted), [60, 60, 60, 60]);
  assertEquals(lifted.lifted, [{ frame: 0, voice: 2 }, { frame: 1, voice: 2 }]);
  assertEquals((await harmoniseByBeam(model, { chorale, fixed, rules: [no60(1)], whenStuck: "lift" })).lifted, []);
});

Deno.test("harmoniseByBeam() moves its voices more where notes that are struck are rewarded", async () => {
  const model = speaking(() => [[note(60, true), 0.6], [note(62, true), 0.6], [note(60), 0.2], [note(62), 0.2]]);
  const onsets = async (onsetReward: number) => {
    const { chorale, logLikelihood } = await harmoniseByBeam(model, {
      chorale: silence(6),
      fixed: () => false,
      onsetReward,
    });
    return { count: chorale.struck.flat().filter(Boolean).length, logLikelihood };
  };
  const [plain, little, much] = [await onsets(0), await onsets(1), await onsets(2)];
  assertEquals([plain.count, little.count, much.count], [4, 4, 24]);
  assertEquals(plain, little);
  // It is no likelier for being wanted.
  assert(much.logLikelihood < plain.logLikelihood);
});

Deno.test("harmoniseByBeam() says what is wrong: a pitch that the model does not have, and a signal", async () => {
  const model = speaking(() => [[note(60), 1]]), fixed = () => true;
  const chorale = choraleOfFrames([[90, 60, 57, 55]], "too high");
  await assertRejects(
    () => harmoniseByBeam(model, { chorale, fixed }),
    RangeError,
    "Cannot find the token of pitch 90",
  );
  const signal = AbortSignal.abort();
  await assertRejects(() => harmoniseByBeam(model, { chorale, fixed, signal }), DOMException, "aborted");
  await assertRejects(() => harmoniseByBeam(model, { chorale, fixed, width: 0 }), RangeError, "width");
});

Deno.test("harmoniseByBeam() and harmoniseByDrawing() keep to all rules of voice leading where they are hard", async () => {
  const { model, dispose } = small({ lowest: 43, highest: 74 }), rules = choraleRules(), tonic = 0;
  const melody = [67, 69, 71, 72, 71, 69, 67, 67];
  const chorale = choraleOfFrames(melody.map((pitch) => [pitch, REST, REST, REST]), "up and down");
  const asked = {
    chorale,
    fixed: (_: number, voice: number) => voice === 0,
    rules,
    tonic,
  };
  const breaches = ({ chorale: { frames } }: { chorale: Chorale }) =>
    Object.values(countBreaches(rules, [{ frames, tonic }])).reduce((sum, count) => sum + count, 0);
  assertEquals(breaches(await harmoniseByBeam(model, asked)), 0);
  assertEquals(breaches(await harmoniseByDrawing(model, { ...asked, prng: seeded(3) })), 0);
  const free = await harmoniseByDrawing(model, { ...asked, rules: [], prng: seeded(3) });
  assert(breaches(free) > 0);
  dispose();
});
