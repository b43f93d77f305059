import { durationClasses, stepClasses } from "../../notes/mod.ts";
import { checkOptions, kinds, optional } from "../../options/mod.ts";
import type { Column, Values } from "../encoding.ts";
import { type BarPlace, type NoteEvent, placeAfter } from "../note_events.ts";
import { scalingDurations, scalingSteps } from "../scaling.ts";
import { distanceFromGrid, GridHeard, PARTS } from "./grid_heard.ts";
import type { NoteFeature, NoteFeatureListener } from "./note_feature.ts";

/** Positions in a beat that are told apart: sixteenths and triplets fall on one. */
const POSITIONS = 12;
/** Beats of a bar that are told apart, and bars of a phrase; one class more is for what is not known. */
const BEATS = 12, BARS = 4;
/** Where a place comes from, in the order of its classes. */
const SOURCES = ["unknown", "file", "counted", "found"] as const;

/** How far onsets are from a grid. */
export interface QuantisationError {
  /** How many onsets. */
  onsets: number;
  /** Mean distance of an onset from the nearest point of the grid, in beats; NaN without onsets. */
  mean: number;
  /** Largest distance, in beats. */
  largest: number;
  /** The mean distance that onsets would have that know nothing of the grid: a quarter of its spacing. */
  chance: number;
}

/** Options of {@linkcode quantisationError}. */
export interface QuantisationErrorOptions {
  /**
   * Points of the grid in a beat.
   *
   * @default {12} As many as {@linkcode metreHeard} tells apart.
   */
  parts?: number;
}

/**
 * What is lost when onsets are laid on the grid of their file's beats. Near to
 * `chance`, the grid is a free one: somebody played, and the file's beats tell nothing.
 *
 * @param notes Notes, those with a place.
 * @param options The grid.
 * @throws {RangeError} If the grid is not a positive whole number of points.
 */
export function quantisationError(
  notes: readonly NoteEvent[],
  options: QuantisationErrorOptions = {},
): QuantisationError {
  const { parts = POSITIONS } = checkOptions("measure the quantisation", options, {
    parts: optional(kinds.positiveInteger),
  });
  const distances = notes.flatMap(({ place }) => place ? [distanceFromGrid(place, parts)] : []);
  return {
    onsets: distances.length,
    mean: distances.reduce((sum, each) => sum + each, 0) / distances.length,
    largest: distances.reduce((most, each) => Math.max(most, each), 0),
    chance: 1 / (4 * parts),
  };
}

/**
 * Where notes stand in the metre: the beat of the bar, the position in the beat
 * in twelfths, the bar of a phrase of four; of the last note, and, once the step is
 * drawn, of the next one (`nextBeat` and so on). `metreFrom` says where that comes from:
 *
 * | class | |
 * | --- | --- |
 * | 0 | not known |
 * | 1 | from the file's own grid |
 * | 2 | counted on from there at the tempo of the last onset: after notes that a model has drawn |
 * | 3 | the beat alone, found from the onsets so far (`BeatFound`); bars are not known |
 *
 * A beat is found where the file has no grid, or a free one (`GridHeard`). That too is decided from what has been
 * heard.
 *
 * Where bars are known, anchors of times too: how long a beat is, and how long it is to the next beat and to the next
 * barline, from the last note for the step, from the next one for its duration.
 *
 * The metre does not change with the tempo, nor with a transposition.
 */
export const metreHeard: NoteFeature = {
  name: "metre",
  hears: [
    ...columns("beat", "beatPosition", "phraseBar"),
    { name: "metreFrom", size: SOURCES.length },
    ...["beatStep", "beatLeft", "barLeft"].map((name): Column => ({
      ...{ name, size: stepClasses.count, scaling: scalingSteps },
      serves: { head: "step", as: "anchor" },
    })),
  ],
  knows: [
    ...columns("nextBeat", "nextBeatPosition", "nextPhraseBar"),
    ...["beatDuration", "nextBeatLeft", "nextBarLeft"].map((name): Column => ({
      ...{ name, size: durationClasses.count, scaling: scalingDurations },
      serves: { head: "duration", as: "anchor" },
    })),
  ].map((column) => ({ ...column, after: ["step"] })),
  listen: () => listening(new GridHeard()),
};

function columns(beat: string, position: string, bar: string): Column[] {
  return [{ name: beat, size: BEATS + 1 }, { name: position, size: POSITIONS + 1 }, { name: bar, size: BARS + 1 }];
}

function listening(grid: GridHeard): NoteFeatureListener {
  const placed = (place: BarPlace | undefined, then: number) => {
    if (place && !grid.isFree) return classesOf(place);
    const phase = grid.finder.phaseOf(then);
    return phase === undefined ? [BEATS, POSITIONS, BARS] : [BEATS, Math.round(phase * POSITIONS) % POSITIONS, BARS];
  };
  return {
    hear(past): Values {
      grid.hear(past);
      const place = past.places.at(-1);
      const [beat, beatPosition, phraseBar] = placed(place, past.now);
      const source = place && !grid.isFree
        ? past.notes[past.length - 1].place ? "file" : "counted"
        : beatPosition < POSITIONS
        ? "found"
        : "unknown";
      const [beatStep, beatLeft, barLeft] = timesOf(grid.isFree ? undefined : place).map((time) =>
        classOf(stepClasses, time)
      );
      return { beat, beatPosition, phraseBar, metreFrom: SOURCES.indexOf(source), beatStep, beatLeft, barLeft };
    },
    know(past, { step }): Values {
      if (step === undefined) return {};
      const seconds = past.secondsOf(step);
      const last = past.places.at(-1), place = last && placeAfter(last, seconds);
      const [nextBeat, nextBeatPosition, nextPhraseBar] = past.length === 0
        ? [BEATS, POSITIONS, BARS]
        : placed(place, past.now + seconds);
      const [beatDuration, nextBeatLeft, nextBarLeft] = timesOf(grid.isFree ? undefined : place)
        .map((time) => classOf(durationClasses, time));
      return { nextBeat, nextBeatPosition, nextPhraseBar, beatDuration, nextBeatLeft, nextBarLeft };
    },
    fork: () => listening(grid.fork()),
  };
}

/** A beat in seconds, and the time from a place to the next beat and to the next barline; nothing where nobody knows. */
function timesOf(place: BarPlace | undefined): (number | undefined)[] {
  if (place?.tempo === undefined) return [undefined, undefined, undefined];
  const { quarter, bar, beat = 1, tempo } = place;
  // Just before a beat is on it.
  const left = (unit: number) => unit - (Math.round(quarter / beat * PARTS) * beat / PARTS) % unit;
  return [beat, left(beat), left(bar)].map((quarters) => quarters / tempo);
}

function classOf(classes: { of(seconds: number): number }, seconds: number | undefined): number {
  return seconds === undefined ? -1 : classes.of(seconds);
}

/** Classes of the beat, the position in it, and the bar; what is just before the barline is on it. */
function classesOf({ quarter, bar, beat = 1, number }: BarPlace): number[] {
  const ofBar = Math.max(1, Math.round(bar / beat * POSITIONS)), at = Math.round(quarter / beat * POSITIONS);
  const bars = Math.floor(at / ofBar), within = at - bars * ofBar;
  return [
    Math.min(Math.floor(within / POSITIONS), BEATS),
    within % POSITIONS,
    number === undefined ? BARS : (((number + bars - 1) % BARS) + BARS) % BARS,
  ];
}
