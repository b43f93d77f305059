import { assert, assertEquals, assertMatch } from "@std/assert";
import { join } from "node:path";
import pl from "nodejs-polars";
import { openCorpus, shardOf } from "../../lib/corpus/mod.ts";
import { writeMidi } from "../../lib/formats/mod.ts";
import { corpusTable } from "../../lib/notes/mod.ts";
import { tableTask } from "../../tasks/table.ts";
import { zipOf } from "../corpus/made_up.ts";

/** A folder of nine files of music, one of them damaged, and a text. */
async function folderOfMusic(): Promise<string> {
  const folder = await Deno.makeTempDir();
  await Deno.mkdir(join(folder, "a/b"), { recursive: true });
  for (let i = 0; i < 8; i++) {
    const notes = Array.from({ length: 40 + i }, (_, k) => ({
      pitch: 40 + i + (k * k) % 30,
      start: Math.floor(k / 3) / 7,
      end: Math.floor(k / 3) / 7 + 0.3,
      velocity: 60 + i,
    }));
    await Deno.writeFile(join(folder, i % 2 ? "a" : "a/b", `${i}.mid`), writeMidi(notes));
  }
  await Deno.writeTextFile(join(folder, "damaged.mid"), "MThd, or not");
  await Deno.writeTextFile(join(folder, "about.txt"), "Eight pieces");
  return folder;
}

/** What the task prints with --json, and the exit code. */
async function run(...args: string[]) {
  const lines: string[] = [];
  const code = await tableTask([...args, "--workers", "1", "--json"], { print: (line) => lines.push(line) });
  const { seconds, ...summary } = JSON.parse(lines.join("\n"));
  assert(seconds > 0);
  return { code, ...summary };
}

Deno.test("tableTask() leaves the rows of all pieces as Parquet, and says what it refused", async () => {
  const folder = await folderOfMusic(), out = await Deno.makeTempDir();
  const { code, read, refused, others, notes } = await run(folder, "--out", out);
  assertEquals([code, read, others], [0, 8, { txt: 1 }]);
  assertEquals(refused.map(({ path }: { path: string }) => path), ["damaged.mid"]);
  assertMatch(refused[0].reason, /not a MIDI file|MThd|damaged|header/);

  const expected = corpusTable((await openCorpus(folder)).pieces, { drums: true });
  const table = pl.scanParquet(`${out}/**/*.parquet`, { hivePartitioning: true }).collectSync();
  assertEquals(table.columns.filter((name) => !expected.columns.includes(name)), ["rank", "shard"]);
  assertEquals(table.select(...expected.columns).toRecords(), expected.toRecords());
  assertEquals(notes, expected.height);
  // The chords of three are in the order of the file.
  assertEquals(table.getColumn("rank").toArray().slice(0, 3).sort(), [0, 1, 2]);
});

Deno.test("tableTask() goes on where it was stopped, and comes to the same bytes", async () => {
  const folder = await folderOfMusic(), out = await Deno.makeTempDir();
  const summary = await run(folder, "--out", out);
  const place = join(out, "shard=0"), path = join(place, "part-00000.parquet");
  const [before, { mtime }] = [await Deno.readFile(path), await Deno.stat(path)];
  assertEquals(await run(folder, "--out", out), summary);
  assertEquals((await Deno.stat(path)).mtime, mtime);

  // Killed while it wrote the manifest; and a byte has changed on the disk.
  for (const harm of ["manifest", "table"]) {
    if (harm === "manifest") {
      const manifest = await Deno.readTextFile(join(place, "manifest.jsonl"));
      await Deno.writeTextFile(join(place, "manifest.jsonl"), manifest.slice(0, -20));
    } else {
      await Deno.writeFile(path, before.map((byte, i) => i === 100 ? byte ^ 1 : byte));
    }
    await Deno.writeTextFile(join(place, "part-00007.parquet.new"), "half a fi");
    assertEquals(await run(folder, "--out", out), summary);
    assertEquals(await Deno.readFile(path), before);
    assertEquals([...Deno.readDirSync(place)].map(({ name }) => name).sort(), [
      "manifest.jsonl",
      "part-00000.parquet",
    ]);
  }
  await Deno.writeFile(
    join(folder, "a/1.mid"),
    writeMidi([{ pitch: 60, start: 0, end: 1, velocity: 80 }]),
  );
  assertEquals((await run(folder, "--out", out)).notes, summary.notes - 40);
});

