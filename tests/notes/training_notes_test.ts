import { assert, assertEquals, assertRejects } from "@std/assert";
import { join } from "node:path";
import { CorpusError, openCorpus, sidesOfPaths } from "../../lib/corpus/mod.ts";
import { corpusTable, NoteScan, trainingNotes } from "../../lib/notes/mod.ts";
import { settings } from "../../lib/settings/mod.ts";
import { windows } from "../../lib/windows/mod.ts";
import { tableTask } from "../../tasks/table.ts";
import { madeUpFolder } from "./made_up_folder.ts";

const folder = await madeUpFolder(), out = await Deno.makeTempDir();
assertEquals(await tableTask([folder, "--out", out, "--workers", "1"], { print: () => {} }), 0);
const corpus = await openCorpus(folder);
const choice = { ...settings("published"), length: 6, acrossPieces: false };

const isScan = (notes: unknown): notes is NoteScan => notes instanceof NoteScan;

Deno.test("trainingNotes() reads of a table what corpusTable() makes of the files, to the bit", async () => {
  for (const flattening of ["first", "all"] as const) {
    for (const transpose of [false, true]) {
      const how = { ...choice, flattening, transpose };
      const { train, heldOut, seedNotes, pieces, leftOut } = await trainingNotes(`parquet:${out}`, how);
      assert(isScan(train) && isScan(heldOut));
      const scores = (paths: readonly string[]) => paths.map((path) => corpus.pieces.find((p) => p.path === path)!);
      for (const [scan, paths] of [[train, pieces.train], [heldOut, pieces.heldOut]] as const) {
        const expected = corpusTable(scores(paths), how), read = scan.read(0, paths.length);
        assertEquals(read.columns, expected.columns);
        assertEquals(read.toRecords(), expected.toRecords());
        assertEquals(scan.height, expected.height);
        assertEquals(scan.head(10).toRecords(), expected.head(10).toRecords());
        // Some pieces in the middle are those of the whole.
        const [a, b] = [Math.floor(paths.length / 3), paths.length];
        assertEquals(scan.read(a, b).toRecords(), corpusTable(scores(paths.slice(a, b)), how).toRecords());
      }
      assert(seedNotes.height >= how.length);
      const sides = sidesOfPaths([...pieces.train, ...pieces.heldOut]);
      assert(sides.size > 8);
      assertEquals(leftOut.map(({ path }) => path).sort(), ["damaged.mid", "drums.mid", "twice.mid"]);
    }
  }
});

Deno.test("trainingNotes() makes windows of a table that are those of the files", async () => {
  const { train, pieces } = await trainingNotes(`parquet:${out}`, choice);
  const scores = pieces.train.map((path) => corpus.pieces.find((piece) => piece.path === path)!);
  const options = { ...choice, augmentation: {} };
  const [scanned, held] = [windows(train, options), windows(corpusTable(scores, choice), options)];
  assertEquals(scanned.size, held.size);
  assertEquals([...scanned.batches({ size: 16 })], [...held.batches({ size: 16 })]);
});

Deno.test("trainingNotes() gives tables of other corpora", async () => {
  const { train, heldOut } = await trainingNotes(folder, choice);
  assert(train.height > 0 && !isScan(train));
  assert(heldOut && !isScan(heldOut));
});

Deno.test("trainingNotes() says what is wrong with a table", async () => {
  const refuses = async (place: string, words: string) => {
    await assertRejects(() => trainingNotes(`parquet:${place}`, choice), CorpusError, words);
  };
  await refuses(join(out, "nowhere"), "nowhere");
  await refuses(folder, "there is none");
  const half = await Deno.makeTempDir();
  await tableTask([folder, "--out", half, "--shard", "0/2"], { print: () => {} });
  await refuses(half, "shard 1 of 2 is missing");
  const manifest = join(half, "shard=0", "manifest.jsonl");
  await Deno.writeTextFile(manifest, (await Deno.readTextFile(manifest)).slice(0, -9));
  await refuses(half, "0 of its 1 parts");
});

Deno.test("openCorpus() opens a small table as the scores that it was made of", async () => {
  const { pieces, leftOut } = await openCorpus(`parquet:${out}`);
  assertEquals(pieces.map(({ path, sha256, format }) => ({ path, sha256, format })), [
    ...corpus.pieces.map(({ path, sha256, format }) => ({ path, sha256, format })),
  ]);
  assertEquals(leftOut.map(({ path }) => path), ["damaged.mid"]);
  for (const flattening of ["first", "all"] as const) {
    for (const drums of [false, true]) {
      const [read, expected] = [pieces, corpus.pieces].map((some) => corpusTable(some, { flattening, drums }));
      assertEquals(read.toRecords(), expected.toRecords());
    }
  }
  const [{ score: { parts: _, ...head } }] = pieces, [{ score: { parts: __, ...expected } }] = corpus.pieces;
  assertEquals(head, expected);
  const [one] = (await openCorpus(`parquet:${out}`, { only: [pieces[3].path] })).pieces;
  assertEquals(one.score, pieces[3].score);
});
