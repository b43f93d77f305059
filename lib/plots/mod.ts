/**
 * Pictures of notes and of training: Observable Plot figures, and engraved scores.
 *
 * Every function gives a {@linkcode Figure}: a standalone SVG on its own sheet, which a notebook shows as the last
 * value of a cell, in a light theme and in a dark one, trusted or not, and which can be written to a file as it is.
 *
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { keyHistogram } from "./mod.ts";
 *
 * const figure = keyHistogram([4, 0, 2, 0, 3, 2, 0, 4, 0, 2, 0, 1]);
 * assertEquals(figure.svg.startsWith("<svg xmlns="), true);
 * assertEquals(figure.description, "Pitch classes: share of each of the twelve pitch classes");
 * ```
 *
 * @module
 */

export { type DifferenceRow, differences, type DifferencesOptions, type DrawnDifference } from "./differences.ts";
export { distributions, type DistributionsOptions } from "./distributions.ts";
export { engrave, type EngraveOptions } from "./engrave.ts";
export { display, escapeMarkup, type Figure, plainText, stack, svgIn } from "./figure.ts";
export { keyHistogram } from "./key_histogram.ts";
export { COLOURS, coloursOf, FAINT, GRID, INK, PALETTE, PAPER, SHADE } from "./palette.ts";
export {
  type ParallelAxis,
  parallelCoordinates,
  type ParallelCoordinatesOptions,
  type ParallelLine,
} from "./parallel_coordinates.ts";
export { pianoRoll, type PianoRollOptions } from "./piano_roll.ts";
export { type PlayingBand, playingBands, type PlayingBandsOptions, type Range } from "./playing_bands.ts";
export { plot } from "./plot.ts";
export { runCurves, type RunCurvesOptions } from "./run_curves.ts";
export { type SizeCurve, sizeCurves, type SizeCurvesOptions } from "./size_curves.ts";
export { tensionCurves } from "./tension_curves.ts";
export { type CalibratedTimes, timeCalibration, type TimeCalibrationOptions } from "./time_calibration.ts";
export { trainingCurves, type TrainingCurvesOptions } from "./training_curves.ts";
