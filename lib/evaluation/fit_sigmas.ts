import type { DataFrame } from "nodejs-polars";
import { logNormalClass } from "../heads/mod.ts";
import { noteClasses, type NoteModel } from "../models/mod.ts";
import { durationClasses, stepClasses, type TimeClasses } from "../notes/mod.ts";
import { eachNote, type PassOptions, piecesToScore } from "./each_note.ts";
import type { Sigmas } from "./score_model.ts";

/** What a sigma is chosen from: 60, log-spaced from 5 milliseconds to 20 seconds. */
const GRID = Array.from({ length: 60 }, (_, i) => 0.005 * (20 / 0.005) ** (i / 59));

/**
 * The standard deviations under which held-out notes are likeliest: one for the
 * steps that a model regresses, and one for the durations, of 60 between 0.005 and 20 seconds.
 *
 * @param model Any model that names the next note.
 * @param heldOut A table of notes that nothing is measured on later.
 * @returns Nothing for a time of which the model says probabilities.
 * @throws {TypeError} If the table lacks a column.
 * @throws {RangeError} If a value in it is out of range, no note has one before it, or the model says NaN or infinity.
 * @throws {DOMException} The signal's reason, when it fires.
 */
export async function fitSigmas(model: NoteModel, heldOut: DataFrame, options: PassOptions = {}): Promise<Sigmas> {
  const { pieces } = piecesToScore(heldOut);
  const step: Said[] = [], duration: Said[] = [];
  await eachNote(model, pieces, options, ({ said, came }) => {
    if (typeof said.step === "number") step.push([said.step, noteClasses.step.of(came)]);
    if (typeof said.duration === "number") duration.push([said.duration, noteClasses.duration.of(came)]);
  });
  return { step: bestSigma(step, stepClasses), duration: bestSigma(duration, durationClasses) };
}

/** The seconds that a model named, and the class that came. */
type Said = [mean: number, came: number];

function bestSigma(said: readonly Said[], classes: TimeClasses): number | undefined {
  if (said.length === 0) return;
  const lost = said.find(([mean]) => !Number.isFinite(mean));
  if (lost) throw new RangeError(`Cannot fit sigmas: the model says ${lost[0]} seconds`);
  const logs = GRID.map((sigma) =>
    said.reduce((sum, [mean, came]) => sum + logNormalClass(mean, sigma, classes, came), 0)
  );
  return GRID[logs.indexOf(Math.max(...logs))];
}
