import { assert, assertAlmostEquals, assertEquals, assertThrows } from "@std/assert";
import { tokenClasses, tokenPieces } from "../../lib/encodings/mod.ts";
import { scoreModel } from "../../lib/evaluation/mod.ts";
import { startBackend } from "../../lib/kernels/mod.ts";
import { graphOf } from "../../lib/layers/mod.ts";
import { seeded } from "../../lib/random/mod.ts";
import { networkModel } from "../../lib/sampling/mod.ts";
import { choraleOfFrames } from "../../lib/score/mod.ts";
import { settings } from "../../lib/settings/mod.ts";
import { bachbot, choraleSystem, tokenHead } from "../../lib/systems/mod.ts";
import { fit } from "../../lib/training/mod.ts";
import { windowsOf } from "../../lib/windows/mod.ts";

await startBackend();

const RANGE = { lowest: 45, highest: 75 };
/** Four voices that go up and down a scale of C major in thirds and sixths, two frames a step. */
const SCALE = [0, 2, 4, 5, 7, 5, 4, 2].flatMap((step) => [step, step]);
const FRAMES = SCALE.map((step) => [64 + step, 60 + step, 55 + step, 48 + step]);
const [piece, other] = tokenPieces([
  choraleOfFrames(FRAMES, "up"),
  choraleOfFrames(FRAMES.toReversed().slice(3), "down"),
]);

function made(overrides = {}) {
  const small = {
    units: 12,
    length: 40,
    shift: 40,
    dropout: 0.1,
    epochs: 40,
    learningRate: 0.02,
    schedule: "constant" as const,
    warmUpSteps: 0,
    batchSize: 2,
  };
  const chosen = { ...settings("corrected", { ...bachbot.defaults, ...small, ...overrides }), range: RANGE };
  const encoding = bachbot.encoding(chosen), heads = bachbot.heads(chosen);
  const model = bachbot.build({ ...chosen, prng: seeded(1) });
  const named = (carryState: boolean) => networkModel(model, { name: bachbot.name, carryState, encoding, heads });
  return { chosen, encoding, heads, model, named };
}

Deno.test("bachbot has three layers of LSTM 256 and an embedding of 32 by default, a graph of the kernel", () => {
  const { model } = made({ units: bachbot.defaults!.units });
  const layer = (inputs: number) => 4 * 256 * (inputs + 256 + 1), { count } = tokenClasses(RANGE);
  assertEquals(model.countParams(), 32 * (count + 1) + layer(32) + 2 * layer(256) + 257 * count);
  assertEquals(graphOf(model, { every: true }).obstacle, undefined);
  model.dispose();
});

Deno.test("bachbot learns, and gives the delimiters next to nothing", async () => {
  const { chosen, encoding, heads, model, named } = made({ units: 24, length: 40, shift: 10, augmentation: {} });
  const { range: _, ...others } = chosen;
  const { epochs } = await fit(model, windowsOf([piece], encoding, others), {
    ...others,
    heads,
    heldOut: windowsOf([other], encoding, others),
    prng: seeded(2),
  });
  const [first, last] = [epochs[0], epochs.at(-1)!].map(({ heldOut }) => heldOut!.total);
  assert(last < 0.6 * first, `${last} against ${first} nats`);
  const { token: { nats } } = (await scoreModel(named(true), [piece])).heads;
  const mean = (wanted: (i: number) => boolean) => {
    const some = nats.filter((_, i) => wanted(i));
    return some.reduce((sum, nat) => sum + nat, 0) / some.length;
  };
  const [delimiters, cells] = [mean((i) => i % 5 === 4), mean((i) => i % 5 < 4)];
  assert(delimiters < 0.5 * cells, `${delimiters} against ${cells} nats`);
  model.dispose();
});

Deno.test("bachbot says the same event by event as in windows, sums what is held and struck, and its sums are 1", () => {
  const { chosen, heads: [head], model, named } = made({ length: 200 });
  const [listener, anew] = [true, false].map((carryState) => named(carryState).listen());
  const { of, untied } = tokenClasses(RANGE);
  for (const token of piece.events.slice(0, 20)) {
    for (const each of [listener, anew]) each.hear(token);
    const said = listener.next("token", {}), [logs, expected] = [said, anew.next("token", {})].map(head.logs);
    assertEquals(logs.length, untied);
    Array.from(logs).forEach((log, i) => assertAlmostEquals(log, expected[i], 1e-4));
    assertAlmostEquals(Array.from(logs).reduce((sum, log) => sum + Math.exp(log), 0), 1, 1e-6);
    const apart = tokenHead(chosen).logs(said);
    const both = [true, false].map((tied) => Math.exp(apart[of({ pitch: 60, tied })])).reduce((a, b) => a + b);
    assertAlmostEquals(Math.exp(logs[of({ pitch: 60, tied: false })]), both, 1e-9);
  }
  for (const each of [listener, anew]) each.dispose();
  model.dispose();
});

Deno.test("bachbot does not hear what is to come", async () => {
  const { model, named } = made({ length: 200 });
  const changed = { ...piece, events: piece.events.with(31, { pitch: 50, tied: false }) };
  for (const carryState of [true, false]) {
    const [one, two] = await Promise.all(
      [piece, changed].map(async (whole) => (await scoreModel(named(carryState), [whole])).heads.token.nats),
    );
    assertEquals(one.subarray(0, 30), two.subarray(0, 30));
    assert(one.subarray(30).some((nat, i) => nat !== two[30 + i]));
  }
  model.dispose();
});

Deno.test("overTokens() finds the cells among the tokens, and says what the others cost", () => {
  const { pieces, cells } = choraleSystem("bachbot");
  const frames = [[64, 60, 55, 48], [64, 62, 55, 47]],
    notation = {
      fermata: [false, true],
      place: [0, 1],
      bar: [16, 16],
      fifths: [0, 0],
    };
  const chorales = [choraleOfFrames(frames, "plain"), { ...choraleOfFrames(frames, "written"), notation }];
  const tokens = pieces(chorales, RANGE).map(({ events }) => events.length - 1);
  assertEquals(tokens, [10, 12]);
  const nats = Float64Array.from({ length: 22 }, (_, i) => i), hit = nats.map((i) => i % 2);
  const found = cells({ heads: { token: { nats, hit } } }, chorales);
  assertEquals(Array.from(found.nats), [0, 1, 2, 3, 5, 6, 7, 8, 10, 11, 12, 13, 16, 17, 18, 19]);
  assertEquals(Array.from(found.hit), Array.from(found.nats, (i) => i % 2));
  assertEquals(found.others, { delimiters: (4 + 9 + 14 + 20) / 16, fermatas: 15 / 16, ends: 21 / 16 });
  assertThrows(
    () => cells({ heads: { token: { nats, hit } } }, chorales.slice(1)),
    RangeError,
    "Cannot find the cells: 22 tokens were scored, the chorales have 12",
  );
});
