import { durationClasses, stepClasses } from "../../notes/mod.ts";
import type { Column, Service, Values } from "../encoding.ts";
import { scalingDurations, scalingSteps } from "../scaling.ts";
import { movingPitches } from "../transposing.ts";
import { type NoteFeature, pastFeature } from "./note_feature.ts";
import type { NotePast } from "./note_past.ts";
import { endClasses, intervalClass, INTERVALS } from "./recent_notes.ts";

/** Class of an interval from an anchor that is not there; it follows those of `intervalClass`. */
const NO_ANCHOR = INTERVALS;

const [forSteps, forPitches, forDurations] = ["step", "pitch", "duration"].map((head): Service => ({
  head,
  as: "anchor",
}));

/** Anchors that are heard, and those that need the next note's step. */
const HEARD = ["before", "third", "chordLow", "chordHigh"] as const;
const MET = ["ended", "endedBefore", "place", "low", "high"] as const;

/**
 * The pitches from which the next one is an interval away, and the times from
 * which the next ones differ by a few classes. A head's logits can be sums over
 * them (`shiftedLogits` of `lib/layers`), and each pitch also stands as an interval
 * from the last note, for an embedding.
 *
 * Heard: the last three notes, lowest and highest of the last chord. Known once
 * the step is drawn: **the note that ends where the next one begins**, which is how
 * a melody goes on among others; the note in its place in the chord before; lowest
 * and highest of what sounds on.
 *
 * Once the pitch is drawn too: its interval from the last note, `leap`.
 *
 * A missing anchor is -1; its interval is the class 51.
 */
export const anchors: NoteFeature = pastFeature("anchors", {
  hears: [
    pitchColumn("lastPitch"),
    ...HEARD.flatMap((name) => [pitchColumn(name), intervalColumn(name)]),
    ...["stepAnchor", "motionAnchor", "motionBeforeAnchor", "durationAnchor", "endAnchor", "endAnchor2"]
      .map((name): Column => ({ name, size: stepClasses.count, scaling: scalingSteps, serves: forSteps })),
  ],
  knows: [
    ...MET.flatMap((name) => [pitchColumn(name), intervalColumn(name)]).map((column) => ({
      ...column,
      after: ["step"],
    })),
    { name: "leap", size: NO_ANCHOR + 1, after: ["pitch"] },
    { name: "endedCount", size: 4, after: ["step"] },
    { name: "soundingOn", size: 6, after: ["step"] },
    ...["leftFirst", "leftLast", "endedDuration"].flatMap((name): Column[] => [
      { name, size: stepClasses.count, after: ["step"], scaling: scalingSteps },
      {
        name: `${name}Anchor`,
        size: durationClasses.count,
        after: ["step"],
        scaling: scalingDurations,
        serves: forDurations,
      },
    ]),
    {
      name: "stepDurationAnchor",
      size: durationClasses.count,
      after: ["step"],
      scaling: scalingDurations,
      serves: forDurations,
    },
    ...["lastDurationAnchor", "durationBeforeAnchor", "motionDurationAnchor"]
      .map((name): Column => ({ name, size: durationClasses.count, scaling: scalingDurations, serves: forDurations })),
  ],
}, {
  hear(past) {
    const { pitches, steps, durations, chord, motion, motionBefore } = past;
    const at = past.length - 1;
    const sounding = chord.map((index) => pitches[index]);
    const ends = endClasses(past, past.sounding());
    return {
      lastPitch: pitches[at],
      ...pitchValues(past, {
        before: pitches[Math.max(0, at - 1)],
        third: pitches[Math.max(0, at - 2)],
        chordLow: Math.min(...sounding),
        chordHigh: Math.max(...sounding),
      }),
      stepAnchor: timeAnchor(steps[at]),
      motionAnchor: timeAnchor(motion),
      motionBeforeAnchor: timeAnchor(motionBefore),
      durationAnchor: 1 + durations[at],
      endAnchor: timeAnchor(ends[0]),
      endAnchor2: timeAnchor(ends[1]),
    };
  },
  know(past, { step, pitch }) {
    const { pitches, durations } = past;
    const at = past.length - 1;
    const heard = {
      lastDurationAnchor: durations[at] ?? -1,
      durationBeforeAnchor: durations[Math.max(0, at - 1)] ?? -1,
      motionDurationAnchor: past.motion - 1,
    };
    const last = pitches.at(-1);
    const leap: Values = pitch === undefined
      ? {}
      : { leap: last === undefined ? NO_ANCHOR : intervalClass(pitch - last) };
    if (step === undefined) return { ...heard, ...leap };
    const { ended, sounding, around, place, left } = past.meet(step);
    const times = {
      leftFirst: left[0] ?? 0,
      leftLast: left.at(-1) ?? 0,
      endedDuration: ended.length > 0 ? 1 + durations[ended[0]] : 0,
    };
    return {
      ...heard,
      ...leap,
      ...pitchValues(past, {
        ended: pitches[ended[0]],
        endedBefore: pitches[ended[1]],
        place: pitches[place],
        low: around.length > 0 ? Math.min(...around) : undefined,
        high: around.length > 0 ? Math.max(...around) : undefined,
      }),
      endedCount: Math.min(ended.length, 3),
      soundingOn: Math.min(sounding.length, 5),
      ...times,
      // A duration's classes are those of a step without the first.
      stepDurationAnchor: step - 1,
      ...Object.fromEntries(Object.entries(times).map(([name, time]) => [`${name}Anchor`, time - 1])),
    };
  },
});

/** Anchors of the next pitch that do not need its step. */
const AHEAD = ["together", "placeTogether", "placeMoving", "ending", "endingSecond", "soundingLow", "soundingHigh"];

/**
 * Pitches from which the next one is an interval away, for a head that does not know the next note's step: the
 * note that has ended and the one in its place, if it joins the last chord; the one in its place, if it moves on; the two
 * notes that end first; lowest and highest of all that sounds.
 */
export const anchorsAhead: NoteFeature = pastFeature("ahead", {
  hears: AHEAD.flatMap((name) => [pitchColumn(name), intervalColumn(name)]),
}, {
  hear(past) {
    const { pitches, chord } = past, { ended, place } = past.meet(0), sounding = past.sounding();
    const around = [...chord, ...sounding].map((index) => pitches[index]);
    return pitchValues(past, {
      together: pitches[ended[0]],
      placeTogether: pitches[place],
      placeMoving: pitches[chord[0]],
      ending: pitches[sounding[0]],
      endingSecond: pitches[sounding[1]],
      soundingLow: Math.min(...around),
      soundingHigh: Math.max(...around),
    });
  },
});

function pitchColumn(name: string): Column {
  return { name, size: 128, transposing: movingPitches(), serves: forPitches };
}

function intervalColumn(name: string): Column {
  return { name: `${name}Interval`, size: NO_ANCHOR + 1 };
}

function pitchValues(past: NotePast, anchors: Record<string, number | undefined>): Record<string, number> {
  const last = past.pitches.at(-1);
  const values: Record<string, number> = {};
  for (const [name, pitch] of Object.entries(anchors)) {
    values[name] = pitch ?? -1;
    values[`${name}Interval`] = pitch === undefined || last === undefined ? NO_ANCHOR : intervalClass(pitch - last);
  }
  return values;
}

/** Class 0 of a step, notes together, is no time that others stand near. */
function timeAnchor(step: number): number {
  return step > 0 ? step : -1;
}
