import { assertEquals, assertThrows } from "@std/assert";
import { choraleOfFrames, choraleOfScore, REST, scoreOfFrames } from "../../lib/score/mod.ts";
import { readKern } from "../../lib/formats/mod.ts";
import { part, score, type Written } from "../notes/scores.ts";

const FRAMES = [[67, 62, 59, 43], [67, 64, 60, REST], [67, 64, 60, 43]];

Deno.test("choraleOfFrames() takes a change of pitch for a note that begins", () => {
  const { name, frames, struck, notation } = choraleOfFrames(FRAMES, "three");
  assertEquals([name, frames, notation], ["three", FRAMES, undefined]);
  assertEquals(struck, [[true, true, true, true], [false, true, true, false], [false, false, false, true]]);
});

Deno.test("choraleOfFrames() refuses what does not have four voices", () => {
  assertThrows(() => choraleOfFrames([[60, 55, 48]], "trio"), RangeError, '"trio": it must have frames of four voices');
  assertThrows(() => choraleOfFrames([], "silence"), RangeError, "it has 0 of 0");
  assertThrows(() => choraleOfFrames([[60, 55, 48, 128]], "high"), RangeError, "got 128");
});

Deno.test("choraleOfScore() gives the frames that a score was made of", () => {
  const { frames, struck, notation, repairs } = choraleOfScore(scoreOfFrames(FRAMES), "three");
  assertEquals([frames, struck], [FRAMES, choraleOfFrames(FRAMES, "three").struck]);
  assertEquals([notation, repairs], [undefined, undefined]);
});

/** A chorale in kern, the bass first, with an upbeat of an eighth note. */
const KERN = `**kern	**kern	**kern	**kern
*M2/4	*M2/4	*M2/4	*M2/4
*k[f#]	*k[f#]	*k[f#]	*k[f#]
*e:	*e:	*e:	*e:
8E	8B	8g	8b
=1	=1	=1	=1
4E	4B	4g	8b
.	.	.	8b
4r	4B	4f#	4a;
*M3/8	*M3/8	*M3/8	*M3/8
*k[]	*k[]	*k[]	*k[]
*a:	*a:	*a:	*a:
=2	=2	=2	=2
4.AA;	4.A	4.e	4.cc
=	=	=	=
*-	*-	*-	*-
`;

Deno.test("choraleOfScore() knows holds, fermatas, key and place in the bar", () => {
  const { frames, struck, notation } = choraleOfScore(readKern(KERN), "kern");
  assertEquals(frames.length, 2 + 8 + 6);
  assertEquals([frames[0], frames[6], frames[15]], [[71, 67, 59, 52], [69, 66, 59, REST], [72, 64, 57, 45]]);
  const strikes = (voice: number) => struck.flatMap((frame, t) => frame[voice] ? [t] : []);
  // The soprano strikes its B three times, where frames alone would show one.
  assertEquals([0, 1, 2, 3].map(strikes), [[0, 2, 4, 6, 10], [0, 2, 6, 10], [0, 2, 6, 10], [0, 2, 10]]);
  // That of the bass alone is not the melody's.
  assertEquals(notation!.fermata.flatMap((fermata, t) => fermata ? [t] : []), [6, 7, 8, 9]);
  assertEquals(notation!.place, [6, 7, 0, 1, 2, 3, 4, 5, 6, 7, 0, 1, 2, 3, 4, 5]);
  assertEquals(notation!.bar, [...Array(10).fill(8), ...Array(6).fill(6)]);
  assertEquals(notation!.fifths, [...Array(10).fill(1), ...Array(6).fill(0)]);
  assertEquals(new Set(notation!.minor), new Set([true]));
  const silent = choraleOfScore(readKern(KERN.replace("4a;", "4a").replace(/^\*[ea]:.*\n/gm, "")), "kern");
  assertEquals(silent.notation!.fermata.indexOf(true), 10);
  assertEquals(silent.notation!.minor, undefined);
});

const LOWER: Written[][] = [[[64, 0, 2]], [[60, 0, 2]], [[48, 0, 2]]];
const four = (upper: Written[], changes = {}) => score([upper, ...LOWER].map((notes) => part(notes)), changes);

Deno.test("choraleOfScore() takes the highest part for the soprano, wherever it stands", () => {
  const parts = [...LOWER, [[72, 0, 1]] satisfies Written[]].map((notes) => part(notes));
  assertEquals(choraleOfScore(score(parts), "upside down").frames[0], [72, 64, 60, 48]);
});

Deno.test("choraleOfScore() moves ornaments to the nearest sixteenth, and says so", () => {
  const even = Array.from({ length: 12 }, (_, i): Written => [70 + i % 2, i / 4, 1 / 4]);
  const { frames, repairs } = choraleOfScore(
    four([...even.slice(0, 7), [71, 1.75, 1 / 8], [73, 1.875, 1 / 8]]),
    "turn",
  );
  assertEquals(frames.map(([soprano]) => soprano), [70, 71, 70, 71, 70, 71, 70, 71]);
  assertEquals(repairs, [
    "1 of 12 notes begin between sixteenths, the first at quarter note 1.875 of the piece",
    "1 are too short for the grid and are left out, the first at quarter note 1.875 of the piece",
  ]);
});

Deno.test("choraleOfScore() says what is no chorale, and where", () => {
  const metres = [{ tick: 0, numerator: 4, denominator: 4 }];
  const refused = (upper: Written[], message: string, changes = {}) =>
    assertThrows(() => choraleOfScore(four(upper, changes), "it"), RangeError, message);
  refused([], "it must have four parts, a voice each, and has 3");
  refused([[72, 0, 1], [76, 0, 1]], "its soprano has two notes at once at bar 1, beat 1", { metres });
  refused(
    [[72, 0, 1 / 3], [74, 1 / 3, 1 / 3]],
    "1 of its 5 notes do not begin on a sixteenth, the first at quarter note 0.333",
  );
  refused([[72, 0, 1]], "a bar of 0.125 quarter notes", {
    metres: [{ tick: 0, numerator: 1, denominator: 32 }],
    keys: [{ tick: 0, fifths: 0 }],
  });
});
