import { assertEquals } from "@std/assert";
import { readKern, writeKern } from "../../lib/formats/mod.ts";
import { choraleOfFrames, choraleOfScore, choraleOfVoices, REST, scoreOfChorale } from "../../lib/score/mod.ts";

const SAMPLE = new URL("../../data/sample/", import.meta.url);
const chorales = [...Deno.readDirSync(SAMPLE)].filter(({ name }) => name.endsWith("chorale.krn")).map(({ name }) =>
  name
);

for (const name of chorales) {
  Deno.test(`scoreOfChorale() gives back the score of ${name}`, async () => {
    const score = readKern(await Deno.readTextFile(new URL(name, SAMPLE)));
    const back = scoreOfChorale(choraleOfScore(score, name));
    const notes = ({ parts }: typeof score) =>
      parts.map(({ notes }) => notes.map(({ pitch, startTick, endTick }) => [pitch, startTick, endTick]));
    assertEquals(notes(back), notes(score));
    assertEquals([back.metres, back.keys, back.upbeatTicks], [score.metres, score.keys, score.upbeatTicks]);
    const held = ({ parts: [soprano] }: typeof score) => soprano.notes.map(({ fermata }) => fermata);
    assertEquals(held(back), held(score));
    assertEquals(choraleOfScore(readKern(writeKern(back)), name), choraleOfScore(score, name));
  });
}

Deno.test("scoreOfChorale() takes metre, key, title and tempo of a heading", () => {
  const chorale = choraleOfFrames([[67, 62, 59, 43], [67, REST, 60, 48]], "cadence");
  const metres = [{ tick: 0, numerator: 6, denominator: 8 }];
  const score = scoreOfChorale(chorale, { title: "A cadence", metres, tempo: 60 });
  assertEquals([score.title, score.metres, score.keys], ["A cadence", metres, []]);
  assertEquals(score.parts.map(({ notes }) => notes.map(({ start, end }) => [start, end])), [
    [[0, 0.5]],
    [[0, 0.25]],
    [[0, 0.25], [0.25, 0.5]],
    [[0, 0.25], [0.25, 0.5]],
  ]);
});

Deno.test("choraleOfVoices() lets voices rest that are not there", async () => {
  const score = readKern(await Deno.readTextFile(new URL("bwv269-chorale.krn", SAMPLE)));
  const whole = choraleOfScore(score, "whole"), [soprano, , , bass] = score.parts;
  const outer = choraleOfVoices(score, [soprano, undefined, undefined, bass], "outer");
  assertEquals(outer.frames, whole.frames.map(([soprano, , , bass]) => [soprano, REST, REST, bass]));
  assertEquals(outer.notation, whole.notation);
});

Deno.test("scoreOfChorale() puts one fermata on each voice, on what sounds where it ends", () => {
  // The soprano is struck twice under the fermata, the alto rests at its end, the tenor moves, the bass is held beyond it.
  const frames = [[67, 62, 59, 43], [67, 62, 59, 43], [67, REST, 60, 43], [69, 64, 60, 43], [69, 64, 60, 43]];
  const { struck, ...chorale } = choraleOfFrames(frames, "cadence");
  const notation = {
    fermata: [false, true, true, false, false],
    place: [0, 1, 2, 3, 4],
    bar: Array(5).fill(16),
    fifths: Array(5).fill(0),
  };
  const again = struck.with(2, [true, false, true, false]);
  const { parts } = scoreOfChorale({ ...chorale, struck: again, notation });
  assertEquals(parts.map(({ notes }) => notes.map(({ fermata = false }) => fermata)), [
    [false, true, false],
    [false, false],
    [false, true],
    [true],
  ]);
});
