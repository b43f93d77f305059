import { assert, assertAlmostEquals, assertEquals, assertThrows } from "@std/assert";
import { findNearDoubles, nearDoubleGroups, type Piece, splitByPiece } from "../../lib/corpus/mod.ts";
import { sharedTest } from "../shared.ts";
import { heldOutBach } from "./held_out.ts";
import { madeUpPiece, melody } from "./made_up.ts";

const up = (pitches: readonly number[], by: number) => pitches.map((pitch) => pitch + by);

Deno.test("findNearDoubles() counts the different passages that two pieces share, in any key", () => {
  const [theme, other, more] = [melody(1, 30), melody(2, 40), melody(3, 9)];
  // 29 intervals make 10 passages of 20; 39 more notes and the 30 of the theme make 49; 9 more make 19.
  const found = findNearDoubles([
    madeUpPiece("c theme.mid", theme),
    madeUpPiece("a variations.mid", [...other, ...up(theme, 5)]),
    madeUpPiece("b again.mid", [...theme, ...more]),
    madeUpPiece("stranger.mid", melody(4, 60)),
  ]);
  assertEquals(found, [
    { path: "c theme.mid", inside: "a variations.mid", share: 1, shared: 10, passages: 10 },
    { path: "c theme.mid", inside: "b again.mid", share: 1, shared: 10, passages: 10 },
    { path: "b again.mid", inside: "a variations.mid", share: 10 / 19, shared: 10, passages: 19 },
    { path: "b again.mid", inside: "c theme.mid", share: 10 / 19, shared: 10, passages: 19 },
    { path: "a variations.mid", inside: "b again.mid", share: 0.2, shared: 10, passages: 50 },
    { path: "a variations.mid", inside: "c theme.mid", share: 0.2, shared: 10, passages: 50 },
  ]);
});

Deno.test("findNearDoubles() counts a repeated passage once, and takes length and least share as told", () => {
  const pedal = madeUpPiece("pedal.mid", Array(30).fill(36));
  const mixed = madeUpPiece("mixed.mid", [...melody(5, 6), ...Array(9).fill(50)]);
  assertEquals(findNearDoubles([pedal, mixed]), []);
  // By 8 intervals the pedal has one passage, the other piece 7, of which the last is that one.
  const found = findNearDoubles([pedal, mixed], { intervals: 8 });
  assertEquals(found.map(({ path, share, passages }) => [path, share, passages]), [
    ["pedal.mid", 1, 1],
    ["mixed.mid", 1 / 7, 7],
  ]);
  assertEquals(findNearDoubles([pedal, mixed], { intervals: 8, share: 0.2 }).length, 1);
});

Deno.test("findNearDoubles() flattens as told, and leaves drums out", () => {
  const theme = melody(6, 30);
  const single = madeUpPiece("single.mid", theme);
  const duet = madeUpPiece("duet.mid", theme);
  duet.score.parts.push({ ...duet.score.parts[0], notes: madeUpPiece("", melody(7, 30)).score.parts[0].notes });
  assertEquals(findNearDoubles([single, duet]), []);
  assertEquals(findNearDoubles([single, duet], { flattening: "first" }).map(({ share }) => share), [1, 1]);
  duet.score.parts[1].drum = true;
  assertEquals(findNearDoubles([single, duet]).map(({ share }) => share), [1, 1]);
});

Deno.test("findNearDoubles() agrees with a comparison of every passage with every passage", () => {
  const motifs = Array.from({ length: 4 }, (_, i) => melody(i + 50, 7 + i));
  const all = Array.from(
    { length: 25 },
    (_, i) => madeUpPiece(`${i}.mid`, melody(i + 500, 9).flatMap((pitch) => up(motifs[pitch % 4], i % 5))),
  );
  for (const intervals of [1, 2, 3, 5, 7, 8, 13, 20]) {
    const passages = all.map((piece) => {
      const pitches = piece.score.parts[0].notes.map(({ pitch }) => pitch);
      const steps = pitches.slice(1).map((pitch, i) => pitch - pitches[i]);
      return new Set(steps.slice(intervals - 1).map((_, i) => steps.slice(i, i + intervals).join(" ")));
    });
    const expected = new Map<string, number>();
    for (const [a, mine] of passages.entries()) {
      for (const [b, theirs] of passages.entries()) {
        const shared = mine.intersection(theirs).size;
        if (a !== b && shared / mine.size >= 0.05) expected.set(`${a}.mid in ${b}.mid`, shared);
      }
    }
    const found = findNearDoubles(all, { intervals });
    assertEquals(new Map(found.map(({ path, inside, shared }) => [`${path} in ${inside}`, shared])), expected);
    assert(found.length > 30);
  }
});

