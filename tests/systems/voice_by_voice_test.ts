import { assert, assertAlmostEquals, assertEquals, assertNotEquals, assertThrows } from "@std/assert";
import { openCorpus } from "../../lib/corpus/mod.ts";
import { type EventPiece, notePieces } from "../../lib/encodings/mod.ts";
import { scoreModel } from "../../lib/evaluation/mod.ts";
import { startBackend } from "../../lib/kernels/mod.ts";
import { graphOf } from "../../lib/layers/mod.ts";
import { corpusTable } from "../../lib/notes/mod.ts";
import { seeded } from "../../lib/random/mod.ts";
import { generate, networkModel } from "../../lib/sampling/mod.ts";
import { settings } from "../../lib/settings/mod.ts";
import { mixedModel, noteSystem, voiceAlone, voiceGiven, voicePast } from "../../lib/systems/mod.ts";
import { fit } from "../../lib/training/mod.ts";
import { windowsOf } from "../../lib/windows/mod.ts";

await startBackend();

const { pieces } = await openCorpus("sample", { only: ["bwv269-chorale.krn", "bwv775-invention.krn"] });
const [chorale, invention] = notePieces(corpusTable(pieces));

function made(system: typeof voicePast, overrides = {}) {
  const small = { units: 12, length: 16, shift: 16, epochs: 6, warmUpSteps: 5, averageDecay: 0.8, ...overrides };
  const chosen = settings("corrected", { ...system.defaults, ...small });
  const encoding = system.encoding(chosen), heads = system.heads(chosen);
  const model = system.build({ ...chosen, prng: seeded(1) });
  const named = (carryState: boolean) => networkModel(model, { name: system.name, carryState, encoding, heads });
  return { chosen, encoding, heads, model, named };
}

for (const system of [voiceAlone, voicePast, voiceGiven]) {
  Deno.test(`${system.name} is in the registry, a graph of the kernel, and learns the sample's voices`, async () => {
    assertEquals(noteSystem(system.name), system);
    const { chosen, encoding, heads, model } = made(system);
    assertEquals(graphOf(model, { every: true }).obstacle, undefined);
    const learned = windowsOf([invention], encoding, chosen), heldOut = windowsOf([chorale], encoding, chosen);
    // Two voices and four.
    assertEquals([learned.events, heldOut.events], [invention.events.length, chorale.events.length]);
    const { epochs } = await fit(model, learned, { ...chosen, heads, heldOut, prng: seeded(2) });
    const [first, last] = [epochs[0], epochs.at(-1)!].map(({ heldOut }) => heldOut!.total);
    assert(last < 0.9 * first, `${last} against ${first} nats`);
    model.dispose();
  });
}

Deno.test("voice systems are scored voice by voice, and the voices of a piece count as that piece", async () => {
  const { model, named } = made(voicePast, { length: 200 });
  const { pieces, piece, heads: { pitch } } = await scoreModel(named(true), [chorale, invention]);
  assertEquals(pieces, [chorale.piece, invention.piece]);
  // All notes but the first of each voice.
  assertEquals(pitch.nats.length, chorale.events.length - 4 + invention.events.length - 2);
  assertEquals(piece.filter((index) => index === 1).length, invention.events.length - 2);
  model.dispose();
});

Deno.test("voice systems say the same event by event as in windows, and probabilities that sum to 1", () => {
  const { encoding, heads, model, named } = made(voiceGiven, { length: 24 });
  const [{ events }] = encoding.pieces!([chorale]), beginning = events.slice(0, 20);
  const [listener, anew] = [true, false].map((carryState) => named(carryState).listen());
  for (const [i, note] of beginning.slice(1).entries()) {
    for (const each of [listener, anew]) each.hear(beginning[i]);
    for (const { name, logs } of heads) {
      const [said, expected]: number[][] = [listener, anew].map((each) =>
        Array.from(logs(each.next(name, encoding.say(note))))
      );
      said.forEach((log, c) => assertAlmostEquals(log, expected[c], 1e-4, name));
      assertAlmostEquals(said.reduce((sum, log) => sum + Math.exp(log), 0), 1, 1e-6);
    }
  }
  for (const each of [listener, anew]) each.dispose();
  model.dispose();
});

Deno.test("voicePast and voiceGiven hear the other voices, voiceAlone does not", async () => {
  const alto = ({ piece, events }: EventPiece<typeof chorale.events[number]>) => ({
    piece,
    events: events.map((note) => note.part === 1 ? { ...note, pitch: note.pitch + 1 } : note),
  });
  for (const system of [voiceAlone, voicePast, voiceGiven]) {
    const { model, named } = made(system, { voice: "bass" });
    const [one, other] = await Promise.all(
      [chorale, alto(chorale)].map(async (piece) => (await scoreModel(named(true), [piece])).heads.pitch.nats),
    );
    if (system === voiceAlone) assertEquals(one, other);
    else assertNotEquals(one, other);
    model.dispose();
  }
});

Deno.test("generate() goes on with the highest voice of a voice system, and mixtures refuse it", async () => {
  const { encoding, heads, model, named } = made(voiceAlone, { length: 8 });
  const way = { count: 5, temperature: 1, carryState: true };
  const after = async (changed?: number) => {
    const notes = chorale.events.map((note) => note.part === changed ? { ...note, pitch: note.pitch - 2 } : note);
    const table = await generate(model, notes, { ...way, encoding, heads, prng: seeded(3) });
    return table.select("pitch", "step", "duration").toRecords();
  };
  const [SOPRANO, ALTO] = [0, 1], notes = await after();
  assertEquals(notes.length, 5);
  assertEquals(await after(ALTO), notes);
  assertNotEquals(await after(SOPRANO), notes);
  const models = [named(true), named(true)];
  assertThrows(() => mixedModel(models, { name: "both", of: "logs" }), TypeError, "takes pieces in its own way");
  model.dispose();
});
