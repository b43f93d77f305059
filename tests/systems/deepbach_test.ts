import { assert, assertAlmostEquals, assertEquals, assertNotEquals, assertThrows } from "@std/assert";
import * as tf from "@tensorflow/tfjs";
import { momentPieces } from "../../lib/encodings/mod.ts";
import { scoreConditional } from "../../lib/evaluation/mod.ts";
import { startBackend } from "../../lib/kernels/mod.ts";
import { graphOf } from "../../lib/layers/mod.ts";
import { seeded } from "../../lib/random/mod.ts";
import { conditionalNetwork } from "../../lib/sampling/mod.ts";
import type { Chorale } from "../../lib/score/mod.ts";
import { settings } from "../../lib/settings/mod.ts";
import { deepbach, deepbachHolds, deepbachMasked, FILLING_SYSTEMS, fillingSystem } from "../../lib/systems/mod.ts";
import { fit } from "../../lib/training/mod.ts";
import { windowsOf } from "../../lib/windows/mod.ts";
import { MADE_UP_RANGE, madeUpChorales } from "./chorales.ts";

await startBackend();

function made(system: typeof deepbach, units = 6) {
  const small = { units, length: 24, shift: 24, batchSize: 4, epochs: 12, learningRate: 0.02, dropout: 0.1 };
  const chosen = { ...settings("corrected", { ...system.defaults, ...small }), range: MADE_UP_RANGE };
  const encoding = system.encoding(chosen), heads = system.heads(chosen);
  const model = system.build({ ...chosen, prng: seeded(1) });
  const named = () => conditionalNetwork(model, { name: system.name, encoding, heads });
  return { chosen, encoding, heads, model, named };
}

/** A chorale in which one voice has another pitch in one frame. */
function changed({ frames, struck, ...chorale }: Chorale, t: number, voice: number, pitch: number): Chorale {
  const [frame, strikes] = [frames[t].with(voice, pitch), struck[t].with(voice, true)];
  return { ...chorale, frames: frames.with(t, frame), struck: struck.with(t, strikes) };
}

for (const system of FILLING_SYSTEMS) {
  Deno.test(`${system.name} is in the registry, a graph of the kernel, and learns to fill in`, async () => {
    assertEquals(fillingSystem(system.name), system);
    const { chosen: { range: _, ...chosen }, encoding, heads, model, named } = made(system, 12);
    assertEquals(graphOf(model, { every: true }).obstacle, undefined);
    const [unseen, ...known] = madeUpChorales(9);
    const [learned, heldOut] = [known, [unseen]].map((some) => windowsOf(momentPieces(some), encoding, chosen));
    const { epochs } = await fit(model, learned, { ...chosen, heads, heldOut, prng: seeded(2) });
    const [first, last] = [epochs[0], epochs.at(-1)!].map(({ heldOut }) => heldOut!.total);
    assert(last < 0.6 * first, `${last} against ${first} nats`);
    const filling = named();
    const { heads: scored } = await scoreConditional(filling, [unseen]);
    for (const { nats } of Object.values(scored)) assertEquals(nats.length, unseen.frames.length);
    filling.dispose();
    model.dispose();
  });

  Deno.test(`${system.name} names a cell whatever stands in it, by all others about it`, () => {
    const { model, named } = made(system), filling = named();
    const [chorale] = madeUpChorales(1, 40), at = 80;
    for (const voice of [0, 1, 2, 3]) {
      const say = (chorale: Chorale) => Array.from(filling.given(chorale, voice, at, at + 1)[0]);
      const said = say(chorale);
      const probabilities = Array.from(filling.heads[voice].logs(said), Math.exp);
      assertEquals(probabilities.length, filling.cells.count);
      assertAlmostEquals(probabilities.reduce((a, b) => a + b), 1, 1e-6);
      assertEquals(say(changed(chorale, at, voice, 60)), said);
      for (const t of [at - 9, at - 1, at + 1, at + 9]) {
        assertNotEquals(say(changed(chorale, t, voice, 60)), said, `${t}`);
      }
      const other = (voice + 1) % 4;
      for (const t of [at - 9, at, at + 9]) assertNotEquals(say(changed(chorale, t, other, 60)), said, `${t}`);
    }
    filling.dispose();
    model.dispose();
  });

  Deno.test(`${system.name} hears a transposed chorale as a chorale transposed`, () => {
    const { encoding, chosen: { range: _, ...chosen }, model } = made(system), [chorale] = madeUpChorales(1);
    const up = {
      ...chorale,
      frames: chorale.frames.map((frame) => frame.map((pitch) => pitch < 0 ? pitch : pitch + 2)),
    };
    const turned = { ...up, notation: { ...chorale.notation!, fifths: chorale.frames.map(() => 2) } };
    const options = { ...chosen, partial: true, augmentation: { transpose: [2, 2] } as const };
    const [batch] = windowsOf(momentPieces([chorale]), encoding, options).batches({
      size: 9,
      prng: seeded(1),
      supervision: "every",
    });
    const [wanted] = windowsOf(momentPieces([turned]), encoding, { ...options, augmentation: {} }).batches({
      size: 9,
      prng: seeded(1),
      supervision: "every",
    });
    assertEquals([batch.inputs, batch.targets], [wanted.inputs, wanted.targets]);
    model.dispose();
  });
}

