import { CLASS_WIDTH, durationClasses, stepClasses } from "../../notes/mod.ts";
import type { Column, Moving } from "../encoding.ts";
import { scalingDurations, scalingSteps } from "../scaling.ts";
import { movingPitches } from "../transposing.ts";
import { type NoteFeature, pastFeature } from "./note_feature.ts";
import type { NotePast } from "./note_past.ts";

/** Widest melodic interval that has a class of its own, in semitones. */
const WIDEST = 25;
/** Classes of {@linkcode intervalClass}. */
export const INTERVALS: number = 2 * WIDEST + 1;
/** As many notes that begin, or sound, together are told apart. */
const MOST = 8;
/** As many ends of sounding notes are heard. */
const ENDS = 3;
/** Logs of times are clipped to this many nats around the usual step. */
const FAR = 4;
/** Times on a log scale: the step and the duration, the usual step, on which all others lean, and three more. */
const TIMES = 6, USUAL_STEP = 2;
/** What keeps a time of 0 within the logarithm, in seconds. */
const MOMENT = 0.01;

/** Leaves what stands on the usual step where it is, but for what a moment makes of short times. */
const scalingTimes: Moving = {
  move(values, classes) {
    const nats = classes * CLASS_WIDTH;
    for (let i = 0; i < values.length; i += TIMES) {
      const usual = values[i + USUAL_STEP], slower = clipped(usual + nats);
      for (const k of [0, 1]) {
        const seconds = Math.max(Math.exp(values[i + k] + usual) - MOMENT, 0);
        values[i + k] = clipped(Math.log(seconds * Math.exp(nats) + MOMENT) - slower);
      }
      values[i + USUAL_STEP] = slower;
    }
  },
};

const steps = (name: string): Column => ({ name, size: stepClasses.count, scaling: scalingSteps });
const durations = (name: string): Column => ({ name, size: durationClasses.count, scaling: scalingDurations });
const intervals = (name: string): Column => ({ name, size: INTERVALS });

/**
 * The last few notes: pitch, melodic intervals, steps and durations as classes,
 * how many notes begin and sound together, when the sounding ones end; and six times
 * on a log scale, relative to the usual step, so that a piece twice as fast looks
 * alike.
 */
export const recentNotes: NoteFeature = pastFeature("recent", {
  hears: [
    { name: "last", size: 128, transposing: movingPitches() },
    intervals("interval"),
    intervals("intervalBefore"),
    steps("stepHeard"),
    steps("stepBefore"),
    durations("durationHeard"),
    durations("durationBefore"),
    steps("motion"),
    steps("motionBefore"),
    { name: "chordSize", size: MOST },
    { name: "chordSizeBefore", size: MOST + 1 },
    ...Array.from({ length: ENDS }, (_, i) => steps(`end${i + 1}`)),
    { name: "sounding", size: MOST },
    { name: "times", width: TIMES, scaling: scalingTimes },
  ],
}, {
  hear(past) {
    const { pitches, steps, durations, chord, chordBefore, motion, motionBefore } = past;
    const at = past.length - 1, before = Math.max(0, at - 1), third = Math.max(0, at - 2);
    const sounding = past.sounding();
    const ends = endClasses(past, sounding);
    return {
      last: pitches[at],
      interval: intervalClass(pitches[at] - pitches[before]),
      intervalBefore: intervalClass(pitches[before] - pitches[third]),
      stepHeard: steps[at],
      stepBefore: at > 0 ? steps[before] : 0,
      durationHeard: durations[at],
      durationBefore: at > 0 ? durations[before] : 0,
      motion,
      motionBefore,
      chordSize: Math.min(chord.length, MOST) - 1,
      chordSizeBefore: Math.min(chordBefore.length, MOST),
      ...Object.fromEntries(ends.map((end, i) => [`end${i + 1}`, end])),
      sounding: Math.min(sounding.length, MOST - 1),
      times: relativeTimes(past, sounding),
    };
  },
});

/** The class of a melodic interval: wide ones share the outermost classes. */
export function intervalClass(semitones: number): number {
  return Math.min(Math.max(semitones, -WIDEST), WIDEST) + WIDEST;
}

/** Classes of a step: the first three different times to the ends of sounding notes, the last of them again where there are fewer, 0 where none sounds. */
export function endClasses(past: NotePast, sounding: readonly number[]): number[] {
  const classes = new Set<number>();
  for (const index of sounding) {
    if (classes.size < ENDS) classes.add(stepClasses.of(past.ends[index] - past.now));
  }
  const ends = [...classes];
  return Array.from({ length: ENDS }, (_, i) => ends[i] ?? ends.at(-1) ?? 0);
}

function relativeTimes(past: NotePast, sounding: readonly number[]): number[] {
  const { now, ends, onsets, usualStep, motionSeconds } = past;
  const at = past.length - 1;
  const step = at > 0 ? onsets[at] - onsets[at - 1] : 0;
  const left = (index: number | undefined) =>
    index === undefined ? -3 : Math.log(Math.max(ends[index] - now, 0.01)) - usualStep;
  return [
    Math.log(step + MOMENT) - usualStep,
    Math.log(ends[at] - onsets[at] + MOMENT) - usualStep,
    usualStep,
    Math.log(Math.max(motionSeconds, 0.01)) - usualStep,
    left(sounding[0]),
    left(sounding.at(-1)),
  ].map(clipped);
}

function clipped(nats: number): number {
  return Math.min(Math.max(nats, -FAR), FAR);
}
