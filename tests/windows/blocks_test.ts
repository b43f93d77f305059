import { assert, assertEquals, assertNotEquals, assertThrows } from "@std/assert";
import { type EventPiece, type NoteEvent, paperEncoding } from "../../lib/encodings/mod.ts";
import { seeded } from "../../lib/random/mod.ts";
import { type Batch, type Examples, windowsByBlocks, windowsOf } from "../../lib/windows/mod.ts";

const encoding = paperEncoding();

/** Twenty pieces of 3 to 41 notes, each note with a duration of its own. */
const pieces: EventPiece<NoteEvent>[] = Array.from({ length: 20 }, (_, i) => ({
  piece: `${i}`,
  events: Array.from(
    { length: 3 + 2 * i },
    (_, k) => ({ pitch: 40 + (i + k) % 40, step: k / 8, duration: i + k / 64 }),
  ),
}));

const named = pieces.map(({ piece, events }) => ({ piece, events: events.length }));

function inBlocks(options: { block?: number; partial?: boolean; acrossPieces?: boolean } = {}): Examples {
  const read = (from: number, to: number) => pieces.slice(from, to);
  return windowsByBlocks(named, encoding, { length: 5, shift: 2, block: 50, read, content: 7, ...options });
}

const columns = (batches: Batch[], name: string) => batches.flatMap(({ inputs }) => [...inputs[name]]);

Deno.test("windowsByBlocks() gives the batches of windowsOf(), to the bit", () => {
  for (const partial of [false, true]) {
    const whole = windowsOf(pieces, encoding, { length: 5, shift: 2, partial }), blocks = inBlocks({ partial });
    assertEquals([blocks.size, blocks.events, blocks.skipped], [whole.size, whole.events, [...whole.skipped]]);
    for (const supervision of ["last", "every"] as const) {
      for (const dropRemainder of [false, true]) {
        const options = { size: 7, supervision, dropRemainder };
        assertEquals([...blocks.batches(options)], [...whole.batches(options)]);
      }
    }
  }
});

Deno.test("windowsByBlocks() shuffles: each window once, in an order that the seed decides", () => {
  const blocks = inBlocks(), batches = (seed: number) => [...blocks.batches({ size: 7, prng: seeded(seed) })];
  const once = batches(1);
  assertEquals(once.map(({ size }) => size).slice(0, -1), Array(once.length - 1).fill(7));
  assertEquals(once.reduce((sum, { size }) => sum + size, 0), blocks.size);
  assertEquals(batches(1), once);
  assertNotEquals(batches(2), once);
  const durations = (some: Batch[]) => some.flatMap(({ targets }) => [...targets.duration]).sort((a, b) => a - b);
  assertEquals(durations(once), durations([...blocks.batches({ size: 7 })]));
  assertNotEquals(columns(once, "notes"), columns([...blocks.batches({ size: 7 })], "notes"));
});

Deno.test("windowsByBlocks() draws once from the generator that it is given", () => {
  const [a, b] = [seeded(3), seeded(3)];
  for (const _ of inBlocks().batches({ size: 7, prng: a }));
  b();
  assertEquals(a.getState(), b.getState());
});

Deno.test("windowsByBlocks() holds one block, and no window runs over its end", () => {
  let most = 0;
  const examples = windowsByBlocks(named, encoding, {
    length: 5,
    acrossPieces: true,
    block: 50,
    content: 7,
    read(from, to) {
      most = Math.max(most, named.slice(from, to).reduce((sum, { events }) => sum + events, 0));
      return pieces.slice(from, to);
    },
  });
  assertEquals([...examples.batches({ size: 4 })].reduce((sum, { size }) => sum + size, 0), examples.size);
  assert(most <= 50);
  assert(examples.size < windowsOf(pieces, encoding, { length: 5, acrossPieces: true }).size);
});

Deno.test("windowsByBlocks() refuses pieces without a window", () => {
  assertThrows(
    () => windowsByBlocks([{ piece: "a", events: 3 }], encoding, { length: 5, content: 0, read: () => [] }),
    RangeError,
    "6 events",
  );
});
