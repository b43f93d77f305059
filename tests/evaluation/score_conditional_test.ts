import { assert, assertAlmostEquals, assertEquals, assertRejects } from "@std/assert";
import { cellPieces, START } from "../../lib/encodings/mod.ts";
import { gridFigures, scoreConditional, scoreModel } from "../../lib/evaluation/mod.ts";
import { choraleOfFrames } from "../../lib/score/mod.ts";
import { settings } from "../../lib/settings/mod.ts";
import { betweenGrid, bigramGrid, cellsOfVoices } from "../../lib/systems/mod.ts";

const RANGE = { lowest: 60, highest: 64 };
const TUNE = [60, 62, 64, 62, 60, 60, 62, 64].map((pitch) => [pitch, 60, -1, 64]);
const train = cellPieces([TUNE, TUNE.slice(2)]), lessons = { train, heldOut: [] };
const chosen = { ...settings("corrected"), range: RANGE };
const model = betweenGrid(lessons, chosen);

Deno.test("betweenGrid() gives what the transitions on both sides give, by Bayes, whatever stands in the cell itself", () => {
  const bigram = bigramGrid(1).learn(lessons, chosen), { cells } = model;
  /** What the bigram says of the soprano's pitch after another. */
  const follows = (before: number, pitch: number) => {
    const listener = bigram.listen();
    [START, before, 60, -1, 64].forEach((cell) => listener.hear(cell));
    return Math.exp(listener.next("cell", {})[cells.of(pitch, true)]);
  };
  const pitches = [-1, 60, 61, 62, 63, 64];
  const joint = pitches.map((pitch) => follows(60, pitch) * follows(pitch, 64));
  const sum = joint.reduce((a, b) => a + b);
  for (const own of pitches) {
    const chorale = choraleOfFrames([60, own, 64].map((pitch) => [pitch, 60, -1, 64]), "made up");
    const [said] = model.given(chorale, 0, 1, 2);
    pitches.forEach((pitch, i) => assertAlmostEquals(Math.exp(said[cells.of(pitch, true)]), joint[i] / sum, 1e-12));
  }
});

Deno.test("scoreConditional() scores each cell from all others: less than from the past alone", async () => {
  const chorale = choraleOfFrames(TUNE, "made up");
  const scored = await scoreConditional(model, [chorale]);
  assertEquals(Object.keys(scored.heads), ["soprano", "alto", "tenor", "bass"]);
  assertEquals(scored.heads.soprano.nats.length, TUNE.length);
  const { micro } = gridFigures(cellsOfVoices(scored), [TUNE]);
  const past = await scoreModel(bigramGrid(1).learn(lessons, chosen), cellPieces([TUNE]));
  const { micro: fromPast } = gridFigures(past.heads.cell, [TUNE]);
  assert(micro < fromPast, `${micro} against ${fromPast}`);
  const probabilities = Array.from(model.given(chorale, 2, 1, 2)[0], Math.exp);
  assertAlmostEquals(probabilities.reduce((a, b) => a + b), 1, 1e-12);
  await assertRejects(() => scoreConditional(model, []), RangeError, "there is no cell");
  await assertRejects(() => scoreConditional(model, [chorale], { signal: AbortSignal.abort() }), DOMException);
});
