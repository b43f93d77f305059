import { CHORALE_VOICES, type ChoraleVoice, REST } from "../../score/mod.ts";
import { cellClasses } from "../cell_classes.ts";
import type { Column, EventPiece, PitchRange, Values } from "../encoding.ts";
import { movingLogs } from "../moving.ts";
import type { FrameEvent } from "./frame_events.ts";
import type { DrawnVoices, FrameFeature, FrameFeatureListener } from "./frame_feature.ts";
import type { FramePast } from "./frame_past.ts";
import { byteOf, ChoraleIndex, FALLS_SILENT, HELD, isInterval, motion, WIDEST_MOTION } from "./packed_frames.ts";
import { type FrameLikeness, PassagesAlike } from "./passages_alike.ts";

/** How passages of chorales are compared, and how they vote. */
export interface FrameVoting extends FrameLikeness {
  /** A passage that is less alike than the best by so much counts a third: in a wide vote, and in a sharp one. */
  spreads: readonly [wide: number, sharp: number];
}

/** A reader that forgives slips, and looks for the same chords on the same degrees. */
export const FORGIVING: FrameVoting = {
  same: [0, 4],
  forgives: true,
  soprano: 1,
  own: 1,
  missed: 20,
  chord: 40,
  degree: 4,
  spreads: [12, 6],
};
/** One that looks for quotations, the melody's most of all: what counts is how long voices have done the same. */
export const QUOTING: FrameVoting = {
  same: [1, 4],
  forgives: false,
  soprano: 2,
  own: 2,
  missed: 10,
  chord: 0,
  degree: 0,
  spreads: [8, 4],
};
/** One of the piece itself. */
export const RECURRING: FrameVoting = { ...FORGIVING, same: [1, 4], missed: 10, spreads: [12, 6] };

/** Options of {@linkcode passagesHeard}. */
export interface PassagesHeardOptions {
  /** Begins the columns' names. */
  name: string;
  /** How passages are compared, and vote. */
  voting: FrameVoting;
  /** The pitches that there are. */
  range: PitchRange;
  /** Where it looks back: at the piece itself, or at those that are learned from. */
  at: "own past" | "training";
  /**
   * The pieces that are learned from.
   *
   * @default none: it names its columns, but cannot look back at them
   */
  lessons?: readonly EventPiece<FrameEvent>[];
}

/** Of each column of logs the vote, wide or sharp, and the floor. */
const LOGS = [{ vote: 0, floor: 0.02 }, { vote: 1, floor: 0.005 }] as const;
/** Widest interval whose votes stand by themselves, in semitones. */
const WIDEST = 12;
/** What makes the likeness of the best passage, and the log of how many vote, numbers like the other inputs. */
const SCALE = 100, NATS = 4;

/** Whether what a voice did in another passage, as a byte, is a vote for one that sounds, and for one that rests. */
const VOTES = {
  sounding: Uint8Array.from({ length: 128 }, (_, did) => Number(did === FALLS_SILENT || isInterval(did))),
  resting: Uint8Array.from({ length: 128 }, (_, did) => Number(did === HELD)),
};

/** Indices by their pieces: several encodings look into one. */
const INDICES = new WeakMap<readonly EventPiece<FrameEvent>[], ChoraleIndex>();

function indexOf(pieces: readonly EventPiece<FrameEvent>[]): ChoraleIndex {
  const known = INDICES.get(pieces);
  if (known) return known;
  const index = new ChoraleIndex(pieces);
  INDICES.set(pieces, index);
  return index;
}

/**
 * What voices did next where the piece has been before, or the chorales that are learned from, in any key: passages like
 * the one that leads up to now vote for what each voice does, weighted by `exp((likeness - best) / spread)`, with a wide
 * spread and with a sharp one. Those in which a voice did what is drawn count more in the votes for the voices below it.
 *
 * Of each voice, known once those above it are drawn: `NAMESoprano1` and `NAMESoprano2`, natural logs of the wide vote's
 * shares plus 0.02 and of the sharp one's plus 0.005, by the classes of cells; `NAMESopranoVotes`, the wide vote's shares by
 * intervals, from 12 semitones below what the voice has to 12 above; `NAMESopranoBest`: how alike the best passage is, and
 * how many vote. All shares are 0 where nothing is alike.
 *
 * A piece that is itself learned from is left out while it is listened to by its name: it would know what comes.
 *
 * @throws {TypeError} From `listen`, if it looks back at pieces that are learned from, and there are none.
 */
