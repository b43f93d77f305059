import { assertEquals } from "@std/assert";
import { createHash } from "node:crypto";
import {
  downloadCorpus,
  findDoubles,
  openCorpus,
  PUBLISHED_FILES,
  SOURCES,
  splitByPiece,
} from "../../lib/corpus/mod.ts";
import type { Piece } from "../../lib/corpus/mod.ts";
import { hasShared, SHARED, withFolder } from "./made_up.ts";

const ZIP = new URL("corpus/bachcentral/bach.zip", SHARED);

/** A test on material that is not ours. */
function test(name: string, fn: () => Promise<void>) {
  const note = hasShared ? "" : " [needs ../shared, skipped without it]";
  Deno.test({ name: name + note, ignore: !hasShared, fn });
}

const paths = (pieces: readonly Piece[]) => pieces.map(({ path }) => path);
const firstNotes = (pieces: readonly Piece[]) => pieces.map(({ score }) => score.parts[0].notes.length);
const sum = (numbers: number[]) => numbers.reduce((a, b) => a + b, 0);
const allNotes = (pieces: readonly Piece[]) =>
  sum(pieces.map(({ score }) => sum(score.parts.map(({ notes }) => notes.length))));

test("openCorpus() reads all 228, of which eleven are repaired", async () => {
  const { name, pieces, leftOut } = await openCorpus(ZIP.pathname);
  assertEquals([name, pieces.length, leftOut.map(({ path }) => path)], ["bach", 228, ["midiindx.htm"]]);
  assertEquals(pieces.filter(({ score }) => score.repairs.length > 0).length, 11);
  assertEquals(pieces.filter(({ duplicateOf }) => duplicateOf).length, 12);
});

test("SOURCES know the zip by its length and hash", async () => {
  const zip = await Deno.readFile(ZIP);
  const hash = createHash("sha256").update(zip).digest("hex");
  const known = SOURCES.filter((source) => source.sha256);
  assertEquals(known.map(({ bytes, sha256 }) => [bytes, sha256]), Array(2).fill([zip.length, hash]));
});

test("downloadCorpus() and openCorpus() give the seven published files in the published order", async () => {
  await withFolder(async (folder) => {
    const cache = `${folder}/bachcentral`;
    assertEquals((await downloadCorpus({ zip: ZIP, cache })).files, 228);
    assertEquals((await downloadCorpus({ sources: [], cache })).from, undefined);
    const { name, pieces, leftOut } = await openCorpus("bachcentral", { only: PUBLISHED_FILES, cache });
    assertEquals([name, paths(pieces), leftOut], ["bachcentral", [...PUBLISHED_FILES], []]);
    assertEquals(firstNotes(pieces), [440, 1346, 656, 260, 422, 1106, 966]);
  });
});

test("splitByPiece() gives the split of the figures for unseen Bach", async () => {
  const { pieces } = await openCorpus(ZIP.pathname);
  const readable = pieces.filter(({ score }) => score.repairs.length === 0);
  const { train, valid, test, leftOut } = splitByPiece(readable, { doubles: "leave out" });
  const reference = JSON.parse(await Deno.readTextFile(new URL("reference/bach_heldout.json", SHARED)));
  assertEquals([paths(valid), paths(test)], [reference.split.valid, reference.split.test]);
  assertEquals([train.length, allNotes(train)], reference.sizes.F.train);
  assertEquals([valid.length, allNotes(valid)], reference.sizes.F.valid);
  assertEquals([test.length, allNotes(test)], reference.sizes.F.test);
  assertEquals([train.length, sum(firstNotes(train))], reference.sizes.P.train);
  assertEquals([test.length, sum(firstNotes(test))], reference.sizes.P.test);
  assertEquals(leftOut.length, 13);
  assertEquals(leftOut.every(({ path }) => path.startsWith("organcho/") || path === "gold/goldberg.mid"), true);

  const toccatas = ["organ/toccata1.mid", "organ/toccata2.mid"];
  const stricter = splitByPiece(readable, { doubles: "leave out", together: [toccatas] });
  assertEquals([stricter.train.length, stricter.valid.length, stricter.test.length], [161, 19, 24]);
  assertEquals(paths(stricter.train).filter((path) => toccatas.includes(path)), toccatas);
});

test("splitByPiece() keeps the doubles of the 228 on one side", async () => {
  const { pieces } = await openCorpus(ZIP.pathname);
  const split = splitByPiece(pieces);
  const side = new Map(
    (["train", "valid", "test"] as const).flatMap((name) => split[name].map(({ path }) => [path, name] as const)),
  );
  assertEquals(side.size, 228);
  for (const { path, duplicateOf } of pieces) if (duplicateOf) assertEquals(side.get(path), side.get(duplicateOf));
  for (const { path } of pieces) if (path.startsWith("gold/")) assertEquals(side.get(path), side.get("gold/aria.mid"));
});

test("findDoubles() finds the Goldberg Variations in one file, end to end", async () => {
  const { pieces } = await openCorpus(ZIP.pathname);
  const parts = findDoubles(pieces).filter(({ kind }) => kind === "part");
  const inside = parts.filter((double) => double.inside === "gold/goldberg.mid").toSorted((a, b) => a.at - b.at);
  assertEquals(new Set(inside.map(({ path }) => path)).size, 31);
  // The file var30 is the aria da capo: it stands at both ends, and at the beginning of aria.mid, too.
  assertEquals(inside.filter(({ path }) => path === "gold/var30.mid").map(({ at }) => at), [0, 23721]);
  assertEquals(inside.at(-1)!.at + inside.at(-1)!.notes, 24208);
  assertEquals(parts.filter((double) => !inside.includes(double)).map(({ path, inside }) => [path, inside]), [
    ["gold/var30.mid", "gold/aria.mid"],
  ]);
});

test("findDoubles() finds the chorales that stand twice among the 370", async () => {
  const { pieces, leftOut } = await openCorpus(new URL("corpus/chorales370", SHARED).pathname);
  assertEquals([pieces.length, leftOut.map(({ path }) => path)], [370, ["LICENSE.txt"]]);
  const pairs = findDoubles(pieces).map(({ path, inside }) => [path, inside].map((name) => Number(name.slice(4, 7))));
  const expected = [[178, 53], [257, 93], [282, 254], [302, 199], [305, 195], [306, 201], [307, 198], [308, 156]];
  assertEquals(pairs, [...expected, [318, 144], [328, 131], [349, 120]]);
});
