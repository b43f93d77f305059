import { assert, assertEquals, assertStringIncludes, assertThrows } from "@std/assert";
import { CorpusError, findDoubles, type Piece, type Split, splitByPiece } from "../../lib/corpus/mod.ts";
import { fnv1a } from "../../lib/corpus/fnv1a.ts";
import { madeUpPiece, melody } from "./made_up.ts";

const paths = (pieces: readonly Piece[]) => pieces.map(({ path }) => path);
const sizes = ({ train, valid, test, leftOut }: Split) => [train.length, valid.length, test.length, leftOut.length];
const sideOf = (split: Split, path: string) =>
  Object.entries(split).find(([, pieces]) => paths(pieces).includes(path))![0];

/** So many pieces that have nothing in common. */
const pieces = (count: number, name = "piece") =>
  Array.from({ length: count }, (_, i) => madeUpPiece(`${name}${i}.mid`, melody(i + 1)));

Deno.test("fnv1a() gives the published test values", () => {
  // http://www.isthe.com/chongo/tech/comp/fnv/ and the test suite of draft-eastlake-fnv.
  assertEquals([fnv1a(""), fnv1a("a"), fnv1a("foobar")], [0x811c9dc5, 0xe40c292c, 0xbf9cf968]);
  assertEquals(fnv1a("Pre\u0301lude"), fnv1a("Pr\u00e9lude"));
});

Deno.test("splitByPiece() goes by the hash of the path, and keeps the order", () => {
  const all = pieces(200);
  const split = splitByPiece(all);
  const expected = (test: (bin: number) => boolean) => paths(all).filter((path) => test(fnv1a(path) % 10));
  assertEquals(paths(split.test), expected((bin) => bin === 0));
  assertEquals(paths(split.valid), expected((bin) => bin === 1));
  assertEquals(paths(split.train), expected((bin) => bin > 1));
  assertEquals(split.leftOut, []);
  const fewer = splitByPiece(all.filter((_, i) => i % 2 === 0));
  for (const path of paths(fewer.test)) assertEquals(sideOf(split, path), "test");
});

Deno.test("splitByPiece() keeps copies, transpositions and movements of a work on one side", () => {
  const [first, second, third] = [melody(1001), melody(1002), melody(1003)];
  const doubles = [
    madeUpPiece("a/one.mid", first, "same bytes"),
    madeUpPiece("b/copy of one.mid", first, "same bytes"),
    madeUpPiece("c/transposed.mid", second.map((pitch) => pitch + 7)),
    madeUpPiece("d/two.mid", second),
    madeUpPiece("e/three.mid", third),
    madeUpPiece("f/suite.mid", [...first, ...second, ...third]),
  ];
  const split = splitByPiece([...pieces(60), ...doubles]);
  const side = sideOf(split, "a/one.mid");
  assertEquals(side, ["test", "valid"][fnv1a("a/one.mid") % 10] ?? "train");
  for (const { path } of doubles) assertEquals(sideOf(split, path), side, path);

  const without = splitByPiece([...pieces(60), ...doubles], { doubles: "leave out" });
  assertEquals(without.leftOut, [
    { path: "b/copy of one.mid", reason: "its music is in a/one.mid" },
    { path: "d/two.mid", reason: "its music is in c/transposed.mid, f/suite.mid" },
    { path: "f/suite.mid", reason: "its music is in a/one.mid, c/transposed.mid, d/two.mid, e/three.mid" },
  ]);
  for (const path of ["a/one.mid", "c/transposed.mid", "e/three.mid"]) {
    assertEquals(sideOf(without, path), ["test", "valid"][fnv1a(path) % 10] ?? "train", path);
  }
});

Deno.test("splitByPiece() leaves in a piece that only quotes another, on its side", () => {
  const theme = melody(1, 30);
  const all = [
    ...pieces(30, "x"),
    madeUpPiece("theme.mid", theme),
    madeUpPiece("fugue.mid", [...melody(99, 30), ...theme]),
  ];
  const split = splitByPiece(all, { doubles: "leave out" });
  assertEquals(split.leftOut, []);
  assertEquals(sideOf(split, "theme.mid"), sideOf(split, "fugue.mid"));
});

Deno.test("splitByPiece() keeps together what it is told to", () => {
  const all = pieces(100);
  const apart = splitByPiece(all);
  const [train, test] = [apart.train[0].path, apart.test[0].path];
  const split = splitByPiece(all, { together: [[test, train]] });
  assertEquals(sideOf(split, train), sideOf(split, test));
  assertEquals(sizes(split).reduce((sum, size) => sum + size), 100);
  const { message } = assertThrows(() => splitByPiece(all, { together: [["piece1.mid", "pieze2.mid"]] }), CorpusError);
  assertStringIncludes(message, "there is no piece pieze2.mid to keep together; the nearest is piece2.mid");
});

Deno.test("splitByPiece() leaves no side empty while there are pieces for it", () => {
  for (let count = 1; count <= 12; count++) {
    for (const name of ["a", "b", "c", "d", "e", "f", "g", "h"]) {
      const split = splitByPiece(pieces(count, name));
      assertEquals(sizes(split).reduce((sum, size) => sum + size), count);
      assert(split.train.length > 0);
      assertEquals(split.valid.length > 0, count > 1);
      assertEquals(split.test.length > 0, count > 2);
      assertEquals(splitByPiece(pieces(count, name).reverse()).valid, split.valid.toReversed(), "whatever the order");
    }
  }
});

