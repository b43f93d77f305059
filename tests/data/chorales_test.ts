import { assertEquals, assertNotEquals } from "@std/assert";
import { gunzipSync } from "fflate";
import { barsOf, readKern } from "../../lib/formats/mod.ts";
import type { Note, Part, Score } from "../../lib/score/mod.ts";
import { CHORALES, type Difference, VOICES } from "./chorales.ts";

const textOf = (file: string) => Deno.readTextFileSync(new URL(`../../data/sample/${file}`, import.meta.url));

/** Reads a bar and beat out of an onset in quarter notes, both from 1; bar 0 is the upbeat. */
function placing(text: string): (onset: number) => { bar: number; beat: number } {
  const bars = barsOf(text);
  return (onset) => {
    const { number, start } = bars.findLast((bar) => bar.start <= onset)!;
    return { bar: number, beat: onset - start + 1 };
  };
}

/** The places where a voice lies below its lower neighbour. */
function crossingsOf(text: string, { parts, ticksPerQuarter }: Score): string[] {
  const place = placing(text);
  const onsets = [...new Set(parts.flatMap(({ notes }) => notes.map((note) => note.startTick)))].sort((a, b) => a - b);
  const sounding = ({ notes }: Part, tick: number) =>
    notes.find((note) => note.startTick <= tick && tick < note.endTick)?.pitch;
  return parts.slice(0, -1).flatMap((upper, i) =>
    onsets
      .filter((tick) => sounding(upper, tick)! < sounding(parts[i + 1], tick)!)
      .map((tick) => place(tick / ticksPerQuarter))
      .map(({ bar, beat }) => `${upper.name} under ${parts[i + 1].name} ${bar}.${beat}`)
  );
}

for (const [file, chorale] of Object.entries(CHORALES)) {
  Deno.test(`sample ${file} has four voices, every bar full, and its notes in number and range`, () => {
    const text = textOf(file);
    const score = readKern(text);
    assertEquals(score.repairs, []);
    assertEquals(score.parts.map((part) => part.name), [...VOICES]);
    assertEquals(score.parts.map((part) => part.notes.length), chorale.notes);

    const bars = barsOf(text).filter((bar) => bar.number > 0);
    const upbeat = bars[0].start;
    assertEquals(bars.map((bar) => bar.number), Array.from({ length: chorale.bars }, (_, i) => i + 1));
    assertEquals(bars.slice(0, -1).filter((bar) => bar.duration !== bar.expected), []);
    const { duration, expected } = bars.at(-1)!;
    const afterRepeat = file === "bwv368-chorale.krn" ? 0 : upbeat; // its last note is held for two whole bars
    assertEquals(duration, expected! - afterRepeat, "the last bar and the upbeat fill one bar");

    const range = ({ notes }: Part) => {
      const pitches = notes.map((note) => note.pitch);
      return [Math.min(...pitches), Math.max(...pitches)];
    };
    assertEquals(score.parts.map(range), chorale.ranges);
    assertEquals(score.parts[3].notes.at(-1)!.pitch, chorale.final);
    assertEquals(crossingsOf(text, score), chorale.crossings);
  });

  Deno.test(`sample ${file} has voices of one note at a time, without gaps, that end together`, () => {
    const { parts, endTick, ticksPerQuarter } = readKern(textOf(file));
    for (const { name, notes } of parts) {
      const gaps = notes.flatMap((note, i) => {
        const before = i === 0 ? 0 : notes[i - 1].endTick;
        return note.startTick === before ? [] : [[name, before / ticksPerQuarter, note.startTick / ticksPerQuarter]];
      });
      // The tenor of "In dulci jubilo" begins bar 25 with an eighth rest.
      assertEquals(gaps, file === "bwv368-chorale.krn" && name === "Tenor" ? [[name, 73, 73.5]] : []);
      assertEquals(notes.at(-1)!.endTick, endTick);
    }
  });

  Deno.test(`sample ${file} ends each phrase with a fermata in all voices`, () => {
    const { parts, endTick } = readKern(textOf(file));
    const ends = parts.map(({ notes }) => notes.filter((note) => note.fermata).map((note) => note.endTick));
    assertEquals(ends[0].length, chorale.phrases);
    assertEquals(ends[0].at(-1), endTick);
    for (const voice of ends) assertEquals(voice, ends[0]);
  });

  Deno.test(`sample ${file} says what it is, its key, metre and tempo, and that it is in the public domain`, () => {
    const text = textOf(file);
    const records = text.split("\n").filter((line) => line.startsWith("!!!"));
    for (
      const record of [
        "COM: Bach, Johann Sebastian",
        "OTL: ",
        "SCT: BWV ",
        `YOR: Vierstimmige Choralgesänge (Leipzig: Breitkopf, 1784-1787), no. ${chorale.number} (Riemenschneider `,
        "ENC: typed by hand for this project",
        "YEC: dedicated to the public domain (CC0 1.0)",
      ]
    ) {
      assertEquals(records.filter((line) => line.startsWith(`!!!${record}`)).length, 1, record);
    }
    const { metres, keys } = readKern(text);
    assertEquals([metres.length, keys.length], [1, 1]);
    assertNotEquals(keys[0].mode, undefined);
    assertEquals(/^\*MM\d+/m.test(text), true);
  });

  Deno.test(`sample ${file} plays its repeat`, () => {
    const { parts } = readKern(textOf(file), { expandRepeats: true });
    assertEquals(parts.map((part) => part.notes.length), chorale.played);
  });
}

