import { assertAlmostEquals, assertEquals } from "@std/assert";
import { readKern } from "../../../lib/formats/mod.ts";
import { assertRefused, kern, voice } from "./kern_text.ts";

Deno.test("readKern() reads metres where they stand, also inside another spine's note", () => {
  const score = readKern(kern(`
    **kern **kern
    *M3/4  *M3/4
    1C     2.c
    *      *M2+3/8
    .      4d
    *met(c) *met(c)
    *-     *-`));
  assertEquals(score.metres, [{ tick: 0, numerator: 3, denominator: 4 }, {
    tick: 1440,
    numerator: 5,
    denominator: 8,
  }]);
});

Deno.test("readKern() refuses metres it cannot state, and spines that disagree", () => {
  for (const metre of ["*M3/5", "*M3", "*M0/4", "*M3/0", "*M4/", "*M999/4"]) {
    assertRefused(voice(metre, "4c"), 2, 1, `Cannot read the metre "${metre}"`);
  }
  assertRefused(kern("**kern **kern\n*M3/4 *M4/4\n4C 4c\n*- *-"), 2, 2, "different metres");
});

Deno.test("readKern() reads tempi and gives seconds", () => {
  const score = readKern(voice("*MM90", "4c", "*MM[Largo]", "4d", "*MM50.5", "2e"));
  assertEquals(score.tempos.map(({ tick, microsecondsPerQuarter }) => [tick, microsecondsPerQuarter]), [
    [0, 666667],
    [960, 1188119],
  ]);
  const expected = [0, 0.666667, 1.333334];
  score.parts[0].notes.forEach((note, i) => assertAlmostEquals(note.start, expected[i], 1e-9));
  assertAlmostEquals(score.end, 1.333334 + 2 * 1.188119, 1e-9);
  assertEquals(score.parts[0].notes[2].end, score.end);
});

Deno.test("readKern() plays 120 quarter notes a minute until told otherwise", () => {
  const score = readKern(voice("1c", "*MM60", "1d"));
  assertEquals(score.tempos, [
    { tick: 0, time: 0, microsecondsPerQuarter: 500000 },
    { tick: 1920, time: 2, microsecondsPerQuarter: 1000000 },
  ]);
  assertEquals(score.end, 6);
});

Deno.test("readKern() refuses tempi out of MIDI's range", () => {
  for (const tempo of ["*MM0", "*MM3", "*MM-60", "*MMfast", "*MM1e9", "*MM60-72"]) {
    assertRefused(voice(tempo, "4c"), 2, 1, `Cannot read the tempo "${tempo}"`);
  }
  assertRefused(kern("**kern **kern\n*MM60 *MM61\n4C 4c\n*- *-"), 2, 2, "different tempi");
});

Deno.test("readKern() reads key signatures and keys", () => {
  const cases: [string[], unknown][] = [
    [["*k[]", "*C:"], { tick: 0, fifths: 0, mode: "major" }],
    [["*k[f#c#g#d#a#e#b#]", "*C#:"], { tick: 0, fifths: 7, mode: "major" }],
    [["*k[b-e-a-d-g-c-f-]", "*a-:"], { tick: 0, fifths: -7, mode: "minor" }],
    [["*k[f#]", "*e:"], { tick: 0, fifths: 1, mode: "minor" }],
    [["*e:", "*k[f#]"], { tick: 0, fifths: 1, mode: "minor" }],
    [["*k[b-]"], { tick: 0, fifths: -1 }],
    [["*E-:"], { tick: 0, fifths: -3, mode: "major" }],
    [["*f#:"], { tick: 0, fifths: 3, mode: "minor" }],
    // One flat and "minor" would say D minor.
    [["*k[b-]", "*g:"], { tick: 0, fifths: -1 }],
    [["*k[b-]", "*g:dor"], { tick: 0, fifths: -1 }],
  ];
  for (const [tokens, key] of cases) assertEquals(readKern(voice(...tokens, "4c")).keys, [key], tokens.join(" "));
  assertEquals(readKern(voice("*g:dor", "4c")).keys, []);
  assertEquals(readKern(voice("*G##:", "4c")).keys, []);
});

Deno.test("readKern() follows changes of key and of mode", () => {
  assertEquals(readKern(voice("*k[f#]", "*G:", "4c", "*e:", "4c", "*D:", "4c", "*k[f#c#]", "4c")).keys, [
    { tick: 0, fifths: 1, mode: "major" },
    { tick: 480, fifths: 1, mode: "minor" },
    { tick: 1440, fifths: 2 },
  ]);
});

Deno.test("readKern() says in words which key signatures it leaves out or overrules", () => {
  const odd = readKern(voice("*k[f#b-]", "4c"));
  assertEquals(odd.keys, []);
  assertEquals(odd.repairs, ['Line 2: the key signature "*k[f#b-]" is left out: MIDI has no such one']);
  const horns = readKern(kern("**kern **kern **kern\n*k[b-] *k[] *k[b-]\n4C 4c 4e\n*- *- *-"));
  assertEquals(horns.keys, [{ tick: 0, fifths: -1 }]);
  assertEquals(horns.repairs, ["Line 2: the spines have different key signatures; kept is what most have"]);
  assertRefused(voice("*k[fis]", "4c"), 2, 1, "Cannot read the key signature");
});

Deno.test("readKern() takes the title as written, before the original language, before any other", () => {
  const title = (...records: string[]) => readKern([...records, voice("4c")].join("\n")).title;
  assertEquals(title("!!!OTL@EN: O Head", "!!!OTL@@DE: O Haupt", "!!!OTL: BWV 244/54"), "BWV 244/54");
  assertEquals(
    title("!!!OTL@EN: O Head", "!!!OTL@@DE: Wasserfl&uuml;&szlig;e &amp; B&auml;che"),
    "Wasserflüße & Bäche",
  );
  assertEquals(title("!!!OTL@EN: O Head"), "O Head");
  assertEquals(title("!!!COM: Bach", "!!!OTLX: x", "!!!OTL:"), undefined);
});

Deno.test("readKern() says how long the upbeat is, and nothing where the first bar is full", () => {
  const text = (bars: string) => `**kern\n*M3/4\n${bars}\n==\n*-\n`;
  assertEquals(readKern(text("4c\n=1\n2.d\n=2\n2.e")).upbeatTicks, 480);
  assertEquals(readKern(text("=1\n2.d\n=2\n2.e")).upbeatTicks, undefined);
});
