import type { Said, Values } from "../encoding.ts";
import { placeInBar } from "../note_events.ts";
import { type NoteFeature, type NoteFeatureListener, type NoteSide, ORDER } from "./note_feature.ts";
import type { NotePast } from "./note_past.ts";
import { type Passages, PassageVotes, voteColumns, type VotingOptions } from "./passage_votes.ts";

/** How alike two notes, and two passages, are counted. */
export interface Likeness extends VotingOptions {
  /** Whether intervals count; without them the passage has the same rhythm, whatever its notes. */
  intervals: boolean;
  /** What another note that is the same in interval, step and duration adds. */
  same: number;
  /** What is left, in eighths, of what was alike before a note that is not the same. */
  kept: number;
  /** More than this is not counted. */
  most: number;
  /** What the same pitch adds, not only the same interval. */
  samePitch: number;
  /** What the same place in the bar adds. */
  samePlace: number;
}

/** A strict reader of its own past: what counts is how long two passages have been the same. */
export const STRICT: Likeness = {
  intervals: true,
  same: 4,
  kept: 4,
  most: 96,
  tolerance: 0,
  samePitch: 2,
  samePlace: 2,
  spreads: [2.5, 1],
};
/** A lenient one: a slip is forgiven, but the pitch has to be the same. */
export const LENIENT: Likeness = {
  intervals: true,
  same: 4,
  kept: 3,
  most: 24,
  tolerance: 1,
  samePitch: 6,
  samePlace: 4,
  spreads: [2.5, 1],
};

/** One of rhythm alone. */
export const RHYTHMIC: Likeness = { ...STRICT, intervals: false, samePlace: 4, spreads: [1.5, 0.7] };

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
export const ALMOST = 1;
/** Places in a quarter that are told apart. */
const SPOTS = 24;

/**
 * What followed where the piece has been here before. All passages of the past
 * are compared with the one that leads up to now, note by note: transposed ones
 * too, since intervals count. Those most alike vote for the step, pitch and duration that came
 * after them, weighted by `exp((likeness - best) / spread)`, with a wide spread and with a sharp one; once the step is drawn,
 * those with the same step count more in the vote for what is drawn next, and so on, in whatever order.
 *
 * Its columns are those of {@linkcode voteColumns}. A note costs time in proportion to the notes before it.
 */
export function ownPast({ name = "past", likeness = STRICT, order = ORDER }: OwnPastOptions = {}): NoteFeature {
  return {
    name,
    settings: { ...likeness, ...order.join() !== ORDER.join() && { order } },
    knows: voteColumns(name, order),
    listen: () => new OwnPastListener(name, likeness, order),
  };
}

class OwnPastListener implements NoteFeatureListener {
  /** Of each earlier note, how alike the passages are that end at it and at the last one. */
  #alike = new Int16Array(256);
  #next = new Int16Array(256);
  /** What came after each note. */
  #after: Record<NoteSide, Int16Array> = {
    step: new Int16Array(256),
    pitch: new Int16Array(256),
    duration: new Int16Array(256),
  };
  /** Where each note stands in its bar; -1 where nobody knows. */
  #spots = new Int16Array(256);
  readonly #votes: PassageVotes;
  /** The passages that lead up to now, once somebody has asked for them. */
  #passages?: Passages;

  constructor(readonly name: string, readonly likeness: Likeness, readonly order: readonly NoteSide[]) {
    this.#votes = new PassageVotes(name, order, likeness);
  }

  hear({ pitches, steps, durations, places, length }: NotePast): Values {
    const { intervals, same, kept, most, tolerance } = this.likeness;
    const at = length - 1;
    this.#grow(length);
    this.#passages = undefined;
    this.#votes.forget();
    const place = places[at];
    this.#spots[at] = place ? placeInBar(place, SPOTS) : -1;
    const interval = at > 0 ? pitches[at] - pitches[at - 1] : 0, step = steps[at], duration = durations[at];
    if (at > 0) {
      this.#after.step[at - 1] = step;
      this.#after.pitch[at - 1] = interval;
      this.#after.duration[at - 1] = duration;
    }
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
    this.#passages ??= this.#look(past);
    return this.#votes.tell(past, drawn, this.#passages);
  }

  #look({ pitches, length }: NotePast): Passages {
    const { samePitch, samePlace } = this.likeness, at = length - 1, spot = this.#spots[at];
    // A passage that ends at note j votes for note j + 1, which has to have been heard.
    const alike = this.#alike.slice(0, Math.max(at, 0));
    for (let j = 0; j < at; j++) {
      if (pitches[j] === pitches[at]) alike[j] += samePitch;
      if (spot >= 0 && this.#spots[j] === spot) alike[j] += samePlace;
    }
    return { count: alike.length, alike, after: (side) => this.#after[side], ago: (j) => at - j };
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
    this.#spots = grown(this.#spots);
    for (const side of ORDER) this.#after[side] = grown(this.#after[side]);
  }

  fork(): NoteFeatureListener {
    const copy = new OwnPastListener(this.name, this.likeness, this.order);
    copy.#grow(this.#alike.length);
    copy.#alike.set(this.#alike);
    copy.#spots.set(this.#spots);
    for (const side of ORDER) copy.#after[side].set(this.#after[side]);
    return copy;
  }
}