export function passagesHeard({ name, voting, range, at, lessons }: PassagesHeardOptions): FrameFeature {
  const index = at === "training" && lessons ? indexOf(lessons) : undefined;
  const { count } = cellClasses(range), transposing = movingLogs(count, 1);
  return {
    name,
    settings: { ...voting, ...index && { pieces: index.mark } },
    knows: CHORALE_VOICES.flatMap((voice, v): Column[] => {
      const after = CHORALE_VOICES.slice(0, v), of = nameOf(name, voice);
      const logs = { width: count, after, serves: { head: voice, as: "logs" }, transposing } as const;
      const evidence = { after, serves: { head: voice, as: "evidence" } } as const;
      return [
        ...LOGS.map((_, k): Column => ({ name: `${of}${k + 1}`, ...logs })),
        { name: `${of}Votes`, width: 2 * WIDEST + 1, ...evidence },
        { name: `${of}Best`, width: 2, ...evidence },
      ];
    }),
    listen(piece) {
      if (at === "training" && !index) {
        throw new TypeError(
          `Cannot look back at the pieces that are learned from, as the feature "${name}" does: there are none; ` +
            "give them to the system's encoding",
        );
      }
      return new PassagesListener(name, voting, range, new PassagesAlike(voting, index, piece));
    },
  };
}

function nameOf(name: string, voice: string): string {
  return `${name}${voice[0].toUpperCase()}${voice.slice(1)}`;
}

class PassagesListener implements FrameFeatureListener {
  readonly #weights: readonly Float64Array[];

  constructor(
    readonly name: string,
    readonly voting: FrameVoting,
    readonly range: PitchRange,
    readonly passages: PassagesAlike,
  ) {
    this.#weights = voting.spreads.map((spread) =>
      Float64Array.from({ length: Math.floor(6 * spread) + 1 }, (_, less) => Math.exp(-less / spread))
    );
  }

  hear(past: FramePast): Values {
    if (past.length > 0) this.passages.hear(past);
    return {};
  }

  know({ frames }: FramePast, drawn: DrawnVoices): Values {
    const frame = frames.at(-1) ?? CHORALE_VOICES.map(() => REST),
      { same, forgives, soprano, own, missed } = this.voting;
    const { count, alike, next, scores: before } = this.passages.find();
    const values: Values = {}, scores = before.slice(0, count), counted = new Int32Array(count);
    for (const [v, voice] of CHORALE_VOICES.entries()) {
      for (let i = 0; i < count; i++) counted[i] = scores[i] + own * byteOf(alike[i], v);
      Object.assign(values, this.#vote(voice, frame[v], counted, next));
      const pitch = drawn[voice];
      if (pitch === undefined) break;
      const did = motion(frame[v], pitch), gain = did === HELD ? same[0] : same[1], weight = v === 0 ? soprano : 1;
      for (let i = 0; i < count; i++) {
        const common = byteOf(alike[i], v);
        scores[i] += weight * (byteOf(next[i], v) === did ? gain : -missed - (forgives ? common >> 1 : common));
      }
    }
    return values;
  }

  #vote(voice: ChoraleVoice, pitch: number, scores: Int32Array, next: Int32Array): Values {
    const { lowest, highest } = this.range, v = CHORALE_VOICES.indexOf(voice), [wide, sharp] = this.#weights;
    const votes = pitch === REST ? VOTES.resting : VOTES.sounding;
    // By what a voice does, as a byte.
    const shares = [new Float64Array(128), new Float64Array(128)], sums = [0, 0];
    let best = 0;
    for (let i = 0; i < scores.length; i++) {
      if (scores[i] > best && votes[byteOf(next[i], v)] === 1) best = scores[i];
    }
    for (let i = 0; i < scores.length && best > 0; i++) {
      const less = best - scores[i], did = byteOf(next[i], v);
      if (less >= wide.length || votes[did] === 0) continue;
      shares[0][did] += wide[less];
      sums[0] += wide[less];
      if (less >= sharp.length) continue;
      shares[1][did] += sharp[less];
      sums[1] += sharp[less];
    }
    const of = nameOf(this.name, voice), isSounding = pitch !== REST, classes = highest - lowest + 2;
    const values: Values = {
      [`${of}Votes`]: Float32Array.from(
        { length: 2 * WIDEST + 1 },
        (_, i) => best > 0 ? shares[0][HELD + i - WIDEST] / sums[0] : 0,
      ),
      [`${of}Best`]: Float32Array.of(best / SCALE, Math.log1p(sums[0]) / NATS),
    };
    LOGS.forEach(({ vote, floor }, k) => {
      const logs = new Float32Array(classes).fill(Math.log(floor));
      const put = (c: number, share: number) => logs[c] = share > 0 ? Math.log(share / sums[vote] + floor) : logs[c];
      put(0, shares[vote][isSounding ? FALLS_SILENT : HELD]);
      if (isSounding) {
        const first = Math.max(lowest, pitch - WIDEST_MOTION), last = Math.min(highest, pitch + WIDEST_MOTION);
        for (let to = first; to <= last; to++) put(to - lowest + 1, shares[vote][HELD + to - pitch]);
      }
      values[`${of}${k + 1}`] = logs;
    });
    return values;
  }

  fork(): FrameFeatureListener {
    return new PassagesListener(this.name, this.voting, this.range, this.passages.fork());
  }
}
