import { assert, assertAlmostEquals, assertEquals, assertNotEquals, assertThrows } from "@std/assert";
import { byteOf, ChoraleIndex, isInterval } from "../../../lib/encodings/chorales/packed_frames.ts";
import { PassagesAlike } from "../../../lib/encodings/chorales/passages_alike.ts";
import { FORGIVING, passagesHeard, QUOTING, RECURRING } from "../../../lib/encodings/chorales/passages_heard.ts";
import {
  encodeWhole,
  type EventPiece,
  frameEncoding,
  type FrameEvent,
  FramePast,
  framePieces,
} from "../../../lib/encodings/mod.ts";
import { seeded } from "../../../lib/random/mod.ts";
import { CHORALE_VOICES, choraleOfFrames, type Frame, REST } from "../../../lib/score/mod.ts";

const RANGE = { lowest: 36, highest: 81 };
const READERS = {
  past: { voting: RECURRING, at: "own past" },
  passages: { voting: FORGIVING, at: "training" },
  quotations: { voting: QUOTING, at: "training" },
} as const;
type Reader = keyof typeof READERS;

/** Chorales that a seed draws of a few intervals, so that passages come again; a rest here and there. */
function someChorales(count: number, seed: number, length = 70): EventPiece<FrameEvent>[] {
  const prng = seeded(seed);
  return framePieces(Array.from({ length: count }, (_, k) => {
    const notes = [67, 62, 57, 48], frames: Frame[] = [];
    for (let t = 0; t < length; t++) {
      for (const [v, note] of notes.entries()) {
        if (prng() < (t % 4 === 0 ? 0.7 : 0.1)) {
          notes[v] = Math.min(Math.max(note + [-2, -1, 1, 2][Math.floor(4 * prng())], 42), 76);
        }
      }
      frames.push(notes.map((note, v) => v === 3 && t % 23 === 22 ? REST : note));
    }
    return choraleOfFrames(frames, `chorale ${k}`);
  }));
}

const moved = (events: readonly FrameEvent[], up: number) =>
  events.map(({ pitches }) => ({ pitches: pitches.map((pitch) => pitch < 0 ? pitch : pitch + up) }));
const encodingOf = (name: Reader, lessons: EventPiece<FrameEvent>[]) =>
  frameEncoding([passagesHeard({ name, range: RANGE, lessons, ...READERS[name] })], RANGE);

for (const name of ["passages", "quotations"] as const) {
  Deno.test(`passagesHeard() as "${name}" knows what voices did next in another chorale, in another key`, () => {
    const lessons = someChorales(3, 1), encoding = encodingOf(name, lessons);
    const events = moved(lessons[1].events, 3), listener = encoding.listen("another");
    let [right, all] = [0, 0];
    events.forEach((event, t) => {
      const said = encoding.say(event);
      // After two bars no other chorale is so much alike.
      if (t > 32) {
        const known = listener.know!(said);
        for (const voice of CHORALE_VOICES) {
          const logs = Array.from(known[`${name}${voice[0].toUpperCase()}${voice.slice(1)}2`] as Float32Array);
          right += Number(logs.indexOf(Math.max(...logs)) === said[voice]);
          all++;
        }
      }
      listener.hear(event);
    });
    assert(right > 0.97 * all, `${right} of ${all}`);
  });

  Deno.test(`passagesHeard() as "${name}" hears a chorale that is learned from as if it were not`, () => {
    const lessons = someChorales(4, 2);
    const hear = (of: EventPiece<FrameEvent>[], piece?: string) =>
      encodeWhole(encodingOf(name, of), [lessons[2].events], piece === undefined ? [] : [piece]).known;
    const others = hear(lessons.filter((_, i) => i !== 2));
    assertEquals(hear(lessons, "chorale 2"), others);
    assertEquals(hear([...lessons, lessons[2]], "chorale 2"), others);
    assertNotEquals(hear(lessons), others);
  });

  Deno.test(`passagesHeard() as "${name}" says that it needs pieces to look back at`, () => {
    const feature = passagesHeard({ name, range: RANGE, ...READERS[name] });
    assertThrows(() => feature.listen(), TypeError, `as the feature "${name}" does: there are none`);
  });
}

Deno.test("passagesHeard() of its own past knows what came after the same frames before", () => {
  const [{ events }] = someChorales(1, 3, 64), twice = [...events, ...moved(events.slice(1), -2)];
  const encoding = encodingOf("past", []), listener = encoding.listen();
  for (const event of twice.slice(0, 100)) listener.hear(event);
  const said = encoding.say(twice[100]), { pastAlto2, pastAltoBest } = listener.know!({ soprano: said.soprano });
  const logs = Array.from(pastAlto2 as Float32Array);
  assertEquals(logs.indexOf(Math.max(...logs)), said.alto);
  assert((pastAltoBest as Float32Array)[0] > 1);
});