Deno.test("findNearDoubles() of no pieces, of silence, and of pieces shorter than a passage finds nothing", () => {
  assertEquals(findNearDoubles([]), []);
  const short = [madeUpPiece("a.mid", []), madeUpPiece("b.mid", [60]), madeUpPiece("c.mid", melody(1, 20))];
  assertEquals(findNearDoubles([...short, madeUpPiece("d.mid", melody(1, 20))]), []);
});

Deno.test("nearDoubleGroups() joins pieces over others, for a split that keeps them on one side", () => {
  const [first, second, third] = [melody(11, 60), melody(12, 60), melody(13, 60)];
  const strangers = Array.from({ length: 60 }, (_, i) => madeUpPiece(`piece${i}.mid`, melody(i + 100)));
  const related = [
    madeUpPiece("x/b.mid", [...first, ...second]),
    madeUpPiece("x/a.mid", [...second, ...third]),
    madeUpPiece("x/c.mid", [...third, ...melody(14, 60)]),
  ];
  const pieces: Piece[] = [...strangers, ...related];
  const together = nearDoubleGroups(pieces);
  assertEquals(together, [["x/a.mid", "x/b.mid", "x/c.mid"]]);
  assertEquals(nearDoubleGroups(pieces, { share: 0.6 }), []);
  const { train, valid, test } = splitByPiece(pieces, { together });
  const sides = [train, valid, test].map((side) => side.filter(({ path }) => path.startsWith("x/")).length);
  assertEquals(sides.toSorted(), [0, 0, 3]);
});

Deno.test("findNearDoubles() refuses senseless options", () => {
  assertThrows(() => findNearDoubles([], { intervals: 0 }), RangeError, "current value is 0");
  assertThrows(
    () => findNearDoubles([], { share: 0 }),
    RangeError,
    "share must be a number above 0 and at most 1, current value is 0",
  );
  assertThrows(() => findNearDoubles([], { share: NaN }), RangeError, "current value is NaN");
  assertThrows(() => findNearDoubles([], { flattening: "both" as "first" }), TypeError, 'current value is "both"');
});

sharedTest("findNearDoubles() finds the pairs of the 204 that were counted before, passage for passage", async () => {
  const { pieces, reference: { near_duplicates } } = await heldOutBach();
  for (const [key, flattening] of [["P", "first"], ["F", "all"]] as const) {
    const { shingle: intervals, pairs } = near_duplicates[key];
    const found = findNearDoubles(pieces, { flattening, intervals });
    const expected = new Map(pairs.map(([, path, , other, , shared, all]) => [`${path} in ${other}`, [shared, all]]));
    assertEquals(
      new Map(found.map(({ path, inside, shared, passages }) => [`${path} in ${inside}`, [shared, passages]])),
      expected,
    );
    found.forEach(({ share }, i) => assertAlmostEquals(share, pairs[i][0], 1e-12));
  }
});

sharedTest("nearDoubleGroups() brings the two toccatas to one side of a stricter split", async () => {
  const { pieces, reference: { split } } = await heldOutBach();
  const together = nearDoubleGroups(pieces);
  assertEquals(together, [["gold/aria.mid", "gold/var30.mid"], ["organ/toccata1.mid", "organ/toccata2.mid"]]);
  const published = nearDoubleGroups(pieces, { flattening: "first" });
  assertEquals(published, [
    ["cantatas/jesu1.mid", "cantatas/jesu2.mid"],
    ["gold/aria.mid", "gold/var30.mid"],
    ["organ/catech11.mid", "organ/catech4.mid", "organ/catechor.mid"],
    ["organ/toccata1.mid", "organ/toccata2.mid"],
  ]);
  for (const groups of [together, published]) {
    const strict = splitByPiece(pieces, { together: groups });
    const paths = (side: readonly Piece[]) => side.map(({ path }) => path).sort();
    assertEquals(paths(strict.test), split.test.filter((path) => path !== "organ/toccata2.mid").sort());
    assertEquals(paths(strict.valid), split.valid.toSorted());
    assert(paths(strict.train).includes("organ/toccata2.mid"));
  }
});

Deno.test("nearDoubleGroups() takes a share left out, or undefined, as a fifth", () => {
  const [first, second] = [melody(21, 60), melody(22, 300)];
  // Of the longer piece's passages a seventh is in the other, and the other way round no more.
  const pieces = [madeUpPiece("a.mid", [...first, ...second]), madeUpPiece("b.mid", [...first, ...melody(23, 300)])];
  assertEquals(nearDoubleGroups(pieces), []);
  assertEquals(nearDoubleGroups(pieces, { share: undefined }), []);
  assertEquals(nearDoubleGroups(pieces, { share: 0.05 }), [["a.mid", "b.mid"]]);
});