Deno.test("conditionalNetwork() says of a chorale what its tf.LayersModel says, in one block and in several", () => {
  const { model, encoding, named } = made(deepbachHolds), filling = named();
  for (const quarters of [3, 40]) {
    const [chorale] = madeUpChorales(1, quarters), { length } = chorale.frames, listener = encoding.listen();
    const rows = chorale.frames.map((_, t) => listener.hear({ chorale, at: t - 1 }));
    const inputs = model.inputNames.map((name) =>
      tf.tensor2d([rows.map((row) => row[name] as number)], [1, length], "int32")
    );
    const outputs = (model.predict(inputs) as tf.Tensor[]).map((output) => output.dataSync());
    for (const [voice, wanted] of outputs.entries()) {
      const said = filling.given(chorale, voice);
      assertEquals(said.length, length);
      said.forEach((logits, t) =>
        Array.from(logits).forEach((logit, i) => assertAlmostEquals(logit, wanted[t * logits.length + i], 1e-5))
      );
    }
    tf.dispose(inputs);
  }
  filling.dispose();
  model.dispose();
});

Deno.test("deepbach-masked does not hear what is unknown, and hears that it is", () => {
  const { model, encoding, named } = made(deepbachMasked), filling = named(), [chorale] = madeUpChorales(1);
  const unknown = (t: number, voice: number) => voice === 2 || (voice === 1 && t > 9);
  const say = (chorale: Chorale, hidden?: typeof unknown) => filling.given(chorale, 0, 5, 12, hidden);
  const said = say(chorale, unknown);
  assertNotEquals(say(chorale), said);
  for (const [t, voice] of [[4, 2], [8, 2], [30, 2], [12, 1]]) {
    assertEquals(say(changed(chorale, t, voice, 61), unknown), said, `${t}, ${voice}`);
    assertNotEquals(say(changed(chorale, t, voice, 61)), say(chorale), `${t}, ${voice}`);
  }
  assertNotEquals(say(changed(chorale, 8, 1, 61), unknown), said);
  // What lies beyond the piece is known to.
  const first = encoding.listen().hear({ chorale, at: -1, unknown: () => true });
  assertEquals([first["left.alto"], first["present.alto"]], [encoding.cells.count, encoding.cells.count + 1]);
  filling.dispose();
  model.dispose();
});

Deno.test("a note is one cell and its holds where there are holds, and as many cells as frames elsewhere", () => {
  const [chorale] = madeUpChorales(1),
    [raster, holds] = [deepbach, deepbachHolds].map((system) => made(system).encoding);
  const said = (encoding: typeof raster) => [0, 1, 2, 4].map((at) => encoding.say({ chorale, at }).alto);
  const pitch = (t: number) => chorale.frames[t][1] - MADE_UP_RANGE.lowest + 1;
  assertEquals(raster.cells.hold, undefined);
  assertEquals(said(raster), [0, pitch(1), pitch(1), pitch(4)]);
  assertEquals(said(holds), [0, pitch(1), holds.cells.hold!, pitch(4)]);
  assertEquals(holds.cells.count, raster.cells.count + 1);
});

Deno.test("deepbach-holds says what it lacks of a chorale without notation, or with a pitch that it does not know", () => {
  const { model, named } = made(deepbachHolds), filling = named();
  const [{ notation: _, ...chorale }] = madeUpChorales(1);
  assertThrows(() => filling.given(chorale, 0), RangeError, 'Cannot hear "made up 0": fermatas, key and bars');
  assertThrows(() => filling.given(changed(madeUpChorales(1)[0], 0, 0, 99), 0), RangeError, "pitch 99");
  model.dispose();
});
