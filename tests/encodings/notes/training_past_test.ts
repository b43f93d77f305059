import { assert, assertAlmostEquals, assertEquals, assertNotEquals, assertThrows } from "@std/assert";
import {
  encodeWhole,
  featureEncoding,
  type NoteEvent,
  type PassageKind,
  trainingPast,
} from "../../../lib/encodings/mod.ts";
import { NotePast } from "../../../lib/encodings/notes/note_past.ts";
import { PassageIndex, RelativeNotes } from "../../../lib/encodings/notes/passage_index.ts";
import { durationClasses, stepClasses } from "../../../lib/notes/mod.ts";
import { seeded } from "../../../lib/random/mod.ts";

const KINDS: PassageKind[] = ["melody", "rhythm"];

/** A tune without a note that comes twice, and whose steps tell where it is. */
const TUNE: NoteEvent[] = [60, 62, 65, 64, 69, 67, 72, 70, 71, 66, 63, 61].map((pitch, i) => ({
  pitch,
  step: i === 0 ? 0 : [0.5, 0.25, 0.25, 1, 0.125][i % 5],
  duration: [0.5, 0.25, 0.125][i % 3],
}));
const moved = (notes: readonly NoteEvent[], up: number, factor = 1) =>
  notes.map(({ pitch, step, duration }) => ({ pitch: pitch + up, step: step * factor, duration: duration * factor }));

/** Notes that a seed draws of a few intervals and times, so that passages come again. */
function somePieces(count: number, seed: number) {
  const prng = seeded(seed);
  return Array.from({ length: count }, (_, k) => {
    let pitch = 60;
    return {
      piece: `piece ${k}`,
      events: Array.from({ length: 60 }, (_, i): NoteEvent => {
        pitch = Math.min(Math.max(pitch + [-2, -1, 1, 2][Math.floor(4 * prng())], 40), 80);
        return { pitch, step: i === 0 ? 0 : [0, 0.25, 0.5][Math.floor(3 * prng())], duration: [0.25, 0.5][i % 2] };
      }),
    };
  });
}

function likeliest(logs: unknown): number {
  const numbers = Array.from(logs as ArrayLike<number>);
  return numbers.indexOf(Math.max(...numbers));
}

