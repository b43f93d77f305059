import { durationClasses, stepClasses } from "../../notes/mod.ts";
import type { Column, Said, Values } from "../encoding.ts";
import { movingLogs } from "../moving.ts";
import { scalingLogs } from "../scaling.ts";
import { logsOf } from "./habits.ts";
import type { NotePast } from "./note_past.ts";
import type { NoteSide } from "./note_feature.ts";

/** Passages like the one that leads up to now, and what came after each. */
export interface Passages {
  /** How many there are. */
  count: number;
  /** How alike each is. */
  alike: Int16Array;
  /**
   * Of the note that came after each: the classes of its step or duration, or its interval from the one before.
   *
   * @param drawn What is drawn of the next note.
   */
  after(side: NoteSide, drawn: Said): Int16Array;
}

/** How passages vote. */
export interface VotingOptions {
  /** How far two classes of times may lie apart and be the same. */
  tolerance: number;
  /** A passage that is less alike than the best by so much counts a third. */
  spread: number;
}

/** What is added where the next note has the same kind of step (together or not), the same step, interval, duration. */
const SAME_KIND = 4, SAME_STEP = 3, SAME_INTERVAL = 4, SAME_DURATION = 3;
/** What makes the likeness of the best passage a number like the other inputs. */
const SCALE = 50;
/** Two floors of the probabilities, so that a head can weigh what is likely and what has never been. */
const FLOORS = [0.02, 0.001];
const PITCHES = 128;
/** Widest interval from the last note whose votes stand by themselves, in semitones. */
const WIDEST = 24;

type Moves = Pick<Column, "transposing" | "scaling">;

/** Of each side of a note: how its columns are called, how many classes it has, and how logs and shares of them move. */
const SIDES: Readonly<
  Record<NoteSide, { of: string; classes: number; votes: string; width: number; logs: Moves; shares: Moves }>
> = {
  step: timeSide("Step", stepClasses),
  // Shares of intervals are the same in every key.
  pitch: {
    of: "Pitch",
    classes: PITCHES,
    votes: "Interval",
    width: 2 * WIDEST + 1,
    logs: { transposing: movingLogs(PITCHES) },
    shares: {},
  },
  duration: timeSide("Duration", durationClasses),
};

function timeSide(of: string, { count }: { count: number }) {
  const moves = { scaling: scalingLogs({ count }) };
  return { of, classes: count, votes: of, width: count, logs: moves, shares: moves };
}

/**
 * The columns of a vote, each for one head and known once all before it in the order is drawn: `NAMEStep1`, `NAMEStep2`
 * (natural logs of the votes' shares plus 0.02 and plus 0.001), and so on for `Pitch` and `Duration`. The shares
 * themselves: `NAMEStepVotes`, `NAMEIntervalVotes` (from 24 semitones below the last note to 24 above),
 * `NAMEDurationVotes`. And `NAMEBestStep` …, how alike the best passage is.
 */
export function voteColumns(name: string, order: readonly NoteSide[]): Column[] {
  return order.flatMap((side, i): Column[] => {
    const { of, classes, votes, width, logs, shares } = SIDES[side], after = order.slice(0, i);
    const evidence = { after, serves: { head: side, as: "evidence" } } as const;
    return [
      ...FLOORS.map((_, k): Column => ({
        ...{ name: `${name}${of}${k + 1}`, width: classes, after, serves: { head: side, as: "logs" } },
        ...logs,
      })),
      { name: `${name}${votes}Votes`, width, ...evidence, ...shares },
      { name: `${name}Best${of}`, ...evidence },
    ];
  });
}

/**
 * Lets passages vote for the sides of the next note, one after the other: by what came after them, weighted by
 * `exp((likeness - best) / spread)`. Once a side is drawn, those in which it was the same count more in the votes that follow.
 */
export class PassageVotes {
  /** What has been told of the sides of the next note, each given the one before it: heads ask one after the other. */
  #told: { given?: number; alike: Int16Array; values: Values }[] = [];

  constructor(readonly name: string, readonly order: readonly NoteSide[], readonly options: VotingOptions) {}

  /** Forgets what it has told: another note comes next. */
  forget(): void {
    this.#told = [];
  }

  /** The columns of all sides that can be told, given what is drawn. */
  tell(past: NotePast, drawn: Said, passages: Passages): Values {
    let values: Values = {}, { alike } = passages;
    for (const [i, side] of this.order.entries()) {
      const before = this.order[i - 1], given = drawn[before];
      if (i > 0 && given === undefined) break;
      if (this.#told.length <= i || this.#told[i].given !== given) {
        this.#told.length = i;
        if (i > 0) alike = this.#given(before, given, past, drawn, { ...passages, alike });
        this.#told.push({
          given,
          alike,
          values: { ...values, ...this.#vote(side, past, drawn, { ...passages, alike }) },
        });
      }
      ({ values, alike } = this.#told[i]);
    }
    return values;
  }

  /** How alike passages are, now that a side of the next note is drawn. */
  #given(side: NoteSide, given: number, past: NotePast, drawn: Said, { alike, count, after }: Passages): Int16Array {
    const values = after(side, drawn), { tolerance } = this.options, more = new Int16Array(count);
    const wanted = side === "pitch" ? given - past.pitches[past.length - 1] : given;
    for (let j = 0; j < count; j++) {
      const value = values[j];
      if (side === "pitch") more[j] = alike[j] + (value === wanted ? SAME_INTERVAL : 0);
      else {
        const isSame = Math.abs(value - wanted) <= tolerance;
        more[j] = alike[j] +
          (side === "duration"
            ? isSame ? SAME_DURATION : 0
            : ((value === 0) === (wanted === 0) ? SAME_KIND : 0) + (isSame ? SAME_STEP : 0));
      }
    }
    return more;
  }

  /** The columns of one side: shares of the votes, all 0 where nothing is alike, their logs, and the best likeness. */
  #vote(side: NoteSide, past: NotePast, drawn: Said, { alike, count, after }: Passages): Values {
    const { of, classes, votes } = SIDES[side], { spread } = this.options, values = after(side, drawn);
    const last = past.pitches[past.length - 1] ?? 0, from = side === "pitch" ? last : 0;
    const shares = new Float64Array(classes);
    let best = 0;
    for (let j = 0; j < count; j++) if (alike[j] > best) best = alike[j];
    if (best >= 1) {
      const least = Math.max(1, best - Math.floor(6 * spread));
      let all = 0;
      for (let j = 0; j < count; j++) {
        if (alike[j] < least) continue;
        const weight = Math.exp((alike[j] - best) / spread);
        shares[Math.min(Math.max(from + values[j], 0), classes - 1)] += weight;
        all += weight;
      }
      for (let c = 0; c < classes; c++) shares[c] /= all;
    }
    const columns: Values = { [`${this.name}Best${of}`]: best / SCALE };
    FLOORS.forEach((floor, k) => columns[`${this.name}${of}${k + 1}`] = logsOf(shares, 1, floor));
    columns[`${this.name}${votes}Votes`] = side === "pitch"
      ? Float32Array.from({ length: 2 * WIDEST + 1 }, (_, i) => shares[last - WIDEST + i] ?? 0)
      : shares;
    return columns;
  }
}
