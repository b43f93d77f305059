import { assert, assertEquals, assertStringIncludes, assertThrows } from "@std/assert";
import { barsOf, readKern, readMelody, writeKern } from "../../../lib/formats/mod.ts";
import { engrave } from "../../../lib/plots/mod.ts";
import { type Score, scoreOfFrames } from "../../../lib/score/mod.ts";
import { readShared, sharedTest } from "../../shared.ts";
import { voice } from "./kern_text.ts";

const SAMPLE = new URL("../../../data/sample/", import.meta.url);
const chorales = [...Deno.readDirSync(SAMPLE)].filter(({ name }) => name.endsWith("chorale.krn")).map(({ name }) =>
  name
);

/** All that a reader of kern knows of a score, in quarter notes. */
function contentOf(score: Score) {
  const quarter = (tick: number) => tick / score.ticksPerQuarter;
  return {
    title: score.title,
    upbeat: quarter(score.upbeatTicks ?? 0),
    parts: score.parts.map(({ name, program, notes }) => ({
      name,
      program,
      notes: notes.map(({ pitch, startTick, endTick, fermata }) => [
        quarter(startTick),
        quarter(endTick),
        pitch,
        fermata ?? false,
      ]),
    })),
    metres: score.metres.map(({ tick, ...metre }) => [quarter(tick), metre]),
    keys: score.keys.map(({ tick, ...key }) => [quarter(tick), key]),
    tempos: score.tempos.map(({ tick, microsecondsPerQuarter }) => [quarter(tick), microsecondsPerQuarter]),
  };
}

/** Letters and accidentals of the notes of a text, spine by spine, without those that are tied to an earlier one. */
function spellings(text: string): string[][] {
  const rows = text.split("\n").filter((line) => /^[^!*=]/.test(line)).map((line) => line.split("\t"));
  return rows[0].map((_, spine) =>
    rows.flatMap((row) => row[spine] && !/[\]_]/.test(row[spine]) ? row[spine].match(/[a-gA-G]+[#-]*/g) ?? [] : [])
  );
}

for (const name of chorales) {
  Deno.test(`writeKern() gives ${name} back to the note, spelled as it was`, async () => {
    const text = await Deno.readTextFile(new URL(name, SAMPLE));
    const written = writeKern(readKern(text));
    assertEquals(contentOf(readKern(written)), contentOf(readKern(text)));
    assertEquals(spellings(written), spellings(text));
  });
}

sharedTest("writeKern() gives chorales of the 370 back to the note", () => {
  for (let number = 1; number <= 370; number += 9) {
    const path = `corpus/chorales370/chor${String(number).padStart(3, "0")}.krn`;
    if (number === 150) continue; // in five voices
    const score = readKern(new TextDecoder().decode(readShared(path)));
    assertEquals(contentOf(readKern(writeKern(score))), contentOf(score), path);
  }
});

Deno.test("writeKern() divides notes at barlines and where no value is as long", () => {
  const written = writeKern(readMelody("metre=4/4 c4:0.5 d4:2.25 e4:3.25 f4:2;"));
  const music = written.split("\n").filter((line) => /^[^*!]/.test(line));
  assertEquals(music, "=1- 8c [8d 4.d_ 16d] [16e 4e_ =2 2e] 2f; ==".split(" "));
  assertEquals(contentOf(readKern(written)).parts[0].notes.map(([from, to]) => [from, to]), [
    [0, 0.5],
    [0.5, 2.75],
    [2.75, 6],
    [6, 8],
  ]);
  assertEquals(barsOf(written).map(({ duration }) => duration), [4, 4]);
});

Deno.test("writeKern() writes a tempo in as few digits as read back to the same microseconds", () => {
  const score = readMelody("tempo=84 c4");
  for (
    const [microsecondsPerQuarter, token] of [[714_286, "*MM84"], [714_285, "*MM84.0001"], [461_538, "*MM130"]] as const
  ) {
    const written = () => writeKern({ ...score, tempos: [{ tick: 0, time: 0, microsecondsPerQuarter }] });
    assertEquals(written().match(/\*MM\S+/)?.[0], token);
    assertEquals(readKern(written()).tempos[0].microsecondsPerQuarter, microsecondsPerQuarter);
  }
});

Deno.test("writeKern() writes frames without a metre in bars without one", () => {
  const written = writeKern(scoreOfFrames(Array.from({ length: 20 }, (_, t) => [72 - (t >> 2), 60])));
  assertEquals(barsOf(written).map(({ duration, expected }) => [duration, expected]), [[4, undefined], [1, undefined]]);
  assertEquals(readKern(written).metres, []);
});

Deno.test("writeKern() writes chords, rests, breves and flats", () => {
  const score = readKern(voice("*k[b-e-]", "*M4/2", "*MM72", "0BB- F", "=2", "2r", "1.cc- ee--", "=="));
  const written = writeKern(score);
  assertStringIncludes(written, "*k[b-e-]");
  assertStringIncludes(written, "0BB- 0F");
  assertStringIncludes(written, "1.b 1.dd");
  assertEquals(contentOf(readKern(written)), contentOf(score));
});

Deno.test("writeKern() gives Verovio what it can engrave", async () => {
  const score = readKern(await Deno.readTextFile(new URL(chorales[0], SAMPLE)));
  const { svg } = await engrave(writeKern(score), { bars: [1, 4] });
  const heads = (text: string) => text.split('class="note"').length - 1;
  assertEquals(
    heads(svg),
    heads((await engrave(await Deno.readTextFile(new URL(chorales[0], SAMPLE)), { bars: [1, 4] })).svg),
  );
});

Deno.test("writeKern() refuses what cannot be written, and says where", () => {
  const melody = readMelody("c4 d4");
  const [part] = melody.parts;
  const refused = (notes: typeof part.notes, words: string) => {
    const { message } = assertThrows(() => writeKern({ ...melody, parts: [{ ...part, notes }] }), RangeError);
    assertStringIncludes(message, words);
  };
  refused([], "there is no note");
  refused(
    [{ ...part.notes[0], endTick: 481 }],
    "the note at quarter 0 of part Melody does not begin and end on a grid",
  );
  refused([{ ...part.notes[0], endTick: 0 }, part.notes[1]], "has no length");
  refused([{ ...part.notes[0], endTick: 510 }, part.notes[1]], "overlaps another one");
  assert(writeKern(melody).endsWith("*-\n"));
});

Deno.test("writeKern() gives voices and strings their clefs, however low they are led", () => {
  const names = ["Soprano", "Alto", "Tenor", "Bass", "Violin II", "Viola", "Cello", "Left hand"];
  const parts = names.map((name) => ({ ...readMelody("g2").parts[0], name }));
  const clefs = writeKern({ ...readMelody("g2"), parts }).split("\n").find((line) => line.startsWith("*clef"));
  assertEquals(clefs, "*clefF4 *clefF4 *clefC3 *clefG2 *clefF4 *clefGv2 *clefG2 *clefG2".replaceAll(" ", "\t"));
});