for (const by of KINDS) {
  const name = by === "melody" ? "trainingMelody" : "trainingRhythm";

  Deno.test(`trainingPast() by ${by} knows what followed in another piece, in another key and at another tempo`, () => {
    const encoding = featureEncoding([trainingPast({ by, pieces: [{ piece: "tune", events: TUNE }] })]);
    const heard = moved(TUNE, 5, 1.21), listener = encoding.listen("another");
    for (const note of heard.slice(0, 7)) listener.hear(note);
    const { step, pitch } = encoding.say(heard[7]);
    const known = listener.know!({ step, pitch });
    assertEquals(likeliest(known[`${name}Pitch2`]), heard[7].pitch);
    assertAlmostEquals(likeliest(known[`${name}Step2`]), stepClasses.of(heard[7].step), 1);
    assertAlmostEquals(likeliest(known[`${name}Duration2`]), durationClasses.of(heard[7].duration), 1);
    assert((known[`${name}BestPitch`] as number[])[0] > 0.3);
  });

  Deno.test(`trainingPast() by ${by} hears a piece that is learned from as if it were not`, () => {
    const pieces = somePieces(4, 1);
    const hear = (of: typeof pieces, piece?: string) =>
      encodeWhole(featureEncoding([trainingPast({ by, pieces: of })]), [pieces[2].events], piece ? [piece] : []).known;
    const others = hear(pieces.filter(({ piece }) => piece !== "piece 2"));
    assertEquals(hear(pieces, "piece 2"), others);
    assertEquals(hear([...pieces, pieces[2]], "piece 2"), others);
    assertNotEquals(hear(pieces), others);
  });

  Deno.test(`trainingPast() by ${by} depends on nothing that comes later`, () => {
    const encoding = featureEncoding([trainingPast({ by, pieces: somePieces(4, 2) })]);
    const [[{ events }], [{ events: others }]] = [somePieces(1, 3), somePieces(1, 4)];
    const [one, other] = [events, [...events.slice(0, 30), ...others.slice(30)]].map((piece) =>
      encodeWhole(encoding, [piece]).known
    );
    for (const { name, width = 1, after = [] } of encoding.knows!) {
      // What is known of note 30 itself may depend on what is drawn of it.
      const rows = after.length > 0 ? 30 : 31;
      assertEquals(one[name].slice(0, rows * width), other[name].slice(0, rows * width), name);
      assertNotEquals(one[name], other[name], name);
    }
  });

  Deno.test(`trainingPast() by ${by} moves with music that is transposed`, () => {
    const encoding = featureEncoding([trainingPast({ by, pieces: somePieces(4, 2) })]), up = 3;
    const [{ events }] = somePieces(1, 5);
    const [here, there] = [events, moved(events, up)].map((piece) => encodeWhole(encoding, [piece]).known);
    for (const { name, transposing } of encoding.knows!) {
      transposing?.move(here[name], up);
      for (let i = 0; i < here[name].length; i++) assertAlmostEquals(here[name][i], there[name][i], 1e-6, name);
    }
  });

  Deno.test(`PassageIndex by ${by} finds the passages that are the same longest, as a look at all of them does`, () => {
    const pieces = somePieces(5, 6), index = new PassageIndex(pieces, by), { notes } = index;
    const past = new NotePast(), heard = new RelativeNotes(by);
    const found = { count: 0, notes: new Int32Array(8) };
    const sameUpTo = (note: number) => {
      let same = 0;
      while (same < 32 && note >= same && heard.tokens[heard.length - 1 - same] === notes.tokens[note - same]) {
        if (notes.tokens[note - same++] < 0) break;
      }
      return same;
    };
    for (const note of somePieces(1, 7)[0].events) {
      past.hear(note);
      heard.add(past);
      index.find(heard, found, "piece 3");
      const all = Array.from({ length: notes.length }, (_, i) => i)
        .filter((i) => i % 60 !== 59 && Math.floor(i / 60) !== 3).map(sameUpTo).filter((same) => same > 0);
      assertEquals(
        Array.from(found.notes.subarray(0, found.count), sameUpTo),
        all.sort((a, b) => b - a).slice(0, 8),
      );
    }
  });

  Deno.test(`trainingPast() by ${by} forks`, () => {
    const encoding = featureEncoding([trainingPast({ by, pieces: somePieces(4, 2) })]);
    const [{ events }] = somePieces(1, 8), listener = encoding.listen(), straight = encoding.listen();
    for (const note of events.slice(0, 20)) for (const each of [listener, straight]) each.hear(note);
    const before = listener.know!({}), fork = listener.fork();
    assertEquals(fork.know!({}), before);
    fork.hear({ pitch: 70, step: 2, duration: 2 });
    assertNotEquals(fork.know!({}), before);
    for (const note of events.slice(20)) for (const each of [listener, straight]) each.hear(note);
    assertEquals(listener.know!({ step: 3 }), straight.know!({ step: 3 }));
  });

  Deno.test(`trainingPast() by ${by} says in its settings which pieces it looks back at`, () => {
    const settingsOf = (pieces: ReturnType<typeof somePieces>) => JSON.stringify(trainingPast({ by, pieces }).settings);
    const pieces = somePieces(3, 1);
    assertEquals(settingsOf(pieces), settingsOf(somePieces(3, 1)));
    const [first, ...rest] = pieces;
    for (
      const others of [
        rest,
        [{ ...first, piece: "renamed" }, ...rest],
        [{ ...first, events: moved(first.events, 1) }, ...rest],
      ]
    ) assertNotEquals(settingsOf(pieces), settingsOf(others));
  });

  Deno.test(`trainingPast() by ${by} names its columns without pieces, and listens only with them`, () => {
    const encoding = featureEncoding([trainingPast({ by })]);
    assert(encoding.knows!.some((column) => column.name === `${name}Pitch1`));
    assertThrows(() => encoding.listen(), TypeError, "there are none; give them to the system's encoding");
  });
}
