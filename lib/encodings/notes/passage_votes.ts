import type { Column, Said, Values } from "../encoding.ts";
import type { NotePast } from "./note_past.ts";
import type { NoteSide } from "./note_feature.ts";
import { flooredLogs, logColumn, SIDE_LOGS } from "./side_logs.ts";

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
  /**
   * How many notes ago a passage was.
   *
   * @default it was in another piece
   */
  ago?(passage: number): number;
}

/** How passages vote. */
export interface VotingOptions {
  /** How far two classes of times may lie apart and be the same. */
  tolerance: number;
  /** A passage that is less alike than the best by so much counts a third: in a wide vote, and in a sharp one. */
  spreads: readonly [wide: number, sharp: number];
}

/** What is added where the next note has the same kind of step (together or not), the same step, interval, duration. */
const SAME_KIND = 4, SAME_STEP = 3, SAME_INTERVAL = 4, SAME_DURATION = 3;
/** What makes the likeness of the best passage, and logs of how many and how long ago, numbers like the other inputs. */
const SCALE = 50, NATS = 4;
/** Of each column of logs the vote, wide or sharp, and the floor: a head can weigh what is likely and what has never been. */
const LOGS = [{ vote: 0, floor: 0.02 }, { vote: 0, floor: 0.001 }, { vote: 1, floor: 0.005 }] as const;
/** Widest interval from the last note whose votes stand by themselves, in semitones. */
const WIDEST = 24;

/** Of each side of a note: how its columns are called, and how many shares stand by themselves. */
const SIDES: Readonly<Record<NoteSide, { of: string; votes: string; width: number }>> = {
  step: { of: "Step", votes: "Step", width: SIDE_LOGS.step.classes },
  pitch: { of: "Pitch", votes: "Interval", width: 2 * WIDEST + 1 },
  duration: { of: "Duration", votes: "Duration", width: SIDE_LOGS.duration.classes },
};

/**
 * The columns of votes for all sides, each for one head and known once all before it in the order is drawn.
 *
 * Of a step: `NAMEStep1`, `NAMEStep2`, natural logs of the wide vote's shares plus 0.02 and plus 0.001, and `NAMEStep3`, of
 * the sharp one's plus 0.005; the wide vote's shares themselves, `NAMEStepVotes`; and `NAMEBestStep`: how alike the best
 * passage is, how many passages vote, and how many notes ago the latest of the best was. In the same way for `Duration`
 * and `Pitch`, whose shares are those of intervals, from 24 semitones below the last note to 24 above: `NAMEIntervalVotes`.
 */
export function voteColumns(name: string, order: readonly NoteSide[]): Column[] {
  return order.flatMap((side, i) => sideColumns(name, side, order.slice(0, i)));
}

/** The columns of votes for one side, known once others are drawn. */
export function sideColumns(name: string, side: NoteSide, after: readonly NoteSide[]): Column[] {
  const { of, votes, width } = SIDES[side];
  const evidence = { after, serves: { head: side, as: "evidence" } } as const;
  return [
    ...LOGS.map((_, k) => logColumn(`${name}${of}${k + 1}`, side, after)),
    // Shares of intervals are the same in every key.
    { name: `${name}${votes}Votes`, width, ...evidence, ...side !== "pitch" && SIDE_LOGS[side].moves },
    { name: `${name}Best${of}`, width: 3, ...evidence },
  ];
}

/** Who votes for one side of the next note, and for what. */
export interface Ballot extends Pick<Passages, "count" | "alike" | "ago"> {
  /** The class that each passage votes for, or the interval from the last note. */
  values: Int16Array;
  /** The last note's pitch. */
  last: number;
}

/** Counts votes under a name, in the two spreads of {@linkcode VotingOptions}. */
export class Tally {
  /** What a passage counts by how much less alike it is than the best, in either vote. */
  readonly #weights: readonly Float64Array[];

  constructor(readonly name: string, { spreads }: Pick<VotingOptions, "spreads">) {
    this.#weights = spreads.map((spread) =>
      Float64Array.from({ length: Math.floor(6 * spread) + 1 }, (_, less) => Math.exp(-less / spread))
    );
  }

  /** The values of {@linkcode sideColumns}; all shares are 0 where nothing is alike. */
  count(side: NoteSide, { values, alike, count, last, ago }: Ballot): Values {
    const { of, votes } = SIDES[side], { classes } = SIDE_LOGS[side];
    const [wide, sharp] = this.#weights, from = side === "pitch" ? last : 0;
    const shares = [new Float64Array(classes), new Float64Array(classes)], sums = [0, 0];
    let best = 0, latest = 0;
    for (let j = 0; j < count; j++) if (alike[j] >= best) [best, latest] = [alike[j], j];
    if (best >= 1) {
      const least = Math.max(1, best - wide.length + 1);
      for (let j = 0; j < count; j++) {
        if (alike[j] < least) continue;
        const less = best - alike[j], value = Math.min(Math.max(from + values[j], 0), classes - 1);
        shares[0][value] += wide[less];
        sums[0] += wide[less];
        if (less >= sharp.length) continue;
        shares[1][value] += sharp[less];
        sums[1] += sharp[less];
      }
      for (let c = 0; c < classes; c++) for (const k of [0, 1]) shares[k][c] /= sums[k];
    }
    const since = best >= 1 && ago ? Math.log(ago(latest)) : 0;
    const columns: Values = { [`${this.name}Best${of}`]: [best / SCALE, Math.log1p(sums[0]) / NATS, since / NATS] };
    LOGS.forEach(({ vote, floor }, k) => columns[`${this.name}${of}${k + 1}`] = flooredLogs(shares[vote], floor));
    columns[`${this.name}${votes}Votes`] = side === "pitch"
      ? Float32Array.from({ length: 2 * WIDEST + 1 }, (_, i) => shares[0][last - WIDEST + i] ?? 0)
      : shares[0];
    return columns;
  }
}

/**
 * Lets passages vote for the sides of the next note, one after the other: by what came after them, weighted by
 * `exp((likeness - best) / spread)`. Once a side is drawn, those in which it was the same count more in the votes that follow.
 */
export class PassageVotes {
  /** What has been told of the sides of the next note, each given the one before it: heads ask one after the other. */
  #told: { given?: number; alike: Int16Array; values: Values }[] = [];

  readonly #tally: Tally;

  constructor(name: string, readonly order: readonly NoteSide[], readonly options: VotingOptions) {
    this.#tally = new Tally(name, options);
  }

  /** Forgets what it has told: another note comes next. */
  forget(): void {
    this.#told = [];
  }

  /** The columns of all sides that can be told, given what is drawn. */
  tell(past: NotePast, drawn: Said, passages: Passages): Values {
    let values: Values = {}, { alike } = passages;
    const last = past.pitches[past.length - 1] ?? 0;
    for (const [i, side] of this.order.entries()) {
      const ballot = (alike: Int16Array) => ({ ...passages, alike, last, values: passages.after(side, drawn) });
      const before = this.order[i - 1], given = drawn[before];
      if (i > 0 && given === undefined) break;
      if (this.#told.length <= i || this.#told[i].given !== given) {
        this.#told.length = i;
        if (i > 0) alike = this.#given(before, given, past, drawn, { ...passages, alike });
        this.#told.push({
          given,
          alike,
          values: { ...values, ...this.#tally.count(side, ballot(alike)) },
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
}
