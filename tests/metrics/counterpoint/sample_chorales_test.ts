/** Counterpoint in the five chorales of the sample: every place can be looked up in data/sample. */

import { assert, assertEquals } from "@std/assert";
import {
  counterpoint,
  crossings,
  hiddenPerfects,
  leadingTones,
  type PairPlace,
  parallels,
  voiceRanges,
  wideSpacings,
} from "../../../lib/metrics/mod.ts";
import { type VoiceFrames, voiceFrames } from "../../../lib/score/mod.ts";
import { readKern } from "../../../lib/formats/mod.ts";
import { findKey } from "../../../lib/notes/mod.ts";
import { CHORALES } from "../../data/chorales.ts";

const scoreOf = (file: string) =>
  readKern(Deno.readTextFileSync(new URL(`../../../data/sample/${file}`, import.meta.url)));

/** Bar and beat of a frame, as in a rehearsal: `7.2.5` is the second eighth of the second beat. */
function at({ places }: VoiceFrames, frame: number): string {
  return `${places[frame].bar}.${places[frame].beat}`;
}

for (const [file, chorale] of Object.entries(CHORALES)) {
  Deno.test(`sample ${file} has no parallel fifths or octaves, and the ranges and crossings that proof-readers found`, () => {
    const voices = voiceFrames(scoreOf(file));
    const { frames, names, missed } = voices;
    assertEquals([names, missed], [["Soprano", "Alto", "Tenor", "Bass"], 0]);
    assertEquals(parallels(frames), []);
    assertEquals<unknown>(voiceRanges(frames), chorale.ranges);

    const nameOf = ({ frame, upper, lower }: PairPlace) => `${names[upper]} under ${names[lower]} ${at(voices, frame)}`;
    const found = crossings(frames).map(nameOf);
    // Theirs are the onsets at which voices are crossed, ours all sixteenths: what is more must go on from one before.
    assertEquals(chorale.crossings.filter((place) => !found.includes(place)), []);
    for (const place of crossings(frames)) {
      const before = nameOf({ ...place, frame: place.frame - 1 });
      assert(chorale.crossings.includes(nameOf(place)) || found.includes(before), nameOf(place));
    }
  });
}

Deno.test("sample chorales leap into a fifth in the outer voices twice, each at the beginning of a phrase", () => {
  const found = Object.keys(CHORALES).flatMap((file) => {
    const voices = voiceFrames(scoreOf(file));
    return hiddenPerfects(voices.frames).filter(({ exposed }) => exposed).map(({ frame, interval, before, after }) =>
      `${file} ${at(voices, frame)} ${interval}: ${before} to ${after}`
    );
  });
  assertEquals(found, [
    // From E over E, under fermatas, to B over E.
    "bwv248-5-chorale.krn 2.4 fifth: 64,40 to 71,52",
    // From A over F, under fermatas, to C over F.
    "bwv368-chorale.krn 17.1 fifth: 69,41 to 72,53",
  ]);
});

Deno.test("sample chorales have alto and tenor more than an octave apart on two beats of BWV 244/46", () => {
  for (const file of Object.keys(CHORALES)) {
    const voices = voiceFrames(scoreOf(file), { perQuarter: 1 });
    const found = wideSpacings(voices.frames).map(({ frame, pitches }) => `${at(voices, frame)} ${pitches}`);
    // The alto's B4 over the tenor's F sharp 3.
    assertEquals(found, file === "bwv244-46-chorale.krn" ? ["6.4 71,54", "10.2 71,54"] : []);
  }
});

Deno.test("sample BWV 269 resolves the alto's leading tone three times where the bass goes from D to G, and drops it to the fifth at two cadences", () => {
  const score = scoreOf("bwv269-chorale.krn");
  const voices = voiceFrames(score);
  const found = leadingTones(voices.frames, findKey(score)).filter(({ authentic }) => authentic);
  assertEquals(
    found.map(({ frame, voice, from, to }) => `${at(voices, frame)} ${voices.names[voice]} ${from} to ${to}`),
    [
      "4.3 Alto 66 to 67",
      "7.1 Alto 66 to 62",
      "13.1 Alto 66 to 67",
      "18.3 Alto 66 to 67",
      "21.1 Alto 66 to 62",
    ],
  );
});

Deno.test("counterpoint() says in which bars of a sample chorale voices cross", () => {
  const { frames, places } = voiceFrames(scoreOf("bwv368-chorale.krn"), { perQuarter: 2 });
  const crossed = counterpoint(frames, places).places.toRecords().filter(({ kind }) => kind === "crossing");
  const rows = crossed.map(({ bar, beat, upperAfter, lowerAfter }) => [bar, beat, upperAfter, lowerAfter]);
  assertEquals<unknown>(rows, [
    // The alto's A3 under the tenor's D4, a half note long; then the soprano's F4 under the alto's eighth, G4.
    [12, 1, 57, 62],
    [12, 1.5, 57, 62],
    [12, 2, 57, 62],
    [12, 2.5, 57, 62],
    [15, 2.5, 65, 67],
  ]);
});