for (const name of Object.keys(READERS) as Reader[]) {
  Deno.test(`passagesHeard() as "${name}" depends on nothing that comes later`, () => {
    const encoding = encodingOf(name, someChorales(4, 2));
    const [[{ events }], [{ events: others }]] = [someChorales(1, 5), someChorales(1, 6)];
    const [one, other] = [events, [...events.slice(0, 40), ...others.slice(40)]].map((piece) =>
      encodeWhole(encoding, [piece]).known
    );
    for (const { name, width = 1, after = [] } of encoding.knows!) {
      const rows = after.length > 0 ? 40 : 41;
      assertEquals(one[name].slice(0, rows * width), other[name].slice(0, rows * width), name);
      assertNotEquals(one[name], other[name], name);
    }
  });

  Deno.test(`passagesHeard() as "${name}" moves with music that is transposed`, () => {
    const encoding = encodingOf(name, someChorales(4, 2)), up = 3;
    const [{ events }] = someChorales(1, 7);
    const [here, there] = [events, moved(events, up)].map((piece) => encodeWhole(encoding, [piece]).known);
    for (const { name, transposing } of encoding.knows!) {
      transposing?.move(here[name], up);
      for (let i = 0; i < here[name].length; i++) assertAlmostEquals(here[name][i], there[name][i], 1e-6, name);
    }
  });

  Deno.test(`passagesHeard() as "${name}" goes on by itself after a fork`, () => {
    const encoding = encodingOf(name, someChorales(4, 2));
    const [{ events }] = someChorales(1, 8), [{ events: others }] = someChorales(1, 9);
    const listener = encoding.listen(), straight = encoding.listen();
    for (const event of events.slice(0, 30)) for (const each of [listener, straight]) each.hear(event);
    const fork = listener.fork();
    for (const event of others) listener.hear(event);
    for (const event of events.slice(30)) {
      assertEquals(fork.know!(encoding.say(event)), straight.know!(encoding.say(event)));
      for (const each of [fork, straight]) each.hear(event);
    }
  });
}

Deno.test("PassagesAlike counts for each voice what two passages have in common, four voices at once", () => {
  const [lesson] = someChorales(1, 10), [{ events }] = someChorales(1, 11);
  const frames = (of: readonly FrameEvent[]) => of.slice(1).map(({ pitches }) => pitches);
  const theirs = frames(lesson.events), ours = frames(events);
  for (const voting of [FORGIVING, QUOTING]) {
    const passages = new PassagesAlike(voting, new ChoraleIndex([lesson])), past = new FramePast();
    ours.forEach((pitches) => {
      past.hear({ pitches });
      passages.hear(past);
    });
    // One voice after the other, along the passages that end at the same place in the beat.
    const last = ours.length - 1, expected: number[][] = [];
    for (let end = last % 4; end < theirs.length - 1; end += 4) {
      expected.push(CHORALE_VOICES.map((_, v) => {
        let common = 0;
        for (let t = Math.max(0, last - end), j = t - last + end; t <= last; t++, j++) {
          const [a, b] = [[ours, t], [theirs, j]].map(([of, at]) => did(of as Frame[], at as number, v));
          const gain = a === "begins" ? 4 : voting.same[a === 0 ? 0 : 1];
          common = a === b ? common - (common >> 4) + gain : voting.forgives ? common - (common >> 2) : 0;
        }
        return common;
      }));
    }
    // Those at the end of a piece have nothing to tell.
    const { count, alike, next } = passages.find();
    const counted = Array.from({ length: count }, (_, i) => i).filter((i) => isInterval(byteOf(next[i], 0)))
      .map((i) => CHORALE_VOICES.map((_, v) => byteOf(alike[i], v)));
    const isInCommon = (row: number[]) => row.some((common) => common > 0);
    assertEquals(inOrder(counted.filter(isInCommon)), inOrder(expected.filter(isInCommon)));
  }
});

function inOrder(rows: readonly number[][]): string[] {
  return rows.map((row) => row.join()).sort();
}

/** What a voice does in a frame. */
function did(frames: readonly Frame[], at: number, voice: number): number | string {
  if (at === 0) return "begins";
  const before = frames[at - 1][voice], now = frames[at][voice];
  if (before === now) return 0;
  return before === REST ? "enters" : now === REST ? "falls silent" : now - before;
}
