import { durationClasses, stepClasses } from "../../notes/mod.ts";
import type { Column, Moving, Said, Values } from "../encoding.ts";
import { movingLogs } from "../moving.ts";
import { scalingLogs } from "../scaling.ts";
import type { NoteFeature, NoteFeatureListener } from "./note_feature.ts";
import { logsOf } from "./habits.ts";
import type { NotePast } from "./note_past.ts";

/** How alike two notes, and two passages, are counted. */
export interface Likeness {
  /** Whether intervals count; without them the passage has the same rhythm, whatever its notes. */
  intervals: boolean;
  /** What another note that is the same in interval, step and duration adds. */
  same: number;
  /** What is left, in eighths, of what was alike before a note that is not the same. */
  kept: number;
  /** More than this is not counted. */
  most: number;
  /** How far two classes of times may lie apart and be the same. */
  tolerance: number;
  /** What the same pitch adds, not only the same interval. */
  samePitch: number;
  /** A passage that is less alike than the best by so much counts a third. */
  spread: number;
}

/** A strict reader of its own past: what counts is how long two passages have been the same. */
export const STRICT: Likeness = {
  intervals: true,
  same: 4,
  kept: 4,
  most: 96,
  tolerance: 0,
  samePitch: 2,
  spread: 2.5,
};
/** A lenient one: a slip is forgiven, but the pitch has to be the same. */
export const LENIENT: Likeness = {
  intervals: true,
  same: 4,
  kept: 3,
  most: 24,
  tolerance: 1,
  samePitch: 6,
  spread: 2.5,
};

/** One of rhythm alone. */
export const RHYTHMIC: Likeness = { ...STRICT, intervals: false, spread: 1.5 };

/** Options of {@linkcode ownPast}. */
export interface OwnPastOptions {
  /** Begins the columns' names. @default {"past"} */
  name?: string;
  /** How passages are compared. @default {STRICT} */
  likeness?: Likeness;
}

/** What an interval, step or duration alone adds where the note is not the same. */
const ALMOST = 1;
/** What is added where the next note has the same kind of step (together or not), the same step, the same interval. */
const SAME_KIND = 4, SAME_STEP = 3, SAME_INTERVAL = 4;
/** What makes the likeness of the best passage a number like the other inputs. */
const SCALE = 50;
/** Two floors of the probabilities, so that a head can weigh what is likely and what has never been. */
const FLOORS = [0.02, 0.001];
const PITCHES = 128;
/** Widest interval from the last note whose votes stand by themselves, in semitones. */
const WIDEST = 24;

/**
 * What followed where the piece has been here before. All passages of the past
 * are compared with the one that leads up to now, note by note: transposed ones
 * too, since intervals count. Those most alike vote for the step, pitch and duration that came
 * after them, weighted by `exp((likeness - best) / spread)`; once the step is drawn,
 * those with the same step count more in the vote for the pitch, and so on.
 *
 * Columns: `NAMEStep1`, `NAMEStep2` (natural logs of the votes' shares plus 0.02 and plus 0.001), heard;
 * `NAMEPitch1` …, after the step; `NAMEDuration1` …, after step and pitch. The shares themselves:
 * `NAMEStepVotes`, `NAMEIntervalVotes` (from 24 semitones below the last note to 24 above), `NAMEDurationVotes`. And
 * `NAMEBestStep` …, how alike the best passage is. A note costs time in proportion to the notes before it.
 */
export function ownPast({ name = "past", likeness = STRICT }: OwnPastOptions = {}): NoteFeature {
  const logs = (of: string, width: number, after: string[], moving: Pick<Column, "transposing" | "scaling">) =>
    FLOORS.map((_, i): Column => ({ name: `${name}${of}${i + 1}`, width, after, ...moving }));
  const number = (of: string, width: number, after: string[], scaling?: Moving): Column => ({
    name: `${name}${of}`,
    width,
    after,
    scaling,
  });
  const [steps, durations] = [stepClasses, durationClasses].map(scalingLogs);
  return {
    name,
    settings: { ...likeness },
    knows: [
      ...logs("Step", stepClasses.count, [], { scaling: steps }),
      number("StepVotes", stepClasses.count, [], steps),
      number("BestStep", 1, []),
      ...logs("Pitch", PITCHES, ["step"], { transposing: movingLogs(PITCHES) }),
      number("IntervalVotes", 2 * WIDEST + 1, ["step"]),
      number("BestPitch", 1, ["step"]),
      ...logs("Duration", durationClasses.count, ["step", "pitch"], { scaling: durations }),
      number("DurationVotes", durationClasses.count, ["step", "pitch"], durations),
      number("BestDuration", 1, ["step", "pitch"]),
    ],
    listen: () => new OwnPastListener(name, likeness),
  };
}

class OwnPastListener implements NoteFeatureListener {
  /** Of each earlier note, how alike the passages are that end at it and at the last one. */
  #alike = new Int16Array(256);
  #next = new Int16Array(256);
  readonly #score = { step: new Int16Array(256), pitch: new Int16Array(256), duration: new Int16Array(256) };

  /** What has been told of the next note, and for what of it: heads ask one after the other, each knowing more. */
  #told: { step?: Values; pitch?: { step: number; values: Values }; duration?: { pitch: number; values: Values } } = {};

  constructor(readonly name: string, readonly likeness: Likeness) {}

