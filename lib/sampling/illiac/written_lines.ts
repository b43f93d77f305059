import { channelOf, DEFAULT_VELOCITY, type Note, REST, type Score, secondsAt, tempoMap } from "../../score/mod.ts";

/** A note of a voice, or a rest. */
export interface WrittenNote {
  /** MIDI number, or `REST`. */
  readonly pitch: number;
  /** How long it lasts, in quarter notes. */
  readonly quarters: number;
  /** How loud, from 1 to 127. @default {80} */
  readonly velocity?: number;
}

/** Names of the suite's instruments, from the top. */
const STRINGS: readonly string[] = ["Violin I", "Violin II", "Viola", "Cello"];
/** Of the instruments, as General MIDI counts them: violin, violin, viola, cello. */
const PROGRAMS: readonly number[] = [40, 40, 41, 42];
const TICKS = 480;

/**
 * The score of voices for strings, from the top; one voice alone is a violin's. No key signature; 120 quarter notes a
 * minute.
 *
 * @param lines Notes and rests of each voice, one after the other.
 * @param metre Beats of a bar, and what a beat is.
 */
export function scoreOfLines(
  lines: readonly (readonly WrittenNote[])[],
  metre: { numerator: number; denominator: number },
): Score {
  const tempos = tempoMap([], TICKS);
  const seconds = (tick: number) => secondsAt(tempos, TICKS, tick);
  let endTick = 0;
  const parts = lines.map((line, voice) => {
    const notes: Note[] = [];
    let tick = 0;
    for (const { pitch, quarters, velocity = DEFAULT_VELOCITY } of line) {
      const [startTick, end] = [tick, tick + Math.round(quarters * TICKS)];
      if (pitch !== REST) {
        notes.push({ pitch, velocity, startTick, endTick: end, start: seconds(startTick), end: seconds(end) });
      }
      tick = end;
    }
    endTick = Math.max(endTick, tick);
    // Two voices are for violin and cello.
    const string = lines.length === 2 && voice === 1 ? 3 : voice;
    return {
      name: STRINGS[string],
      program: PROGRAMS[string],
      drum: false,
      channel: channelOf(voice),
      track: voice,
      notes,
    };
  });
  return {
    ticksPerQuarter: TICKS,
    parts,
    tempos,
    metres: [{ tick: 0, ...metre }],
    keys: [{ tick: 0, fifths: 0, mode: "major" }],
    endTick,
    end: seconds(endTick),
    repairs: [],
  };
}
