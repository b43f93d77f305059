import { assert, assertEquals } from "@std/assert";
import { unzipSync } from "fflate";
import { createHash } from "node:crypto";
import { catalogue, makeCatalogue, PUBLISHED_FILES, SEED_FILE } from "../../lib/corpus/mod.ts";
import { hasShared, melody, midiBytes, SHARED, withFolder, zipOf } from "./made_up.ts";

const NEEDS_SHARED = hasShared ? "" : " [needs ../shared, skipped without it]";
const entries = await catalogue();
const sum = (numbers: number[]) => numbers.reduce((a, b) => a + b, 0);

Deno.test("catalogue() lists 228 files by path, 216 of them distinct", () => {
  assertEquals(entries.length, 228);
  const paths = entries.map(({ path }) => path);
  assertEquals(paths, [...new Set(paths)].toSorted());
  assertEquals(new Set(paths.map((path) => path.split("/")[0])).size, 15);
  for (const { sha256 } of entries) assert(/^[0-9a-f]{64}$/.test(sha256));
  assertEquals(new Set(entries.map(({ sha256 }) => sha256)).size, 216);
});

Deno.test("catalogue() names the damaged files, and counts the notes of the 217 others", () => {
  const damaged = entries.filter(({ damage }) => damage).map(({ path }) => path);
  const clavier = [
    "fugue11",
    "fugue12",
    "fugue13",
    "fugue15",
    "fugue19",
    "fugue24",
    "fugue6",
    "fugue8",
    "prelude1",
    "prelude2",
  ];
  assertEquals(damaged, ["suites/airgstr4.mid", ...clavier.map((name) => `wtcbki/${name}.mid`)]);
  const sound = entries.filter(({ damage }) => !damage);
  assertEquals([sum(sound.map((e) => e.firstNotes)), sum(sound.map((e) => e.notes))], [118_735, 343_797]);
  for (const { notes, firstNotes, bytes } of entries) assert(0 < firstNotes && firstNotes <= notes && notes < bytes);
});

Deno.test("catalogue() says which files are there twice", () => {
  const copies = entries.filter(({ duplicateOf }) => duplicateOf);
  assertEquals(copies.length, 12);
  for (const { path, duplicateOf, sha256, notes } of copies) {
    assert(path.startsWith("organcho/") && duplicateOf!.startsWith("organ/catech"));
    const original = entries.find((entry) => entry.path === duplicateOf)!;
    assertEquals([sha256, notes], [original.sha256, original.notes]);
  }
  const gold = entries.filter(({ path }) => path.startsWith("gold/") && path !== "gold/goldberg.mid");
  const goldberg = entries.find(({ path }) => path === "gold/goldberg.mid")!;
  assertEquals(goldberg.contains, gold.map(({ path }) => path));
  assertEquals(gold.length, 31);
});

Deno.test("PUBLISHED_FILES have the notes that the published run printed", () => {
  const counts = PUBLISHED_FILES.map((name) => entries.find(({ path }) => path === name)!.firstNotes);
  assertEquals(counts, [440, 1346, 656, 260, 422, 1106, 966]);
  assertEquals(sum(counts), 5196);
  assert(entries.some(({ path }) => path === SEED_FILE) && !PUBLISHED_FILES.includes(SEED_FILE));
});

Deno.test("makeCatalogue() tells what is in a zip", async () => {
  await withFolder(async (folder) => {
    const [one, two] = [melody(1, 30), melody(2, 30)];
    const files = { "one.mid": midiBytes(one), "both.mid": midiBytes([...one, ...two]), "copy.mid": midiBytes(one) };
    await Deno.writeFile(`${folder}/own.zip`, zipOf(files));
    const [both, copy, original] = await makeCatalogue(`${folder}/own.zip`);
    assertEquals([both.path, both.notes, both.firstNotes, both.bytes], ["both.mid", 60, 60, files["both.mid"].length]);
    assertEquals([both.contains, copy.contains, original.contains], [["copy.mid"], undefined, undefined]);
    assertEquals([copy.duplicateOf, original.duplicateOf], [undefined, "copy.mid"]);
    assertEquals(copy.sha256, createHash("sha256").update(files["one.mid"]).digest("hex"));
  });
});

Deno.test({
  name: `catalogue() agrees with the zip, file for file${NEEDS_SHARED}`,
  ignore: !hasShared,
  fn: async () => {
    const zip = new URL("corpus/bachcentral/bach.zip", SHARED);
    const files = unzipSync(await Deno.readFile(zip));
    assertEquals(Object.keys(files).filter((path) => /^bach\/.*\.mid$/.test(path)).length, entries.length);
    for (const { path, bytes, sha256 } of entries) {
      const file = files[`bach/${path}`];
      assertEquals([bytes, sha256], [file.length, createHash("sha256").update(file).digest("hex")], path);
    }
    assertEquals(await makeCatalogue(zip.pathname), entries);
  },
});

Deno.test({
  name: `catalogue() agrees with pretty_midi's counts${NEEDS_SHARED}`,
  ignore: !hasShared,
  fn: async () => {
    const { fail, per } = JSON.parse(
      await Deno.readTextFile(new URL("reference/pretty_midi_counts.json", SHARED)),
    ) as { fail: Record<string, string>; per: Record<string, [number, number, number, number]> };
    assertEquals(entries.filter(({ damage }) => damage).map(({ path }) => path), Object.keys(fail).toSorted());
    for (const { path, notes, firstNotes, damage } of entries) {
      if (!damage) assertEquals([firstNotes, notes], per[path].slice(1, 3), path);
    }
  },
});
