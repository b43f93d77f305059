import { durationClasses, stepClasses } from "../../notes/mod.ts";
import type { Column, Said, Values } from "../encoding.ts";
import { movingLogs } from "../moving.ts";
import { scalingLogs } from "../scaling.ts";
import { type NoteFeature, type NoteFeatureListener, type NoteSide, ORDER } from "./note_feature.ts";
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
  /** In which order a note's sides are drawn. @default {["step", "pitch", "duration"]} */
  order?: readonly NoteSide[];
}

/** What an interval, step or duration alone adds where the note is not the same. */
const ALMOST = 1;
/** What is added where the next note has the same kind of step (together or not), the same step, interval, duration. */
const SAME_KIND = 4, SAME_STEP = 3, SAME_INTERVAL = 4, SAME_DURATION = 3;
/** What makes the likeness of the best passage a number like the other inputs. */
const SCALE = 50;
/** Two floors of the probabilities, so that a head can weigh what is likely and what has never been. */
const FLOORS = [0.02, 0.001];
const PITCHES = 128;
/** Widest interval from the last note whose votes stand by themselves, in semitones. */
const WIDEST = 24;

/** Of each side of a note: how its columns are called, how many classes it has, and how logs and shares of them move. */
const SIDES: Readonly<
  Record<NoteSide, {
    of: string;
    classes: number;
    votes: { of: string; count: number };
    logs: Pick<Column, "transposing" | "scaling">;
    shares: Pick<Column, "transposing" | "scaling">;
  }>
> = {
  step: timeSide("Step", stepClasses),
  // Shares of intervals are the same in every key.
  pitch: {
    of: "Pitch",
    classes: PITCHES,
    votes: { of: "Interval", count: 2 * WIDEST + 1 },
    logs: { transposing: movingLogs(PITCHES) },
    shares: {},
  },
  duration: timeSide("Duration", durationClasses),
};

function timeSide(of: string, { count }: { count: number }) {
  const moves = { scaling: scalingLogs({ count }) };
  return { of, classes: count, votes: { of, count }, logs: moves, shares: moves };
}

/**
 * What followed where the piece has been here before. All passages of the past
 * are compared with the one that leads up to now, note by note: transposed ones
 * too, since intervals count. Those most alike vote for the step, pitch and duration that came
 * after them, weighted by `exp((likeness - best) / spread)`; once the step is drawn,
 * those with the same step count more in the vote for what is drawn next, and so on, in whatever order.
 *
 * Columns, each for one head and known once all before it in the order is drawn: `NAMEStep1`, `NAMEStep2` (natural logs
 * of the votes' shares plus 0.02 and plus 0.001), and so on for `Pitch` and `Duration`. The shares themselves:
 * `NAMEStepVotes`, `NAMEIntervalVotes` (from 24 semitones below the last note to 24 above), `NAMEDurationVotes`. And
 * `NAMEBestStep` …, how alike the best passage is. A note costs time in proportion to the notes before it.
 */
export function ownPast({ name = "past", likeness = STRICT, order = ORDER }: OwnPastOptions = {}): NoteFeature {
  return {
    name,
    settings: { ...likeness, ...order.join() !== ORDER.join() && { order } },
    knows: order.flatMap((side, i): Column[] => {
      const { of, classes, votes, logs, shares } = SIDES[side], after = order.slice(0, i);
      return [
        ...FLOORS.map((_, i): Column => ({
          ...{ name: `${name}${of}${i + 1}`, width: classes, after, serves: { head: side, as: "logs" } },
          ...logs,
        })),
        {
          name: `${name}${votes.of}Votes`,
          width: votes.count,
          after,
          serves: { head: side, as: "evidence" },
          ...shares,
        },
        { name: `${name}Best${of}`, after, serves: { head: side, as: "evidence" } },
      ];
    }),
    listen: () => new OwnPastListener(name, likeness, order),
  };
}

/** What has been told of one side of the next note, given the value of the one before it in the order. */
interface Told {
  given?: number;
  values: Values;
}

class OwnPastListener implements NoteFeatureListener {
  /** Of each earlier note, how alike the passages are that end at it and at the last one. */
  #alike = new Int16Array(256);
  #next = new Int16Array(256);
  /** The same, and what speaks for the passage by what has been drawn, for each side in its order. */
  #scores: Int16Array[];