Deno.test("sample has 1,130 notes in chorales", () => {
  assertEquals(Object.values(CHORALES).flatMap(({ notes }) => notes).reduce((sum, notes) => sum + notes), 1130);
});

/** One note, times in quarter notes. */
interface Head {
  onset: number;
  duration: number;
  pitch: number;
  fermata: boolean;
}

const NAMES = ["C", "C#", "D", "Eb", "E", "F", "F#", "G", "G#", "A", "Bb", "B"];

const headsOf = (notes: readonly Note[], ticksPerQuarter: number): Head[] =>
  notes.map(({ startTick, endTick, pitch, fermata }) => ({
    onset: startTick / ticksPerQuarter,
    duration: (endTick - startTick) / ticksPerQuarter,
    pitch,
    fermata: fermata ?? false,
  }));

/** The bars in which two readings of a chorale differ, by voice and bar; `text` says where the bars are. */
function compare(text: string, typed: Head[][], reading: Head[][]): Omit<Difference, "because">[] {
  const place = placing(text);
  const linesOf = (heads: Head[]) =>
    heads.map(({ onset, duration, pitch, fermata }) => {
      const { bar, beat } = place(onset);
      const name = `${NAMES[pitch % 12]}${Math.floor(pitch / 12) - 1}`;
      return { bar, line: `${beat} ${name} for ${duration}${fermata ? " with fermata" : ""}` };
    });
  return VOICES.flatMap((voice, i) => {
    const [ours, theirs] = [linesOf(typed[i]), linesOf(reading[i])];
    const last = Math.max(...[...ours, ...theirs].map(({ bar }) => bar));
    return Array.from({ length: last + 1 }, (_, bar) => {
      const [some, others] = [ours, theirs].map((lines) => lines.filter((l) => l.bar === bar).map(({ line }) => line));
      const only = (a: string[], b: string[]) => a.filter((line) => !b.includes(line)).join(", ");
      return { bar, voice, typed: only(some, others), reading: only(others, some) };
    }).filter((difference) => difference.typed || difference.reading);
  });
}

Deno.test("the comparison of two readings finds a changed pitch, a changed rhythm and a missing fermata", () => {
  const text = textOf("bwv269-chorale.krn");
  const changed = text.replace("\n4E\t8cL\t4e\t.\n.\t8BJ\t.\t.\n", "\n4E-\t8.cL\t4e\t.\n.\t16BJk\t.\t.\n")
    .replace("\n2D;\t2d;", "\n2D;\t2d");
  const [ours, theirs] = [text, changed].map((kern) => {
    const { parts, ticksPerQuarter } = readKern(kern);
    return parts.map(({ notes }) => headsOf(notes, ticksPerQuarter));
  });
  assertEquals(compare(text, ours, theirs), [
    { bar: 1, voice: "Tenor", typed: "2 C4 for 0.5, 2.5 B3 for 0.5", reading: "2 C4 for 0.75, 2.75 B3 for 0.25" },
    { bar: 4, voice: "Tenor", typed: "1 D4 for 2 with fermata", reading: "1 D4 for 2" },
    { bar: 1, voice: "Bass", typed: "2 E3 for 1", reading: "2 Eb3 for 1" },
  ]);
});

/** A spine of the reference reading: `[onset, duration, pitch]`, times in quarter notes. */
interface Spine {
  notes: [number, number, number][];
  fermatas: number[];
}

const reference = new URL("../../../shared/reference/kern/chorales370_odd.json.gz", import.meta.url);
const present = (() => {
  try {
    return Deno.statSync(reference).isFile;
  } catch {
    return false;
  }
})();

/** The voices of a chorale in the reference, soprano first; its spines come in music21's order. */
function readingOf(number: number): Head[][] {
  const json = new TextDecoder().decode(gunzipSync(Deno.readFileSync(reference)));
  const { spines }: { spines: Spine[] } = JSON.parse(json)[`chor${String(number).padStart(3, "0")}.krn`];
  const height = ({ notes }: Spine) => notes.reduce((sum, [, , pitch]) => sum + pitch, 0) / notes.length;
  return spines.toSorted((a, b) => height(b) - height(a)).map(({ notes, fermatas }) =>
    notes.map(([onset, duration, pitch]) => ({ onset, duration, pitch, fermata: fermatas.includes(onset) }))
  );
}

for (const [file, { number, differences }] of Object.entries(CHORALES)) {
  Deno.test({
    ignore: !present,
    name: `sample ${file} agrees with chorale ${number} of the reference but for the differences explained ` +
      "[needs ../shared, skipped without it]",
    fn() {
      const text = textOf(file);
      const { parts, ticksPerQuarter } = readKern(text);
      const found = compare(text, parts.map(({ notes }) => headsOf(notes, ticksPerQuarter)), readingOf(number));
      assertEquals(found, differences.map(({ because: _, ...difference }) => difference));
    },
  });
}