Deno.test("tableTask() says that a file is where its folder should be", async () => {
  const folder = await folderOfMusic(), out = await Deno.makeTempFile();
  const complaints: string[] = [];
  const complain = (text: string) => void complaints.push(text);
  assertEquals(await tableTask([folder, "--out", out], { print: () => {}, complain }), 1);
  assertMatch(complaints.join("\n"), /Cannot make the table: ".*" is no folder that can be written to/);
});

Deno.test("tableTask() makes shards apart that are the whole together", async () => {
  const folder = await folderOfMusic(), [out, whole] = [await Deno.makeTempDir(), await Deno.makeTempDir()];
  const shards = [await run(folder, "--out", out, "--shard", "0/2"), await run(folder, "--out", out, "--shard", "1/2")];
  const { read, notes } = await run(folder, "--out", whole);
  assertEquals(shards.reduce((sum, shard) => sum + shard.read, 0), read);
  assertEquals(shards.reduce((sum, shard) => sum + shard.notes, 0), notes);
  for (const shard of [0, 1]) {
    const table = pl.scanParquet(`${out}/shard=${shard}/*.parquet`).collectSync();
    const pieces = new Set<string>(table.getColumn("piece").toArray().map(String));
    for (const piece of pieces) assertEquals(shardOf(piece, 2), shard);
  }
});

Deno.test("tableTask() reads each tune of a book, and notices when the book changes", async () => {
  const folder = await Deno.makeTempDir(), out = await Deno.makeTempDir();
  const book = (tune: string) => Deno.writeTextFile(join(folder, "b.abc"), `X:1\nK:C\nCDE|\n\nX:2\nK:C\n${tune}|\n`);
  await book("CD");
  const { code, read, notes, refused } = await run(folder, "--out", out);
  assertEquals([code, read, notes, refused], [0, 2, 5, []]);
  await book("CDEF");
  assertEquals((await run(folder, "--out", out)).notes, 7);
});

Deno.test("tableTask() counts what is refused before it is read, too, in the shard that has its path", async () => {
  const folder = await Deno.makeTempDir(), out = await Deno.makeTempDir(), zip = join(folder, "music.zip");
  const tune = (pitch: number) => writeMidi([{ pitch, start: 0, end: 1, velocity: 80 }]);
  const outside = ["../1.mid", "../2.mid", "../3.mid", "../4.mid"];
  await Deno.writeFile(
    zip,
    zipOf({
      ...{ "a.mid": tune(60), "b.mid": tune(62), "damaged.mid": "MThd, or not" },
      ...Object.fromEntries(outside.map((path) => [path, tune(64)])),
    }),
  );
  const said: string[] = [];
  assertEquals(await tableTask([zip, "--out", out, "--workers", "1"], { print: (text) => said.push(text) }), 0);
  assertMatch(said[0], /^2 of 7 files, 2 notes/);
  assertEquals(said[1], "Refused: 5");
  const shards = [];
  for (const shard of ["0/2", "1/2"]) shards.push(await run(zip, "--out", join(out, "shards"), "--shard", shard));
  for (const { files, read, refused } of shards) assertEquals(files, read + refused.length);
  const paths = shards.flatMap(({ refused }) => refused.map(({ path }: { path: string }) => path));
  assertEquals(paths.sort(), [...outside, "damaged.mid"]);
});

Deno.test("tableTask() says what is wrong with its arguments", async () => {
  for (const [args, said] of [[["x"], "--out"], [[], "FOLDER"], [["x", "--out", "y", "--shard", "2/2"], "--shard"]]) {
    const complaints: string[] = [];
    assertEquals(await tableTask(args as string[], { complain: (line) => complaints.push(line) }), 2);
    assertMatch(complaints[0], new RegExp(said as string));
  }
});
