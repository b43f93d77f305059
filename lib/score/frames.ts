import { checkOptions, kinds, optional } from "../options/mod.ts";
import { channelOf } from "./parts.ts";
import { DEFAULT_VELOCITY, type Note, type Part, type Score } from "./score.ts";
import { secondsAt, tempoMap } from "./tempo.ts";

/** A moment of a piece: the pitch of each voice as a MIDI number, from the top voice down; {@linkcode REST} for a rest. */
export type Frame = readonly number[];

/** What a voice has in a frame where it rests, as in the JSB chorales' JSON. */
export const REST: number = -1;

/**
 * How many voices frames have, all the same number.
 *
 * @returns 0 where there is no frame.
 * @throws {RangeError} If frames differ, or a value is neither a MIDI number nor a rest.
 */
export function voiceCount(frames: readonly Frame[]): number {
  const voices = frames[0]?.length ?? 0;
  frames.forEach((frame, t) => {
    if (frame.length !== voices) {
      throw new RangeError(`Cannot read voices: frame ${t} has ${frame.length}, the first one has ${voices}`);
    }
    const wrong = frame.findIndex((pitch) => !Number.isInteger(pitch) || pitch < REST || pitch > 127);
    if (wrong >= 0) {
      throw new RangeError(
        `Cannot read voices: voice ${wrong} of frame ${t} must be an integer from 0 to 127, ` +
          `or ${REST} for a rest, got ${frame[wrong]}`,
      );
    }
  });
  return voices;
}

/** Options for {@linkcode scoreOfFrames}. */
export interface ScoreOfFramesOptions {
  /**
   * Frames per quarter note.
   *
   * @default 4
   */
  perQuarter?: number;
  /**
   * Names of the voices, from the top.
   *
   * @default [] (no names)
   */
  names?: readonly string[];
}

/** Ticks per quarter note where the frames divide it. */
const TICKS = 480;

/**
 * The score that frames are played from: a part for each voice, from the top.
 * Frames do not show a note that is struck again, so that a pitch that stays
 * is one note. 120 quarter notes a minute, no metre, no key: frames know none.
 *
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { REST, scoreOfFrames } from "./mod.ts";
 *
 * const { parts: [upper, lower] } = scoreOfFrames([[67, 60], [67, REST], [69, 60]]);
 * assertEquals(upper.notes.map(({ pitch, start, end }) => [pitch, start, end]), [[67, 0, 0.25], [69, 0.25, 0.375]]);
 * assertEquals(lower.notes.map(({ start, end }) => [start, end]), [[0, 0.125], [0.25, 0.375]]);
 * ```
 *
 * @param frames Voices from the top, one frame after another.
 * @param options The grid, and the voices' names.
 * @throws {RangeError} If frames do not all have the same voices, a value is neither a MIDI number nor a rest, or
 * `perQuarter` is not a positive integer.
 */
export function scoreOfFrames(frames: readonly Frame[], options: ScoreOfFramesOptions = {}): Score {
  const { perQuarter = 4, names = [] } = checkOptions("make a score", options, {
    perQuarter: optional(kinds.positiveInteger),
    names: optional(kinds.list("names", kinds.text)),
  });
  const ticksPerQuarter = TICKS % perQuarter === 0 ? TICKS : perQuarter;
  const tempos = tempoMap([], ticksPerQuarter);
  const tickOf = (frame: number) => frame * ticksPerQuarter / perQuarter;
  const seconds = (tick: number) => secondsAt(tempos, ticksPerQuarter, tick);
  const parts = Array.from({ length: voiceCount(frames) }, (_, voice): Part => {
    const notes: Note[] = [];
    for (let first = 0, next = 0; first < frames.length; first = next) {
      const pitch = frames[first][voice];
      while (next < frames.length && frames[next][voice] === pitch) next++;
      if (pitch === REST) continue;
      const [startTick, endTick] = [tickOf(first), tickOf(next)];
      notes.push({
        pitch,
        velocity: DEFAULT_VELOCITY,
        startTick,
        endTick,
        start: seconds(startTick),
        end: seconds(endTick),
      });
    }
    return { name: names[voice] ?? "", program: 0, drum: false, channel: channelOf(voice), track: voice, notes };
  });
  const endTick = tickOf(frames.length);
  return { ticksPerQuarter, parts, tempos, metres: [], keys: [], endTick, end: seconds(endTick), repairs: [] };
}
