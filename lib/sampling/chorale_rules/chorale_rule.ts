/** Voices of a moment from the top, as MIDI numbers or `REST`; undefined, or beyond the end, where nothing is decided. */
export type PartialFrame = readonly (number | undefined)[];

/** What rules may know of a chorale beside its notes. */
export interface ChoraleFacts {
  /** Pitch class of the tonic, 0 for C; rules about leading tones keep silent without one. */
  readonly tonic?: number;
  /** Of each frame, whether a fermata stands over it; rules about cadences keep silent without. */
  readonly fermata?: readonly boolean[];
}

/** A cell of a chorale among others, that of a voice in a frame, or a note of several. */
export interface ChoralePlace extends ChoraleFacts {
  /** All frames, as far as they are known: those to come may be missing (a draw from left to right), or known (Gibbs). */
  readonly frames: readonly PartialFrame[];
  /** Index of its frame. */
  readonly frame: number;
  /**
   * Index of the first frame after it, where it is held.
   *
   * @default the next frame
   */
  readonly until?: number;
  /** Index of its voice, from 0 at the top. What stands there counts for nothing. */
  readonly voice: number;
}

/** Where in a chorale a rule looks. */
export interface ChoraleMoment {
  /** Pitch class of the tonic, if it is known. */
  readonly tonic?: number;
  /** Whether a fermata begins in this frame. */
  readonly cadence: boolean;
}

/**
 * What four voices have to keep to. It counts breaches: in a moment, or between one and the next; what is not known
 * yet breaks nothing. A breach costs its nats once, whichever of its cells is decided last.
 */
export interface ChoraleRule {
  /** What a breach is called in a table. */
  readonly name: string;
  /** What it keeps to, in words. */
  readonly keeps: string;
  /** Nats that a breach costs: with 2, it is drawn e² = 7.4 times more rarely. Infinity forbids it. */
  readonly nats: number;
  /** Breaches in one moment. */
  inFrame?(frame: PartialFrame, moment: ChoraleMoment): number;
  /** Breaches between a moment and the next one, to which `moment` belongs. */
  between?(before: PartialFrame, after: PartialFrame, moment: ChoraleMoment): number;
}

/** A chorale that rules are counted in. */
export interface RuledChorale extends ChoraleFacts {
  /** Voices from the top, one sixteenth after another. */
  readonly frames: readonly PartialFrame[];
  /**
   * Index of the first frame that is counted: what leads to it counts, what stands before it does not.
   *
   * @default 0
   */
  readonly from?: number;
}

/**
 * What rules add to the log-probability of each pitch that a cell could have. Drawn cell by cell, in whatever order,
 * each knowing those before it, a chorale pays for each breach once; drawn again by Gibbs, with all others known, a
 * cell pays for those that it takes part in. Where the others break a rule already, it says nothing of this cell.
 *
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { choraleRule, weighPitches } from "../mod.ts";
 *
 * const parallels = choraleRule("parallel fifth", Infinity);
 * const place = { frames: [[67, 60], [69]], frame: 1, voice: 1 };
 * assertEquals([...weighPitches([parallels], place, [60, 62, 64])], [0, -Infinity, 0]);
 * ```
 *
 * @param rules What is kept to, and how strictly.
 * @param place The cell, and what is known around it.
 * @param pitches MIDI numbers, or `REST`.
 * @returns For each pitch, 0 or less; -Infinity where it is forbidden.
 */
export function weighPitches(
  rules: readonly ChoraleRule[],
  place: ChoralePlace,
  pitches: ArrayLike<number>,
): Float64Array {
  const { voice } = place;
  const steps = stepsOf(place);
  const sounding = (pitch: number | undefined) => {
    for (const { here, isCell } of steps) if (isCell) here[voice] = pitch;
  };
  const breaches = ({ inFrame, between }: ChoraleRule) => {
    let count = 0;
    for (const { before, here, moment, isCell, again } of steps) {
      if (before && between) count += between(before, here, moment);
      if (isCell && inFrame) count += again * inFrame(here, moment);
    }
    return count;
  };
  sounding(undefined);
  const anyway = rules.map(breaches);
  return Float64Array.from(pitches, (pitch) => {
    sounding(pitch);
    let weight = 0;
    for (const [i, rule] of rules.entries()) {
      const more = breaches(rule) - anyway[i];
      if (more > 0) weight -= more * rule.nats;
    }
    return weight;
  });
}

/** A moment that a cell takes part in, or the one after it. */
interface Step {
  /** What sounds before, as far as it is known. */
  before?: (number | undefined)[];
  /** What sounds here. */
  here: (number | undefined)[];
  moment: ChoraleMoment;
  /** Whether the cell sounds here, or has ended before. */
  isCell: boolean;
  /** How many frames of the cell have the same in all voices. */
  again: number;
}

/**
 * From the first frame of a cell to the one after it, where they are known. Frames that repeat all of the one
 * before are counted with it: whatever changes nothing leads to no breach that is not in the frame itself.
 */
function stepsOf(place: ChoralePlace): Step[] {
  const { frames, frame, voice, until = frame + 1 } = place, steps: Step[] = [];
  let before = frames[frame - 1] && [...frames[frame - 1]];
  for (let t = frame; t <= until; t++) {
    const isCell = t < until, moment = momentOf(place, t), last = steps.at(-1);
    if (!isCell && !frames[t]) break;
    const here = [...frames[t] ?? []];
    const isSame = (pitch: number | undefined, other: number) => other === voice || pitch === last!.here[other];
    if (
      isCell && last && !moment.cadence && !last.moment.cadence && here.length === last.here.length &&
      here.every(isSame)
    ) {
      last.again++;
      continue;
    }
    steps.push({ before, here, moment, isCell, again: 1 });
    before = here;
  }
  return steps;
}

/**
 * How often rules are broken in chorales.
 *
 * @returns Of each rule, by its name, the breaches.
 */
export function countBreaches(
  rules: readonly ChoraleRule[],
  chorales: readonly RuledChorale[],
): Record<string, number> {
  return Object.fromEntries(rules.map(({ name, inFrame, between }) => {
    let breaches = 0;
    for (const chorale of chorales) {
      for (const [frame, here] of chorale.frames.entries()) {
        if (frame < (chorale.from ?? 0)) continue;
        const moment = momentOf(chorale, frame);
        breaches += inFrame?.(here, moment) ?? 0;
        if (frame > 0) breaches += between?.(chorale.frames[frame - 1], here, moment) ?? 0;
      }
    }
    return [name, breaches];
  }));
}

function momentOf({ tonic, fermata }: ChoraleFacts, frame: number): ChoraleMoment {
  return { tonic, cadence: fermata?.[frame] === true && fermata[frame - 1] !== true };
}