  hear(past: NotePast): Values {
    const { pitches, steps, durations } = past, { intervals, same, kept, most, tolerance } = this.likeness;
    const at = past.length - 1;
    this.#grow(past.length);
    this.#told = {};
    const interval = at > 0 ? pitches[at] - pitches[at - 1] : 0, step = steps[at], duration = durations[at];
    const alike = this.#alike, next = this.#next;
    next[0] = 0;
    for (let j = 1; j <= at; j++) {
      const isInterval = !intervals || pitches[j] - pitches[j - 1] === interval;
      const isStep = Math.abs(steps[j] - step) <= tolerance,
        isDuration = Math.abs(durations[j] - duration) <= tolerance;
      next[j] = isInterval && isStep && isDuration
        ? Math.min(alike[j - 1] + same, most)
        : ((alike[j - 1] * kept) >> 3) +
          ALMOST * (Number(intervals && isInterval) + Number(isStep) + Number(isDuration));
    }
    this.#alike = next;
    this.#next = alike;
    return {};
  }

  know(past: NotePast, { step, pitch }: Said): Values {
    const told = this.#told;
    told.step ??= this.#tellStep(past);
    if (step === undefined) return told.step;
    if (told.pitch?.step !== step) {
      told.pitch = { step, values: { ...told.step, ...this.#tellPitch(past, step) } };
      told.duration = undefined;
    }
    if (pitch === undefined) return told.pitch.values;
    if (told.duration?.pitch !== pitch) {
      told.duration = { pitch, values: { ...told.pitch.values, ...this.#tellDuration(past, pitch) } };
    }
    return told.duration.values;
  }

  #tellStep({ pitches, steps, length }: NotePast): Values {
    const { step: score } = this.#score, { samePitch } = this.likeness, at = length - 1;
    // A passage that ends at note j votes for note j + 1, which has to have been heard.
    for (let j = 0; j < at; j++) score[j] = this.#alike[j] + (pitches[j] === pitches[at] ? samePitch : 0);
    const { shares, columns } = this.#votes("Step", score, at, stepClasses.count, (j) => steps[j]);
    return { ...columns, [`${this.name}StepVotes`]: shares };
  }

  #tellPitch({ pitches, steps, length }: NotePast, step: number): Values {
    const { step: before, pitch: score } = this.#score, { tolerance } = this.likeness, at = length - 1;
    for (let j = 0; j < at; j++) {
      score[j] = before[j] + ((steps[j + 1] === 0) === (step === 0) ? SAME_KIND : 0) +
        (Math.abs(steps[j + 1] - step) <= tolerance ? SAME_STEP : 0);
    }
    const pitchOf = (j: number) => Math.min(Math.max(pitches[at] + pitches[j] - pitches[j - 1], 0), PITCHES - 1);
    const { shares, columns } = this.#votes("Pitch", score, at, PITCHES, pitchOf);
    const lowest = (pitches[at] ?? 0) - WIDEST;
    const intervals = Float32Array.from({ length: 2 * WIDEST + 1 }, (_, i) => shares[lowest + i] ?? 0);
    return { ...columns, [`${this.name}IntervalVotes`]: intervals };
  }

  #tellDuration({ pitches, durations, length }: NotePast, pitch: number): Values {
    const { pitch: before, duration: score } = this.#score, at = length - 1;
    for (let j = 0; j < at; j++) {
      score[j] = before[j] + (pitches[j + 1] - pitches[j] === pitch - pitches[at] ? SAME_INTERVAL : 0);
    }
    const { shares, columns } = this.#votes("Duration", score, at, durationClasses.count, (j) => durations[j]);
    return { ...columns, [`${this.name}DurationVotes`]: shares };
  }

  /** Shares of the votes, all 0 where nothing is alike, and the columns that every kind of vote has. */
  #votes(of: string, score: Int16Array, passages: number, classes: number, valueOf: (note: number) => number) {
    const { spread } = this.likeness, shares = new Float64Array(classes);
    let best = 0;
    for (let j = 0; j < passages; j++) if (score[j] > best) best = score[j];
    if (best >= 1) {
      const least = Math.max(1, best - Math.floor(6 * spread));
      let all = 0;
      for (let j = 0; j < passages; j++) {
        if (score[j] < least) continue;
        const weight = Math.exp((score[j] - best) / spread);
        shares[valueOf(j + 1)] += weight;
        all += weight;
      }
      for (let c = 0; c < classes; c++) shares[c] /= all;
    }
    const columns: Values = { [`${this.name}Best${of}`]: best / SCALE };
    FLOORS.forEach((floor, i) => columns[`${this.name}${of}${i + 1}`] = logsOf(shares, 1, floor));
    return { shares, columns };
  }

  #grow(length: number): void {
    if (length <= this.#alike.length) return;
    const grown = (array: Int16Array) => {
      const larger = new Int16Array(2 * length);
      larger.set(array);
      return larger;
    };
    this.#alike = grown(this.#alike);
    this.#next = grown(this.#next);
    for (const name of ["step", "pitch", "duration"] as const) this.#score[name] = grown(this.#score[name]);
  }

  fork(): NoteFeatureListener {
    const copy = new OwnPastListener(this.name, this.likeness);
    copy.#grow(this.#alike.length);
    copy.#alike.set(this.#alike);
    return copy;
  }
}
