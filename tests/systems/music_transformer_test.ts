import { assert, assertAlmostEquals, assertEquals } from "@std/assert";
import { openCorpus } from "../../lib/corpus/mod.ts";
import { type Encoding, type EventPiece, notePieces } from "../../lib/encodings/mod.ts";
import { scoreModel } from "../../lib/evaluation/mod.ts";
import { startBackend } from "../../lib/kernels/mod.ts";
import { graphOf } from "../../lib/layers/mod.ts";
import { corpusTable } from "../../lib/notes/mod.ts";
import { seeded } from "../../lib/random/mod.ts";
import { networkModel } from "../../lib/sampling/mod.ts";
import { choraleOfFrames } from "../../lib/score/mod.ts";
import { settings } from "../../lib/settings/mod.ts";
import {
  choraleSystem,
  musicTransformer,
  musicTransformerNotes,
  type NetworkSystem,
  noteSystem,
} from "../../lib/systems/mod.ts";
import { fit } from "../../lib/training/mod.ts";
import { windowsOf } from "../../lib/windows/mod.ts";

await startBackend();

const RANGE = { lowest: 45, highest: 75 };
/** Four voices that go up and down a scale of C major in thirds and sixths, two frames a step. */
const SCALE = [0, 2, 4, 5, 7, 5, 4, 2].flatMap((step) => [step, step]);
const FRAMES = SCALE.map((step) => [64 + step, 60 + step, 55 + step, 48 + step]);
const cells = choraleSystem(musicTransformer.name).pieces([
  choraleOfFrames(FRAMES, "up"),
  choraleOfFrames(FRAMES.toReversed().slice(3), "down"),
], RANGE);
const { pieces } = await openCorpus("sample", { only: ["bwv269-chorale.krn", "bwv775-invention.krn"] });
const notes = notePieces(corpusTable(pieces)).map(({ piece, events }) => ({ piece, events: events.slice(0, 60) }));

interface Case<Event> {
  system: NetworkSystem<Event>;
  pieces: readonly EventPiece<Event>[];
}
const CASES = [
  { system: musicTransformer, pieces: cells },
  { system: musicTransformerNotes, pieces: notes },
] as unknown as readonly Case<unknown>[];

function made({ system }: Case<unknown>, overrides = {}) {
  const small = { units: 16, length: 32, shift: 8, dropout: 0, epochs: 12, learningRate: 0.01, augmentation: {} };
  const own = { ...system.defaults, ...small, warmUpSteps: 5, averageDecay: 0, schedule: "constant", ...overrides };
  const chosen = { ...settings("corrected", own as Parameters<typeof settings>[1]), range: RANGE };
  const encoding: Encoding<unknown> = system.encoding(chosen), heads = system.heads(chosen);
  const model = system.build({ ...chosen, prng: seeded(1) });
  const named = (carryState: boolean) => networkModel(model, { name: system.name, carryState, encoding, heads });
  return { chosen, encoding, heads, model, named };
}

Deno.test("musicTransformer has four layers of 192 over 47 classes by default, and is known by its name", () => {
  const range = { lowest: 36, highest: 81 };
  const chosen = { ...settings("corrected", musicTransformer.defaults), range };
  const model = musicTransformer.build({ ...chosen, prng: seeded(1) }), width = 192;
  const block = 4 * width * (width + 1) + 1024 * width + 2 * 4 * width * width + 5 * width + 4 * width;
  assertEquals(model.countParams(), (48 + 5) * width + 4 * block + 2 * width + 47 * (width + 1));
  assertEquals(noteSystem("music-transformer-notes"), musicTransformerNotes);
  model.dispose();
});

for (const one of CASES) {
  const { system: { name }, pieces: [first, second] } = one;

  Deno.test(`${name} is a graph of the kernel, and learns`, async () => {
    const { chosen: { range: _, ...chosen }, encoding, heads, model } = made(one);
    assertEquals(graphOf(model, { every: true }).obstacle, undefined);
    const heldOut = windowsOf([second], encoding, chosen);
    const { epochs } = await fit(model, windowsOf([first], encoding, chosen), {
      ...chosen,
      heads,
      heldOut,
      prng: seeded(2),
    });
    const [begun, ended] = [epochs[0], epochs.at(-1)!].map(({ train }) => train.total);
    assert(ended < 0.7 * begun, `${ended} against ${begun} nats`);
    model.dispose();
  });

  Deno.test(`${name} says the same event by event as in windows, and probabilities that sum to 1`, () => {
    const { encoding, heads, model, named } = made(one, { length: 60 });
    const [listener, anew] = [true, false].map((carryState) => named(carryState).listen());
    for (const [i, event] of first.events.slice(1, 16).entries()) {
      for (const each of [listener, anew]) each.hear(first.events[i]);
      for (const { name, logs } of heads) {
        const [said, expected]: number[][] = [listener, anew].map((each) =>
          Array.from(logs(each.next(name, encoding.say(event))))
        );
        said.forEach((log, c) => assertAlmostEquals(log, expected[c], 1e-4, name));
        assertAlmostEquals(said.reduce((sum, log) => sum + Math.exp(log), 0), 1, 1e-6);
      }
    }
    for (const each of [listener, anew]) each.dispose();
    model.dispose();
  });

  Deno.test(`${name} hears what has been, and not what is to come`, async () => {
    const { heads, model, named } = made(one, { length: 60 });
    const changed = { ...first, events: [...first.events.slice(0, 31), ...first.events.slice(35)] };
    const [whole, cut] = await Promise.all([first, changed].map((piece) => scoreModel(named(true), [piece])));
    for (const { name } of heads) {
      const [one, two] = [whole, cut].map(({ heads }) => heads[name].nats);
      assertEquals(one.subarray(0, 30), two.subarray(0, 30));
      // The same events come four later, after another past.
      assert(two.subarray(30).some((nat, i) => nat !== one[34 + i]), `${name} hears what has been`);
    }
    model.dispose();
  });
}
