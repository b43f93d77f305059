import { type Chorale, CHORALE_VOICES, type ChoraleNotation } from "./chorale.ts";
import { REST } from "./frames.ts";
import { channelOf } from "./parts.ts";
import { DEFAULT_VELOCITY, type KeySignature, type Metre, type Note, type Part, type Score } from "./score.ts";
import { secondsAt, tempoMap } from "./tempo.ts";

/** What a chorale does not know of its score. */
export type ChoraleHeading = Partial<Pick<Score, "title" | "metres" | "keys" | "upbeatTicks">> & {
  /**
   * Quarter notes a minute.
   *
   * @default 80, a pace for hymns
   */
  tempo?: number;
};

/** Ticks per quarter note of the scores of chorales; a sixteenth has a quarter of them. */
export const CHORALE_TICKS = 480;
const STEP = CHORALE_TICKS / 4;
/** General MIDI's choir. */
const CHOIR = 52;

/**
 * The score of a chorale: a part for each voice, from the top, with its fermatas, metre and key as far as its notation has
 * them. A fermata stands on one note of each voice, the last one under it; frames with a fermata that follow one another are
 * one fermata, as Bach has no two without a note between them (370 chorales in kern). A bar of twelve sixteenths is taken
 * for 3/4, unless the heading says 6/8.
 *
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { choraleOfFrames, scoreOfChorale } from "./mod.ts";
 *
 * const { parts } = scoreOfChorale(choraleOfFrames([[67, 62, 59, 43], [67, 64, 60, 48]], "cadence"));
 * assertEquals(parts.map(({ name, notes }) => [name, notes.length]), [
 *   ["Soprano", 1],
 *   ["Alto", 2],
 *   ["Tenor", 2],
 *   ["Bass", 2],
 * ]);
 * ```
 *
 * @param chorale The chorale.
 * @param heading Metre, keys, upbeat (in 480 ticks per quarter note) and title, where they are not those of the notation.
 * @throws {RangeError} If the tempo is not a positive number.
 */
export function scoreOfChorale({ frames, struck, notation }: Chorale, heading: ChoraleHeading = {}): Score {
  const { title, tempo = 80 } = heading;
  const { metres, keys, upbeatTicks } = { ...notation && headingOf(notation), ...heading };
  const tempos = tempoMap([{ tick: 0, microsecondsPerQuarter: Math.round(6e7 / tempo) }], CHORALE_TICKS);
  const seconds = (tick: number) => secondsAt(tempos, CHORALE_TICKS, tick);
  const held = notation ? fermataEnds(notation.fermata) : [];
  const parts = CHORALE_VOICES.map((name, voice): Part => {
    const notes: Note[] = [];
    for (let first = 0, end = 0; first < frames.length; first = end) {
      end = first + 1;
      const pitch = frames[first][voice];
      while (end < frames.length && frames[end][voice] === pitch && !struck[end][voice]) end++;
      if (pitch === REST) continue;
      const [startTick, endTick] = [STEP * first, STEP * end];
      notes.push({
        ...{ pitch, velocity: DEFAULT_VELOCITY, startTick, endTick, start: seconds(startTick), end: seconds(endTick) },
        ...held.some((t) => first <= t && t < end) && { fermata: true as const },
      });
    }
    const title = name[0].toUpperCase() + name.slice(1);
    return { name: title, program: CHOIR, drum: false, channel: channelOf(voice), track: voice, notes };
  });
  const endTick = STEP * frames.length;
  return {
    ...title !== undefined && { title },
    ...upbeatTicks && { upbeatTicks },
    ...{ ticksPerQuarter: CHORALE_TICKS, parts, tempos, endTick, end: seconds(endTick), repairs: [] },
    metres: metres ?? [],
    keys: keys ?? [],
  };
}

/** The last frame of each fermata: what a voice has there is held, whatever it has moved through under the fermata. */
function fermataEnds(fermata: readonly boolean[]): number[] {
  return [...fermata.keys()].filter((t) => fermata[t] && !fermata[t + 1]);
}

/** Metre, key and upbeat, where they begin and change. */
function headingOf({ place, bar, fifths, minor }: ChoraleNotation): Required<Omit<ChoraleHeading, "title" | "tempo">> {
  const changes = (key: (t: number) => unknown) => [...bar.keys()].filter((t) => t === 0 || key(t) !== key(t - 1));
  const metres = changes((t) => bar[t]).map((t): Metre => ({ tick: STEP * t, ...metreOf(bar[t]) }));
  const keys = changes((t) => `${fifths[t]} ${minor?.[t]}`).map((t): KeySignature => ({
    ...{ tick: STEP * t, fifths: fifths[t] },
    ...minor && { mode: minor[t] ? "minor" as const : "major" as const },
  }));
  return { metres, keys, upbeatTicks: place[0] === 0 ? 0 : STEP * (bar[0] - place[0]) };
}

/** The metre of a bar of so many sixteenths, in quarter notes if they fill it. */
function metreOf(sixteenths: number): Omit<Metre, "tick"> {
  const denominator = [4, 8, 16].find((denominator) => sixteenths * denominator % 16 === 0)!;
  return { numerator: sixteenths * denominator / 16, denominator };
}