Deno.test("splitByPiece() moves the lowest hash to an empty side, and whole groups", () => {
  const names = Array.from({ length: 400 }, (_, i) => `n${i}.mid`);
  const train = names.filter((path) => fnv1a(path) % 10 > 1).slice(0, 6);
  const split = splitByPiece(train.map((path, i) => madeUpPiece(path, melody(i))));
  const byHash = train.toSorted((a, b) => fnv1a(a) - fnv1a(b));
  assertEquals([paths(split.valid), paths(split.test)], [[byHash[0]], [byHash[1]]]);

  const tests = names.filter((path) => fnv1a(path) % 10 === 0).slice(0, 4).toSorted();
  const [first, copy, ...rest] = tests;
  const grouped = splitByPiece([
    madeUpPiece(first, melody(1), "same"),
    madeUpPiece(copy, melody(1), "same"),
    ...rest.map((path, i) => madeUpPiece(path, melody(i + 5))),
  ]);
  assertEquals(sizes(grouped).toSorted(), [0, 1, 1, 2]);
  assertEquals(sideOf(grouped, first), sideOf(grouped, copy));
});

Deno.test("splitByPiece() refuses no pieces, a path twice, and an unknown option", () => {
  assertStringIncludes(assertThrows(() => splitByPiece([]), CorpusError).message, "there are no pieces");
  const [piece] = pieces(1);
  assertStringIncludes(
    assertThrows(() => splitByPiece([piece, piece]), CorpusError).message,
    "piece0.mid is there twice",
  );
  assertThrows(
    () => splitByPiece([piece], { doubles: "omit" as "together" }),
    TypeError,
    'or "leave out", current value is "omit"',
  );
});

Deno.test("findDoubles() tells kind, place and transposition", () => {
  const tune = melody(1, 30);
  const higher = tune.map((pitch) => pitch + 5);
  const found = findDoubles([
    madeUpPiece("z.mid", tune, "same"),
    madeUpPiece("tune.mid", tune, "same"),
    madeUpPiece("higher.mid", higher),
    madeUpPiece("rondo.mid", [...higher, ...melody(2, 10), ...tune]),
  ]);
  assertEquals(found, [
    { path: "higher.mid", inside: "rondo.mid", kind: "part", at: 0, notes: 30, transposition: 0 },
    { path: "higher.mid", inside: "rondo.mid", kind: "part", at: 40, notes: 30, transposition: -5 },
    { path: "tune.mid", inside: "higher.mid", kind: "same", at: 0, notes: 30, transposition: 5 },
    { path: "tune.mid", inside: "rondo.mid", kind: "part", at: 0, notes: 30, transposition: 5 },
    { path: "tune.mid", inside: "rondo.mid", kind: "part", at: 40, notes: 30, transposition: 0 },
    { path: "z.mid", inside: "tune.mid", kind: "copy", at: 0, notes: 30, transposition: 0 },
  ]);
});

Deno.test("findDoubles() does not take a near copy, a scale, a pedal point or drums for a double", () => {
  const tune = melody(1, 60);
  const altered = tune.with(30, tune[30] + 1);
  const scale = Array.from({ length: 23 }, (_, i) => 40 + i);
  const drums = madeUpPiece("drums.mid", tune);
  drums.score.parts[0].drum = true;
  const all = [
    madeUpPiece("tune.mid", tune),
    madeUpPiece("altered.mid", altered),
    madeUpPiece("scale.mid", scale),
    madeUpPiece("with scale.mid", [...melody(2), ...scale, ...melody(3)]),
    madeUpPiece("pedal.mid", Array(30).fill(36)),
    madeUpPiece("with pedal.mid", [...melody(4), ...Array(60).fill(36)]),
    madeUpPiece("silence.mid", []),
    drums,
  ];
  assertEquals(findDoubles(all), []);
});

Deno.test("findDoubles() agrees with a search of every place for every piece", () => {
  const motifs = Array.from({ length: 6 }, (_, i) => melody(i + 50, 24 + i));
  const all = Array.from({ length: 40 }, (_, i) => {
    const choice = melody(i + 500, 3).map((pitch) => motifs[pitch % 6]);
    return madeUpPiece(`p${String(i).padStart(2, "0")}.mid`, choice.slice(0, 1 + i % 3).flat());
  });
  const sequence = (piece: Piece) => piece.score.parts[0].notes.map(({ pitch }) => pitch);
  const expected = new Set<string>();
  for (const part of all) {
    for (const whole of all) {
      const [short, long] = [sequence(part), sequence(whole)];
      if (part === whole || (short.length === long.length && part.path < whole.path)) continue;
      const found = long.some((_, at) =>
        at + short.length <= long.length && short.every((pitch, i) => long[at + i] - pitch === long[at] - short[0])
      );
      if (found) expected.add(`${part.path} in ${whole.path}`);
    }
  }
  assert(expected.size > 50);
  assertEquals(new Set(findDoubles(all).map(({ path, inside }) => `${path} in ${inside}`)), expected);
});
