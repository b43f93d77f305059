import { assert, assertEquals, assertStringIncludes, assertThrows } from "@std/assert";
import { DOMParser } from "linkedom";
import { readKern, readMelody, writeMusicXml } from "../../../lib/formats/mod.ts";
import { kern } from "../kern/kern_text.ts";

/** The children that these elements may have, in the order of MusicXML's document type definition. */
const ORDER: Readonly<Record<string, string>> = {
  "score-partwise": "work movement-number identification defaults credit part-list part",
  "score-part": "identification part-name part-abbreviation group score-instrument player midi-device midi-instrument",
  attributes: "footnote level divisions key time staves part-symbol instruments clef",
  clef: "sign line clef-octave-change",
  direction: "direction-type offset footnote level voice staff sound",
  note: "chord pitch rest duration tie instrument footnote level voice type dot accidental stem staff beam notations",
  pitch: "step alter octave",
};

const SAMPLE = new URL("../../../data/sample/", import.meta.url);

function elements(xml: string, name: string): Element[] {
  return [...new DOMParser().parseFromString(xml, "text/xml").querySelectorAll(name)] as unknown as Element[];
}

const texts = (xml: string, name: string) => elements(xml, name).map(({ textContent }) => textContent);
const sum = (numbers: readonly number[]) => numbers.reduce((a, b) => a + b, 0);

Deno.test("writeMusicXml() writes elements in the order of the definition", async () => {
  const xml = writeMusicXml(readKern(await Deno.readTextFile(new URL("bwv269-chorale.krn", SAMPLE))));
  for (const [name, order] of Object.entries(ORDER)) {
    const found = elements(xml, name);
    assert(found.length > 0, name);
    for (const element of found) {
      const places = [...element.children].map((child) => order.split(" ").indexOf(child.tagName.toLowerCase()));
      assert(!places.includes(-1), `${name}: ${element.innerHTML}`);
      assertEquals(places, places.toSorted((a, b) => a - b), `${name}: ${element.innerHTML}`);
    }
  }
});

Deno.test("writeMusicXml() fills the same bars in each part", async () => {
  const score = readKern(await Deno.readTextFile(new URL("bwv368-chorale.krn", SAMPLE)));
  const lengths = elements(writeMusicXml(score), "part").map((part) =>
    [...part.querySelectorAll("measure")].map((measure) => [
      measure.getAttribute("number"),
      sum([...measure.querySelectorAll("duration")].map(({ textContent }) => Number(textContent))),
    ])
  );
  assertEquals(lengths.length, 4);
  for (const part of lengths) assertEquals(part, lengths[0]);
  assertEquals(lengths[0].slice(0, 2), [["0", 16], ["1", 48]]);
});

Deno.test("writeMusicXml() prints accidentals where neither the key nor the bar says them", () => {
  const xml = writeMusicXml(readMelody("key=G metre=4/4 f#4 f4 f4 f#4 | f#4 f#5 c#5 c#5"));
  const printed = elements(xml, "note").map((note) => note.querySelector("accidental")?.textContent);
  assertEquals(printed, [undefined, "natural", undefined, "sharp", undefined, undefined, "sharp", undefined]);
});

Deno.test("writeMusicXml() prints the accidental of a tied note once, and again after the barline for a new one", () => {
  const xml = writeMusicXml(readMelody("metre=2/4 r g#4:2 g#4"));
  const notes = elements(xml, "note").map((note) => [
    [...note.querySelectorAll("tie")].map((tie) => tie.getAttribute("type")).join(),
    note.querySelector("accidental")?.textContent,
  ]);
  assertEquals(notes, [["", undefined], ["start", "sharp"], ["stop", undefined], ["", "sharp"]]);
});

Deno.test("writeMusicXml() writes fermatas, dots, rests, chords, clefs and tempi", () => {
  const text = kern(`
    **kern **kern
    *I"Tenor *I"Soprano
    *k[b-] *k[b-]
    *M3/4 *M3/4
    *MM60 *MM60
    =1 =1
    2.r 2b-
    . 4a
    =2 =2
    *MM80 *MM80
    4.F 2.cc;
    8B- .
    4r .
    == ==
    *- *-`);
  const xml = writeMusicXml(readKern(text));
  assertEquals(texts(xml, "fermata").length, 1);
  assertEquals(elements(xml, "rest").map((rest) => rest.getAttribute("measure")), ["yes", null]);
  assertEquals(elements(xml, "dot").length, 2);
  assertEquals(elements(xml, "sound").map((sound) => sound.getAttribute("tempo")), ["60", "80"]);
  assertEquals(texts(xml, "clef-octave-change"), ["-1"]);
  assertEquals(texts(xml, "fifths"), ["-1", "-1"]);
  assertEquals(texts(xml, "part-name"), ["Soprano", "Tenor"]);
  const chord = writeMusicXml(readKern("**kern\n4c e g\n*-\n"));
  assertEquals(elements(chord, "note").map((note) => note.querySelector("chord") !== null), [false, true, true]);
});

Deno.test("writeMusicXml() takes names as text", () => {
  const melody = { ...readMelody("c4"), title: "<A & B>\u0001" };
  assertStringIncludes(writeMusicXml(melody), "<work-title>&lt;A &amp; B&gt;</work-title>");
});

Deno.test("writeMusicXml() refuses what cannot be written", () => {
  const melody = readMelody("c4");
  assertThrows(() => writeMusicXml({ ...melody, parts: [] }), RangeError, "Cannot write MusicXML: there is no note");
});
