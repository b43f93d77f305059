import { assert, assertAlmostEquals, assertEquals, assertNotEquals, assertThrows } from "@std/assert";
import { FRAME_FEATURES, type FrameEvent, framePieces } from "../../lib/encodings/mod.ts";
import { startBackend } from "../../lib/kernels/mod.ts";
import { graphOf } from "../../lib/layers/mod.ts";
import { seeded } from "../../lib/random/mod.ts";
import { networkModel } from "../../lib/sampling/mod.ts";
import { CHORALE_VOICES, choraleOfFrames, type Frame } from "../../lib/score/mod.ts";
import { settings } from "../../lib/settings/mod.ts";
import { choraleViewpoints, followPiece, type SystemSettings } from "../../lib/systems/mod.ts";
import { fit } from "../../lib/training/mod.ts";
import { windowsOf } from "../../lib/windows/mod.ts";

await startBackend();

const RANGE = { lowest: 40, highest: 76 };

/** Chords that go round, each for two frames, from a key of its own. */
function round(tonic: number, times: number): Frame[] {
  const chords = [[12, 7, 4, -12], [12, 9, 5, -7], [11, 7, 2, -5], [12, 7, 4, -12], [14, 7, 5, -1], [
    12,
    7,
    -1000,
    -12,
  ]];
  return Array.from({ length: times }, () => chords).flat()
    .map((chord) => chord.map((interval) => interval < -100 ? -1 : tonic + interval))
    .flatMap((frame) => [frame, frame]);
}

const pieces = (...tonics: number[]) =>
  framePieces(tonics.map((tonic) => choraleOfFrames(round(tonic, 4), `round on ${tonic}`)));

function chosen(features?: readonly string[]): SystemSettings {
  return {
    ...settings("corrected", {
      ...choraleViewpoints.defaults,
      ...{
        units: 16,
        length: 16,
        shift: 16,
        epochs: 60,
        batchSize: 4,
        warmUpSteps: 5,
        averageDecay: 0.8,
        dropout: 0.2,
        weightDecay: 0.01,
      },
      ...features && { features },
    }),
    range: RANGE,
  };
}

function untrained(features?: readonly string[]) {
  const own = chosen(features), encoding = choraleViewpoints.encoding(own), heads = choraleViewpoints.heads(own);
  const model = choraleViewpoints.build({ ...own, prng: seeded(1) });
  const network = (carryState: boolean) => networkModel(model, { name: "frames", carryState, encoding, heads });
  return { own, encoding, heads, model, network };
}

Deno.test("choraleViewpoints is a graph that the kernel computes as a whole, with any one feature and the voices", () => {
  for (const name of Object.keys(FRAME_FEATURES)) {
    const { model } = untrained(["voices", ...name === "voices" ? [] : [name]]);
    assertEquals(graphOf(model, { every: true }).obstacle, undefined, name);
    assertEquals(model.outputNames, [...CHORALE_VOICES]);
    model.dispose();
  }
});

Deno.test("choraleViewpoints learns a round in keys that it has not heard", async () => {
  const { own, encoding, heads, model } = untrained();
  const { range: _range, ...plain } = own;
  const [lessons, heldOut] = [pieces(56, 60), pieces(58)].map((some) => windowsOf(some, encoding, plain));
  const { epochs } = await fit(model, lessons, { ...plain, heads, heldOut, prng: seeded(2) });
  const [first, last] = [epochs[0], epochs.at(-1)!].map(({ heldOut }) => heldOut!);
  for (const voice of CHORALE_VOICES) assert(last[voice] < first[voice], `${voice}: ${last[voice]}`);
  assert(last.total < 0.6 * first.total, `${last.total} against ${first.total} nats per frame`);
  model.dispose();
});

Deno.test("choraleViewpoints says the same whether it carries its state or reads all anew, and chains its voices", () => {
  const { heads, model, network } = untrained();
  const [listener, anew] = [true, false].map((carryState) => network(carryState).listen());
  const drawn = { soprano: 20, alto: 15, tenor: 12, bass: 3 };
  for (const frame of pieces(56)[0].events.slice(0, 16)) {
    for (const each of [listener, anew]) each.hear(frame);
    for (const { name, logs } of heads) {
      const [said, expected]: number[][] = [listener, anew].map((each) => Array.from(logs(each.next(name, drawn))));
      assertEquals(said.length, RANGE.highest - RANGE.lowest + 2);
      said.forEach((log, c) => assertAlmostEquals(log, expected[c], 1e-4, name));
      assertAlmostEquals(said.reduce((sum, log) => sum + Math.exp(log), 0), 1, 1e-6);
    }
  }
  const says = (voice: string, drawn: Record<string, number>) => Array.from(listener.next(voice, drawn));
  CHORALE_VOICES.forEach((voice, turn) => {
    const above = Object.fromEntries(CHORALE_VOICES.slice(0, turn).map((name) => [name, drawn[name]]));
    // What is not drawn yet changes nothing, what is drawn does.
    assertEquals(says(voice, drawn), says(voice, above), voice);
    for (const name of Object.keys(above)) assertNotEquals(says(voice, { ...above, [name]: 1 }), says(voice, above));
  });
  for (const each of [listener, anew]) each.dispose();
  model.dispose();
});

Deno.test("choraleViewpoints says nothing of a cell by those after it, and what follows a piece says so too", () => {
  const { heads, model, network } = untrained();
  const said = (piece: readonly FrameEvent[]) =>
    [...followPiece(network(true), piece)].map((of) => heads.map(({ name }) => Array.from(of[name])));
  const { events } = pieces(56)[0], at = 20;
  const { pitches: [soprano, alto, tenor, bass] } = events[at];
  const changed = [
    ...events.slice(0, at),
    { pitches: [soprano, alto + 1, tenor, bass] },
    ...pieces(60)[0].events.slice(1),
  ];
  // The answers are those of the frames: the start has none.
  const [one, other] = [said(events), said(changed.slice(0, events.length))];
  assertEquals(one.slice(0, at - 1), other.slice(0, at - 1));
  // Of the changed frame the alto's own answer stays, the tenor's hears of it.
  assertEquals(one[at - 1].slice(0, 2), other[at - 1].slice(0, 2));
  assertNotEquals(one[at - 1][2], other[at - 1][2]);
  const listener = network(true).listen();
  events.slice(0, at).forEach((frame) => listener.hear(frame));
  const fork = listener.fork();
  fork.hear({ pitches: [60, 60, 60, 60] });
  const { soprano: first } = choraleViewpoints.encoding(chosen()).say(events[at]);
  Array.from(listener.next("alto", { soprano: first }))
    .forEach((logit, c) => assertAlmostEquals(logit, one[at - 1][1][c], 1e-4));
  for (const each of [listener, fork]) each.dispose();
  model.dispose();
});

Deno.test("choraleViewpoints refuses features that are unknown, and those that hear nothing", () => {
  const message = "Cannot build the network: it would hear nothing";
  for (const features of [[], ["above"]]) assertThrows(() => untrained(features), RangeError, message);
  assertThrows(() => untrained(["colour"]), RangeError, 'Cannot hear "colour": there is no feature of that name');
});