  /** What has been told of the next note: heads ask one after the other, each knowing more. */
  #told: Told[] = [];

  constructor(readonly name: string, readonly likeness: Likeness, readonly order: readonly NoteSide[]) {
    this.#scores = order.map(() => new Int16Array(256));
  }

  hear(past: NotePast): Values {
    const { pitches, steps, durations } = past, { intervals, same, kept, most, tolerance } = this.likeness;
    const at = past.length - 1;
    this.#grow(past.length);
    this.#told = [];
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

  know(past: NotePast, drawn: Said): Values {
    let values: Values = {};
    for (let i = 0; i < this.order.length; i++) {
      const given = i > 0 ? drawn[this.order[i - 1]] : undefined;
      if (i > 0 && given === undefined) break;
      if (this.#told[i] === undefined || this.#told[i].given !== given) {
        this.#told.length = i;
        this.#score(past, i, given);
        this.#told.push({ given, values: { ...values, ...this.#votes(past, i) } });
      }
      values = this.#told[i].values;
    }
    return values;
  }

  /** Weighs the passages before the side at `index` in the order is drawn, given what was drawn just before. */
  #score({ pitches, steps, durations, length }: NotePast, index: number, given = 0): void {
    const { samePitch, tolerance } = this.likeness, at = length - 1;
    const score = this.#scores[index], before = index > 0 ? this.#scores[index - 1] : this.#alike;
    // A passage that ends at note j votes for note j + 1, which has to have been heard.
    if (index === 0) {
      for (let j = 0; j < at; j++) score[j] = before[j] + (pitches[j] === pitches[at] ? samePitch : 0);
    } else if (this.order[index - 1] === "step") {
      for (let j = 0; j < at; j++) {
        score[j] = before[j] + ((steps[j + 1] === 0) === (given === 0) ? SAME_KIND : 0) +
          (Math.abs(steps[j + 1] - given) <= tolerance ? SAME_STEP : 0);
      }
    } else if (this.order[index - 1] === "pitch") {
      const interval = given - pitches[at];
      for (let j = 0; j < at; j++) {
        score[j] = before[j] + (pitches[j + 1] - pitches[j] === interval ? SAME_INTERVAL : 0);
      }
    } else {
      for (let j = 0; j < at; j++) {
        score[j] = before[j] + (Math.abs(durations[j + 1] - given) <= tolerance ? SAME_DURATION : 0);
      }
    }
  }

  /** The columns of one side: shares of the votes, all 0 where nothing is alike, their logs, and the best likeness. */
  #votes(past: NotePast, index: number): Values {
    const { pitches, steps, durations, length } = past, side = this.order[index], at = length - 1;
    const { of, classes } = SIDES[side], { spread } = this.likeness;
    const score = this.#scores[index], shares = new Float64Array(classes);
    const valueOf = {
      step: (j: number) => steps[j],
      pitch: (j: number) => Math.min(Math.max(pitches[at] + pitches[j] - pitches[j - 1], 0), PITCHES - 1),
      duration: (j: number) => durations[j],
    }[side];
    let best = 0;
    for (let j = 0; j < at; j++) if (score[j] > best) best = score[j];
    if (best >= 1) {
      const least = Math.max(1, best - Math.floor(6 * spread));
      let all = 0;
      for (let j = 0; j < at; j++) {
        if (score[j] < least) continue;
        const weight = Math.exp((score[j] - best) / spread);
        shares[valueOf(j + 1)] += weight;
        all += weight;
      }
      for (let c = 0; c < classes; c++) shares[c] /= all;
    }
    const columns: Values = { [`${this.name}Best${of}`]: best / SCALE };
    FLOORS.forEach((floor, i) => columns[`${this.name}${of}${i + 1}`] = logsOf(shares, 1, floor));
    const lowest = (pitches[at] ?? 0) - WIDEST;
    columns[`${this.name}${SIDES[side].votes.of}Votes`] = side === "pitch"
      ? Float32Array.from({ length: 2 * WIDEST + 1 }, (_, i) => shares[lowest + i] ?? 0)
      : shares;
    return columns;
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
    this.#scores = this.#scores.map(grown);
  }

  fork(): NoteFeatureListener {
    const copy = new OwnPastListener(this.name, this.likeness, this.order);
    copy.#grow(this.#alike.length);
    copy.#alike.set(this.#alike);
    return copy;
  }
}
