import { assertEquals, assertStringIncludes, assertThrows } from "@std/assert";
import { readKern, readMelody } from "../../lib/formats/mod.ts";
import { givenVoices, type GivenVoicesOptions } from "../../lib/sampling/mod.ts";
import { choraleOfScore, REST, type Score } from "../../lib/score/mod.ts";

const SCORE = readKern(await Deno.readTextFile(new URL("../../data/sample/bwv269-chorale.krn", import.meta.url)));
const WHOLE = choraleOfScore(SCORE, "Aus meines Herzens Grunde");

const melody = (text: string, options?: GivenVoicesOptions) => givenVoices(readMelody(text), options);
const refused = (score: Score, words: string, options?: GivenVoicesOptions) => {
  assertStringIncludes(assertThrows(() => givenVoices(score, options), RangeError).message, words);
};

Deno.test("givenVoices() takes a melody for the soprano", () => {
  const { chorale, fixed, heading, remarks } = melody("key=e metre=3/4 tempo=100 e4 | g4:2 a4 | b4:2.5 r:1/2");
  assertEquals(chorale.frames.length, 26);
  assertEquals(chorale.frames[4], [67, REST, REST, REST]);
  assertEquals([0, 1, 2, 3].map((voice) => fixed(7, voice)), [true, false, false, false]);
  assertEquals(chorale.notation?.place.slice(0, 6), [8, 9, 10, 11, 0, 1]);
  assertEquals([heading.tempo, heading.upbeatTicks, heading.keys], [100, 480, [{ tick: 0, fifths: 1, mode: "minor" }]]);
  assertEquals(remarks, []);
});

Deno.test("givenVoices() takes a single part for another voice, and several for several", () => {
  assertEquals(melody("key=C metre=4/4 c3:4", { keep: ["bass"] }).chorale.frames[0], [REST, REST, REST, 48]);
  const [soprano, , , bass] = SCORE.parts;
  const { chorale } = givenVoices({ ...SCORE, parts: [bass, soprano] }, { keep: ["soprano", "bass"] });
  assertEquals(chorale.frames, WHOLE.frames.map(([soprano, , , bass]) => [soprano, REST, REST, bass]));
});

Deno.test("givenVoices() keeps of four parts what is to stay, and takes out the others", () => {
  const { chorale, fixed } = givenVoices(SCORE, { keep: ["soprano", "tenor"] });
  assertEquals(chorale.frames, WHOLE.frames.map(([soprano, , tenor]) => [soprano, REST, tenor, REST]));
  assertEquals([0, 1, 2, 3].map((voice) => fixed(0, voice)), [true, false, true, false]);
});

Deno.test("givenVoices() lets all stand but the bars that are written anew", () => {
  const { chorale, fixed } = givenVoices(SCORE, { bars: [2, 3] });
  const [from, to] = [4 + 12, 4 + 36];
  assertEquals(chorale.frames, WHOLE.frames);
  assertEquals([from - 1, from, to - 1, to].map((t) => fixed(t, 3)), [true, false, false, true]);
  assertEquals(fixed(from, 0), true, "the soprano stays");
  assertEquals(chorale.struck[to], [true, true, true, true]);
  refused(SCORE, "the piece has the bars 0 to 21", { bars: [21, 22] });
  refused(SCORE, "Cannot write bars 3 to 2 anew", { bars: [3, 2] });
  refused(readMelody("c4"), "this one has 1", { bars: [1, 1] });
});

Deno.test("givenVoices() finds key and metre where none is written, and says so", () => {
  const { heading, remarks } = melody("g4 a4 b4 c5 d5 d5 e5 d5 g4 b4 a4 g4:2");
  assertEquals(heading.keys, [{ tick: 0, fifths: 1, mode: "major" }]);
  assertEquals(remarks, [
    "no key is written: by its notes it is taken for G major",
    "no metre is written: it is taken for 4/4",
  ]);
});

Deno.test("givenVoices() moves a melody to where it can be sung, by octaves if that is enough", () => {
  const down = melody("key=G metre=4/4 g5 a5 b5 g5");
  assertEquals(down.chorale.frames[0][0], 67);
  assertEquals([down.heading.keys, down.remarks], [
    [{ tick: 0, fifths: 1, mode: "major" }],
    ["the melody is moved down an octave, to where sopranos sing"],
  ]);
  const up = melody("key=C metre=4/4 a3 c4 g4 e5 f5");
  assertEquals(up.chorale.frames[0][0], 60);
  assertEquals(up.heading.keys, [{ tick: 0, fifths: -3, mode: "major" }]);
  assertEquals(up.remarks, ["the melody is moved up 3 semitones, to where sopranos sing"]);
  assertEquals(melody("key=G metre=4/4 g9").remarks, ["the melody is moved down 4 octaves, to where sopranos sing"]);
  refused(readMelody("c4 c6"), "the soprano spans 24 semitones, where Bach's have at most 21");
});

