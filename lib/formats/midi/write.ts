import { checkOptions, kinds, optional } from "../../options/mod.ts";
import { type Note, type Part, type Score, secondsAt, tempoMap, tickAt, type TimedNote } from "../../score/mod.ts";
import { encodeTone } from "./encode_tone.ts";
import { separateOverlaps } from "./separate_overlaps.ts";
import { byOnset, byRelease, checkScore, toTone } from "./tone.ts";
import { MAX_VARIABLE } from "./walk.ts";

/** The most tracks that a header says, which begin with that of tempo, metre and key. */
const MOST_TRACKS = 0x7fff;

/** What {@linkcode writeMidi} has to be told of notes that have no score around them. */
export interface WriteMidiOptions {
  /**
   * General MIDI program, 0 to 127; 0 is a piano.
   *
   * @default {0}
   */
  program?: number;
  /**
   * Name of the track.
   *
   * @default {""}
   */
  name?: string;
  /**
   * Quarter notes a minute. It changes how the notes look in a score, not when they sound.
   *
   * @default {120}
   */
  tempo?: number;
  /**
   * Ticks a quarter note, 1 to 32767: the grid that the times are rounded to. As pretty_midi has it, a tick is 1/440 s.
   *
   * @default {220}
   */
  ticksPerQuarter?: number;
}

/**
 * Writes a score, or notes in seconds, as a Standard MIDI File of format 1 through @tonejs/midi.
 *
 * {@linkcode readMidi} gives back the same notes to the tick, in the order of their releases, with channels, programs,
 * drums, names, tempo map, metres and keys; notes in seconds are rounded to the nearest tick. At one tick note-offs
 * stand before note-ons. MIDI cannot say everything that a score can:
 *
 * - Two notes of one pitch that overlap and end at different times end both at the first note-off. The later one goes
 *   to a further track with the same channel, program and name, and is read back as a part of its own.
 * - A note of no length would vanish. It gets one tick.
 * - A part without notes leaves no trace in reading; a tempo is rounded to the microsecond; fermatas are lost.
 *
 * It takes a time in proportion to n log n for n notes, however many of them overlap.
 *
 * @param music A score, of which the ticks count and not the seconds; or notes in any order.
 * @throws {RangeError} If a value does not fit into MIDI: with the place and the value.
 * @throws {TypeError} If the music is neither a score nor a list of notes.
 */
export function writeMidi(music: Score | readonly TimedNote[], options: WriteMidiOptions = {}): Uint8Array {
  // Notebook cells run unchecked, where a forgotten await or an empty result gets this far.
  if (!Array.isArray(music) && !Array.isArray((music as Score | null | undefined)?.parts)) {
    throw new TypeError(
      `Cannot write MIDI: expected a score or a list of notes, got ${music === null ? "null" : typeof music}`,
    );
  }
  const given = "parts" in music ? music : toScore(music, options);
  checkScore(given);
  const parts = given.parts.flatMap(separateOverlaps);
  if (parts.length >= MOST_TRACKS) {
    throw new RangeError(
      `Cannot write MIDI: a file has room for ${MOST_TRACKS - 1} parts, and with a part for each of the notes of one ` +
        `pitch that sound together there are ${parts.length}`,
    );
  }
  const tone = toTone({ ...given, parts });
  for (const [i, track] of tone.tracks.entries()) {
    const { notes } = parts[i];
    // What stands first here is written first at a tick: by release, no off follows an on that it would end.
    const toned = new Map(notes.toSorted(byOnset).map((note, n) => [note, track.notes[n]]));
    track.notes = notes.toSorted(byRelease).map((note) => toned.get(note)!);
  }
  return encodeTone(tone);
}

function toScore(notes: readonly TimedNote[], options: WriteMidiOptions): Score {
  const { program = 0, name = "", tempo = 120, ticksPerQuarter = 220 } = checkOptions("write MIDI", options, {
    program: optional(kinds.integer({ from: 0, to: 127 })),
    name: optional(kinds.text),
    tempo: optional(kinds.positiveNumber),
    ticksPerQuarter: optional(kinds.positiveInteger),
  });
  const tempos = tempoMap([{ tick: 0, microsecondsPerQuarter: Math.round(6e7 / tempo) }], ticksPerQuarter);
  const toTick = (seconds: number) => Math.round(tickAt(tempos, ticksPerQuarter, seconds));
  const last = secondsAt(tempos, ticksPerQuarter, MAX_VARIABLE);
  const timed = notes.map(({ pitch, start, end, velocity }, i): Note => {
    if (!(start >= 0 && start <= end && end <= last)) {
      throw new RangeError(
        `Cannot write MIDI: a note must begin at 0 s or later, not end before it begins, and end by ${last} s; ` +
          `note ${i} sounds from ${start} to ${end}`,
      );
    }
    return { pitch, velocity, start, end, startTick: toTick(start), endTick: toTick(end) };
  });
  const part: Part = { name, program, drum: false, channel: 0, track: 0, notes: timed };
  const endTick = timed.reduce((latest, note) => Math.max(latest, note.endTick), 0);
  const metres = [{ tick: 0, numerator: 4, denominator: 4 }];
  const end = secondsAt(tempos, ticksPerQuarter, endTick);
  return { ticksPerQuarter, parts: [part], tempos, metres, keys: [], endTick, end, repairs: [] };
}
