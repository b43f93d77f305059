import { assert, assertEquals } from "@std/assert";
import { barsOf, readKern } from "../../../lib/formats/mod.ts";

const FILES = new URL("../../../../shared/corpus/chorales370/", import.meta.url);
const REFERENCE = new URL("../../../../shared/reference/kern/chorales370_odd.json.gz", import.meta.url);

/** What music21 10.5 makes of a spine; times in quarter notes. */
interface ReferenceSpine {
  notes: [onset: number, duration: number, midi: number][];
  fermatas: number[];
  metre: [onset: number, metre: string][];
  sharps: [onset: number, fifths: number][];
  end: number;
}

function isPresent(url: URL): boolean {
  try {
    return Deno.statSync(url) !== undefined;
  } catch {
    return false;
  }
}
const present = isPresent(FILES) && isPresent(REFERENCE);
const NEEDS = present ? "" : " [needs ../shared, skipped without it]";

async function readReference(): Promise<Record<string, { spines: ReferenceSpine[] }>> {
  const file = await Deno.open(REFERENCE);
  return await new Response(file.readable.pipeThrough(new DecompressionStream("gzip"))).json();
}

function kernFiles(): string[] {
  return [...Deno.readDirSync(FILES)].map((entry) => entry.name).filter((name) => name.endsWith(".krn")).sort();
}

Deno.test({ name: `readKern() reads all 370 chorales, also with repeats${NEEDS}`, ignore: !present }, async () => {
  const files = kernFiles();
  let notes = 0;
  let longer = 0;
  for (const name of files) {
    const text = await Deno.readTextFile(new URL(name, FILES));
    const score = readKern(text);
    const played = readKern(text, { expandRepeats: true });
    assertEquals(score.parts.map((part) => part.name), ["Soprano", "Alto", "Tenor", "Bass"], name);
    assertEquals([score.ticksPerQuarter, score.repairs], [480, []], name);
    notes += score.parts.reduce((sum, part) => sum + part.notes.length, 0);
    assertEquals(played.endTick > score.endTick, text.includes(":|"), name);
    if (played.endTick > score.endTick) longer++;
  }
  assertEquals([files.length, notes, longer], [370, 84_623, 188]);
});

Deno.test({
  name: `readKern() agrees with music21 on every note, metre, key and length of the 186 odd chorales${NEEDS}`,
  ignore: !present,
}, async () => {
  const reference = await readReference();
  let spines = 0;
  let notes = 0;
  for (const [name, expected] of Object.entries(reference)) {
    const score = readKern(await Deno.readTextFile(new URL(name, FILES)));
    const quarters = (ticks: number) => ticks / score.ticksPerQuarter;
    assertEquals(score.parts.length, expected.spines.length, name);
    for (const [i, part] of score.parts.entries()) {
      const where = `${name}, ${part.name}`;
      const found = part.notes.map((note) => [
        quarters(note.startTick),
        quarters(note.endTick - note.startTick),
        note.pitch,
      ]);
      assertEquals(found, expected.spines[i].notes, where);
      const metres = score.metres.map((metre) => [quarters(metre.tick), `${metre.numerator}/${metre.denominator}`]);
      assertEquals(metres, expected.spines[i].metre, where);
      // music21 lists a signature twice where both *k[] and a key stand.
      const signatures = new Map(expected.spines[i].sharps);
      assertEquals(score.keys.map((key) => [quarters(key.tick), key.fifths]), [...signatures], where);
      assertEquals(quarters(score.endTick), expected.spines[i].end, where);
      spines++;
      notes += found.length;
    }
  }
  assertEquals([Object.keys(reference).length, spines, notes], [186, 744, 44_092]);
});

/** Tied notes whose fermata stands on the last notehead alone: music21 drops it when it joins them, we keep it. */
const FERMATAS_AT_TIE_ENDS = [
  "chor011 Soprano 67",
  "chor011 Soprano 91",
  "chor081 Bass 62",
  "chor081 Soprano 62",
  "chor089 Soprano 45",
  "chor113 Bass 62",
  "chor113 Soprano 62",
  "chor143 Soprano 91",
  "chor205 Soprano 185",
  "chor279 Soprano 33",
];

Deno.test({
  name: `readKern() agrees with music21 on every fermata but those at the end of a tie${NEEDS}`,
  ignore: !present,
}, async () => {
  const more: string[] = [];
  let fermatas = 0;
  for (const [name, expected] of Object.entries(await readReference())) {
    const score = readKern(await Deno.readTextFile(new URL(name, FILES)));
    for (const [i, part] of score.parts.entries()) {
      const found = part.notes.filter((note) => note.fermata).map((note) => note.startTick / score.ticksPerQuarter);
      const wanted = new Set(expected.spines[i].fermatas);
      assert([...wanted].every((onset) => found.includes(onset)), `${name}, ${part.name}: a fermata is missing`);
      for (const onset of found) if (!wanted.has(onset)) more.push(`${name.slice(0, 7)} ${part.name} ${onset}`);
      fermatas += wanted.size;
    }
  }
  assertEquals(more.sort(), FERMATAS_AT_TIE_ENDS);
  assertEquals(fermatas, 4764);
});

Deno.test({
  name: `barsOf() finds the bars of the chorales full but at their ends and in four places${NEEDS}`,
  ignore: !present,
}, async () => {
  let bars = 0;
  let [first, last] = [0, 0];
  const inner: string[] = [];
  for (const name of kernFiles()) {
    const list = barsOf(await Deno.readTextFile(new URL(name, FILES)));
    bars += list.length;
    for (const [i, bar] of list.entries()) {
      if (bar.duration === bar.expected) continue;
      if (i === 0) first++;
      else if (i === list.length - 1) last++;
      else inner.push(`${name.slice(0, 7)} bar ${bar.number}: ${bar.duration} of ${bar.expected}`);
    }
  }
  assertEquals([bars, first, last], [5402, 251, 229]);
  // Two breves and the rest of that bar; two new beginnings with an upbeat.
  assertEquals(inner, [
    "chor130 bar 7: 16 of 4",
    "chor130 bar 8: 2 of 4",
    "chor197 bar 21: 1 of 4",
    "chor280 bar 9: 1 of 3",
  ]);
});
