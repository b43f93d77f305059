import type { Frame, Note, Score } from "../../score/mod.ts";
import { mean } from "../statistics.ts";
import { voiceFrames } from "./voice_frames.ts";

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
  const parts = score.parts.filter(({ drum, notes }) => !drum && notes.length > 0);
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

function meanPitch(notes: readonly Note[]): number {
  return mean(notes.map(({ pitch }) => pitch));
}
