import { assert, assertAlmostEquals, assertEquals } from "@std/assert";
import { unzipSync } from "fflate";
import { PUBLISHED_FILES } from "../../lib/corpus/mod.ts";
import { readMidi } from "../../lib/formats/mod.ts";
import {
  corpusTable,
  findKey,
  KEY_PROFILES,
  type KeyProfileName,
  pitchClassHistogram,
  toCommonKey,
  toNoteTable,
} from "../../lib/notes/mod.ts";

const SHARED = new URL("../../../shared/", import.meta.url);
const ZIP = new URL("corpus/bachcentral/bach.zip", SHARED);
const KEYS = new URL("reference/metrics/key.json", SHARED);
const HELD_OUT = new URL("reference/bach_heldout.json", SHARED);
const ignore = !isThere(ZIP) || !isThere(KEYS) || !isThere(HELD_OUT);

function test(name: string, fn: () => void | Promise<void>): void {
  Deno.test({ name: `${name} [needs ../shared, skipped without it]`, ignore, fn });
}

function isThere(url: URL): boolean {
  try {
    return Deno.statSync(url).isFile;
  } catch {
    return false;
  }
}

function pieces(paths: readonly string[]) {
  const files = unzipSync(Deno.readFileSync(ZIP), { filter: ({ name }) => paths.includes(name.replace("bach/", "")) });
  return paths.map((path) => ({ path, score: readMidi(files[`bach/${path}`]) }));
}

function rows(table: ReturnType<typeof toNoteTable>, count: number, columns: string[]): number[][] {
  return table.head(count).select(...columns).rows();
}

function assertRows(actual: number[][], expected: number[][]): void {
  assertEquals(actual.length, expected.length);
  actual.flat().forEach((value, i) => assertAlmostEquals(value, expected.flat()[i], 1e-6));
}

test("toNoteTable() gives the rows that the paper's notebook printed for its seed", () => {
  const [{ score }] = pieces(["cellosui/04couran.mid"]);
  assertEquals([score.parts.length, score.parts[0].program], [1, 0]);
  const table = toNoteTable(score, { flattening: "first" });
  assertEquals(rows(table, 10, ["pitch"]).flat(), [51, 51, 46, 48, 44, 41, 50, 51, 39, 50]);
  assertRows(rows(table, 3, ["start", "end", "step", "duration"]), [
    [1.442307, 1.658654, 0, 0.216346],
    [1.730769, 1.947115, 0.288462, 0.216346],
    [2.019230, 2.235577, 0.288461, 0.216346],
  ]);
});

test("corpusTable() gives the 5196 notes of the published run", () => {
  const seven = pieces(PUBLISHED_FILES);
  const counts = seven.map(({ score }) => toNoteTable(score, { flattening: "first" }).height);
  assertEquals(counts, [440, 1346, 656, 260, 422, 1106, 966]);
  assertEquals(corpusTable(seven, { flattening: "first" }).height, 5196);
});

test("corpusTable() gives as many notes as the held-out figures were measured on, in both flattenings", () => {
  const { split, sizes } = JSON.parse(Deno.readTextFileSync(HELD_OUT));
  for (const part of ["valid", "test"]) {
    const some = pieces(split[part]);
    const published = corpusTable(some, { flattening: "first" });
    const corrected = corpusTable(some);
    assertEquals([some.length, published.height], sizes.P[part]);
    assertEquals([some.length, corrected.height], sizes.F[part]);
    const backwards = corrected.getColumn("step").toArray().filter((step) => (step as number) < 0);
    assertEquals(backwards, []);
  }
});

/** music21's names of our profiles. */
const MUSIC21: Record<KeyProfileName, string> = {
  "krumhansl-schmuckler": "KrumhanslSchmuckler",
  "aarden-essen": "AardenEssen",
  "bellman-budge": "BellmanBudge",
  "temperley-kostka-payne": "TemperleyKostkaPayne",
};
const PROFILES = Object.keys(MUSIC21) as KeyProfileName[];

interface Found {
  tonic: number;
  mode: "major" | "minor";
  correlation: number;
}
interface Reference {
  histogram: number[];
  result: Record<string, Found & { second: Found }>;
  all24?: Record<string, { major: number[]; minor: number[] }>;
  file?: string;
}

function assertKeys(histogram: ArrayLike<number>, { result, all24 }: Reference): number {
  let compared = 0;
  for (const profile of PROFILES) {
    const key = findKey(histogram, { profile });
    const { tonic, mode, correlation, second } = result[MUSIC21[profile]];
    assertEquals([key.tonic, key.mode], [tonic, mode]);
    assertAlmostEquals(key.correlation, correlation, 1e-9);
    assertAlmostEquals(key.all[second.mode][second.tonic], second.correlation, 1e-9);
    const all = all24?.[MUSIC21[profile]];
    for (const each of all ? ["major", "minor"] as const : []) {
      key.all[each].forEach((value, i) => assertAlmostEquals(value, all![each][i], 1e-9));
      compared += 12;
    }
  }
  return compared;
}

test("findKey() agrees with music21 on every stored histogram, and on all 24 keys where it says them", () => {
  const { corpus, jsb, edgeHistograms, profiles } = JSON.parse(Deno.readTextFileSync(KEYS));
  for (const profile of PROFILES) assertEquals(KEY_PROFILES[profile], profiles[MUSIC21[profile]]);
  const references: Reference[] = [...corpus, ...jsb, ...edgeHistograms];
  assertEquals(references.length, 85);
  const compared = references.reduce((sum, reference) => sum + assertKeys(reference.histogram, reference), 0);
  assert(compared >= 5 * 24 * 4, `only ${compared} correlations compared`);
});

test("pitchClassHistogram() and findKey() agree with pretty_midi and music21 on 40 files", () => {
  const { corpus } = JSON.parse(Deno.readTextFileSync(KEYS)) as { corpus: Reference[] };
  const scores = pieces(corpus.map(({ file }) => file!));
  corpus.forEach((reference, i) => {
    const histogram = pitchClassHistogram(scores[i].score);
    reference.histogram.forEach((seconds, pitchClass) => assertAlmostEquals(histogram[pitchClass], seconds, 1e-6));
    assertKeys(reference.histogram, reference);
  });
});

test("toCommonKey() brings 40 files to C major or A minor", () => {
  const { corpus } = JSON.parse(Deno.readTextFileSync(KEYS)) as { corpus: Reference[] };
  for (const { path, score } of pieces(corpus.map(({ file }) => file!))) {
    const { name } = findKey(toCommonKey(score));
    assert(name === "C major" || name === "A minor", `${path} is in ${name}`);
  }
});
