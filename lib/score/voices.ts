import { checkOptions, kinds, optional } from "../options/mod.ts";
import { type Frame, REST } from "./frames.ts";
import { barPosition, type MusicalPlace, stretchesOf } from "./metre.ts";
import { pitchedParts } from "./parts.ts";
import type { Note, Score } from "./score.ts";
import { secondsAt } from "./tempo.ts";

/** The voices of a score on a grid. */
export interface VoiceFrames {
  /** One a grid point, each with all voices in the order of the score's parts. */
  frames: Frame[];
  /** Where each frame is. */
  places: MusicalPlace[];
  /** Names of the voices, as the score has them. */
  names: string[];
  /** Notes that begin and end between two grid points, and stand in no frame. */
  missed: number;
}

/** Options for {@linkcode voiceFrames}. */
export interface VoiceFramesOptions {
  /**
   * Grid points per quarter note.
   *
   * @default 4
   */
  perQuarter?: number;
}

/** Seventeen hours of sixteenths at 60 quarter notes a minute. */
const MOST_FRAMES = 250_000;

/**
 * The voices of a score on a grid of sixteenths, or another: what each part has at every grid point. Parts are voices;
 * those of drums, and those without notes, are left out. Of notes of one part that sound at the same time, the one that
 * began last counts, and of a chord the highest.
 *
 * The order is that of the score's parts, which should be from the top down, as `**kern` and most MIDI files have it.
 *
 * @param score A score with one voice per part.
 * @param options The grid.
 * @throws {RangeError} If the grid is not a positive whole number of points, or there would be more than 250,000 frames.
 */
export function voiceFrames(score: Score, options: VoiceFramesOptions = {}): VoiceFrames {
  const { perQuarter = 4 } = checkOptions("lay voices on a grid", options, {
    perQuarter: optional(kinds.positiveInteger),
  });
  const { ticksPerQuarter, tempos } = score;
  const step = ticksPerQuarter / perQuarter;
  const parts = pitchedParts(score);
  const lastTick = parts.flatMap(({ notes }) => notes).reduce((last, note) => Math.max(last, note.endTick), 0);
  const count = Math.ceil(lastTick / step);
  if (count > MOST_FRAMES) {
    throw new RangeError(`Cannot lay voices on a grid: ${count} frames are more than ${MOST_FRAMES}`);
  }
  const frames = Array.from({ length: count }, () => parts.map(() => REST));
  let missed = 0;
  for (const [voice, { notes }] of parts.entries()) {
    for (
      const { pitch, startTick, endTick } of notes.toSorted((a, b) => a.startTick - b.startTick || a.pitch - b.pitch)
    ) {
      const first = Math.ceil(startTick / step);
      if (first * step >= endTick) missed++;
      for (let t = first; t * step < endTick; t++) frames[t][voice] = pitch;
    }
  }
  const stretches = stretchesOf(score);
  const places = frames.map((_, t) => {
    const quarter = t / perQuarter;
    return {
      start: secondsAt(tempos, ticksPerQuarter, t * step),
      quarter,
      ...(barPosition(stretches, quarter) ?? { bar: null, beat: null }),
    };
  });
  return { frames, places, names: parts.map(({ name }) => name), missed };
}

/** Fewer voices have no counterpoint; of more, some double others. */
const [FEWEST, MOST] = [2, 8];

/** Quarter notes that a note may last into the next one: a thirty-second, for what was played legato. */
const LEGATO = 1 / 8;

/**
 * The voices of a piece whose parts are voices, and nothing of any other. This is the rule by which a piece has
 * counterpoint:
 *
 * - It has from two to eight parts, those of drums and those without notes aside.
 * - Each part is one voice: no two of its notes begin at once, and none lasts more than a thirty-second note
 *   into the next.
 *
 * The voices go from the top down: the part whose notes are higher on average (each counts once) is the upper one,
 * whatever the order of the file.
 *
 * What no rule can see: parts that double each other, as organ stops do in some MIDI files, move in parallel octaves or
 * unisons all the time.
 *
 * @param score Any score.
 * @returns Frames of sixteenth notes, as `voiceFrames` makes them; `undefined` where the parts are no voices.
 * @throws {RangeError} If the voices would have more than 250,000 frames.
 */
export function voicesOf(score: Score): Frame[] | undefined {
  const parts = pitchedParts(score);
  if (parts.length < FEWEST || parts.length > MOST) return undefined;
  if (!parts.every(({ notes }) => isOneVoice(notes, LEGATO * score.ticksPerQuarter))) return undefined;
  const fromTheTop = parts.toSorted((a, b) => meanPitch(b.notes) - meanPitch(a.notes));
  return voiceFrames({ ...score, parts: fromTheTop }).frames;
}

function isOneVoice(notes: readonly Note[], legato: number): boolean {
  let reached = -Infinity;
  return notes.toSorted((a, b) => a.startTick - b.startTick).every(({ startTick, endTick }, i, all) => {
    const alone = startTick !== all[i - 1]?.startTick && reached - startTick <= legato;
    reached = Math.max(reached, endTick);
    return alone;
  });
}

/** Mean of the notes' pitches, each counted once, however long it is. */
export function meanPitch(notes: readonly Note[]): number {
  return notes.reduce((sum, { pitch }) => sum + pitch, 0) / notes.length;
}
