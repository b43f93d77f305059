/**
 * The value that reading music gives and writing music takes.
 *
 * Times stand twice: in ticks, as the file has them (exact), and in seconds,
 * as the tempo map makes of them.
 */

/** A note in seconds, as tables, models and players have it. */
export interface TimedNote {
  /** MIDI number, 0 to 127; 60 is middle C. */
  pitch: number;
  /** Onset in seconds. */
  start: number;
  /** Release in seconds. */
  end: number;
  /** Loudness, 1 to 127. */
  velocity: number;
}

/** The loudness of notes where nothing is said of it that is read: a moderate forte. */
export const DEFAULT_VELOCITY = 80;

/** One sounding note, in seconds and in ticks. */
export interface Note extends TimedNote {
  /** Onset in ticks from the beginning of the piece. */
  startTick: number;
  /** Release in ticks; never before `startTick`. */
  endTick: number;
  /** The notation has a fermata on this note; MIDI knows none. */
  fermata?: true;
}

/** What one player plays: a program on a channel of a track, or a voice of a score. */
export interface Part {
  /** Name of the track or voice; empty where the file gives none. */
  name: string;
  /** General MIDI program, 0 to 127. */
  program: number;
  /** Plays percussion (MIDI channel 10). */
  drum: boolean;
  /** MIDI channel, 0 to 15. */
  channel: number;
  /** Index of the MIDI track, the `**kern` spine, the part of MusicXML or the voice of ABC that the part came from. */
  track: number;
  /**
   * Notes in the order of the source: for MIDI, the order of the note-offs, as pretty_midi has it. They are there to be
   * read; other notes are another list in this place. Those of a MIDI file of more than 65,536 notes are made anew
   * whenever they are asked for.
   */
  notes: readonly Readonly<Note>[];
}

/** A tempo from a tick on. */
export interface Tempo {
  /** Where it begins, in ticks. */
  tick: number;
  /** Where it begins, in seconds. */
  time: number;
  /** Microseconds a quarter note. */
  microsecondsPerQuarter: number;
}

/** A time signature from a tick on. */
export interface Metre {
  /** Where it begins, in ticks. */
  tick: number;
  /** Beats a bar, as written. */
  numerator: number;
  /** The note value of a beat: 4 is a quarter note. */
  denominator: number;
}

/** A key signature from a tick on. */
export interface KeySignature {
  /** Where it begins, in ticks. */
  tick: number;
  /** Sharps, or flats as negative numbers: -7 to 7. */
  fifths: number;
  /** Major or minor; `undefined` where the source gives the signature alone. */
  mode?: "major" | "minor";
}

/** A piece of music, read from a MIDI file or from `**kern`. */
export interface Score {
  /** Title, where the source has one. */
  title?: string;
  /** Ticks a quarter note. */
  ticksPerQuarter: number;
  /** The parts, in the order of the source. */
  parts: Part[];
  /** Tempo map, by tick; the first entry is at tick 0 (120 quarter notes a minute where nothing is said). */
  tempos: Tempo[];
  /** Time signatures by tick; empty where the source has none. */
  metres: Metre[];
  /** Ticks of the upbeat, an incomplete first bar (`**kern` only: MIDI does not tell one). */
  upbeatTicks?: number;
  /** Key signatures by tick; empty where the source has none. */
  keys: KeySignature[];
  /**
   * End of the piece in ticks: the last release, control change, pitch bend, text, tempo, metre or key, as pretty_midi
   * counts it.
   */
  endTick: number;
  /** End of the piece in seconds. */
  end: number;
  /** What was mended to read the file, in words; empty for a sound file. */
  repairs: string[];
  /** What was read as it stands and may surprise, in words; left out where there is nothing to say. */
  warnings?: string[];
}