Deno.test("givenVoices() rounds ornaments to sixteenths, and refuses other rhythms", () => {
  const { remarks } = melody(`key=C metre=4/4 ${"c5 d5 e5 f5 ".repeat(4)} g5:1/8 a5:7/8`);
  assertEquals(remarks.length, 1);
  assertStringIncludes(remarks[0], "begin between sixteenths");
  refused(readMelody("key=C metre=4/4 c5:1/3 d5:1/3 e5:1/3 f5"), "do not begin on a sixteenth, the first at bar 1");
});

Deno.test("givenVoices() rounds any rhythm that is to be rounded, and says how far", () => {
  const rounded = (text: string) => givenVoices(readMelody(`key=C metre=4/4 ${text}`), { round: true });
  const sung = (text: string) => rounded(text).chorale.frames.map(([soprano]) => soprano);
  assertEquals(sung("c5:1/3 d5:1/3 e5:1/3 f5"), [72, 74, 74, 76, 77, 77, 77, 77]);
  assertEquals(rounded("c5:1/3 d5:1/3 e5:1/3 f5").remarks, [
    "2 of 4 notes moved to the nearest sixteenth, by at most 0.33 of one, the first at bar 1, beat 1.333",
  ]);
  // Of those that come to one place the longest stays, of equal ones the nearest.
  assertEquals(
    sung("c5:1/8 d5:1/8 e5:1/8 f5:1/8 g5 f5 e5 c5"),
    [72, 76, ...Array(4).fill(79)].concat(
      ...[77, 76, 72].map((pitch) => Array(4).fill(pitch)),
    ),
  );
  assertEquals(rounded("c5:1/8 d5:1/8 e5:1/8 f5:1/8 g5 f5 e5 c5").remarks, [
    "2 of 8 notes moved to the nearest sixteenth, by at most 0.50 of one, the first at bar 1, beat 1.125",
    "2 left out, because a longer or nearer note falls on the same sixteenth, the first at bar 1, beat 1.125",
  ]);
  assertEquals(rounded("c5 d5:1/2 e5:1/2").remarks, []);
  const played = readMelody(`key=C metre=4/4 ${"c5:1/8 ".repeat(8)}`);
  assertStringIncludes(
    assertThrows(() => givenVoices(played, { round: true }), RangeError).message,
    "3 of its 8 notes share a sixteenth with another, the first at bar 1, beat 1.125; write it in sixteenths",
  );
});

Deno.test("givenVoices() tells a chord that was played from notes that were played fast", () => {
  const late = (quarters: number, duration = 1): Score => {
    const score = readMelody("key=C metre=4/4 c5 d5 e5 f5"), [part] = score.parts, { ticksPerQuarter } = score;
    const startTick = quarters * ticksPerQuarter, endTick = startTick + duration * ticksPerQuarter;
    return {
      ...score,
      parts: [{ ...part, notes: [...part.notes, { ...part.notes[0], pitch: 76, startTick, endTick }] }],
    };
  };
  refused(late(0.02), "two notes at once at bar 1, beat 1.02; give each voice a part", { round: true });
  const { chorale, remarks } = givenVoices(late(3.95, 0.02), { round: true });
  assertEquals([chorale.frames.length, chorale.frames[16][0]], [17, 76]);
  assertStringIncludes(remarks[0], "1 of 5 notes moved to the nearest sixteenth, by at most 0.20 of one");
});

Deno.test("givenVoices() says what parts it needs", () => {
  const [soprano, alto] = SCORE.parts;
  refused({ ...SCORE, parts: [soprano, alto] }, "the music has 2 parts with notes, and to be kept is soprano");
  refused({ ...SCORE, parts: [] }, "there is nothing to keep, since it has no notes");
  refused(readKern("**kern\n4c e\n*-\n"), "two notes at once");
  assertThrows(() => melody("c4", { keep: ["viola" as "alto"] }), TypeError, "soprano");
});
