import { barQuarters, type KeySignature, type Metre } from "../../score/mod.ts";
import { UNIT } from "./durations.ts";
import type { ScorePlace } from "./musicxml_error.ts";

/** Quarter notes that a piece may last: 14 hours at 120 a minute. */
export const LONGEST_PIECE = 100_000;

/** A moment of the page. */
export interface At {
  /** Index of the bar. */
  bar: number;
  /** From its barline, in units. */
  at: number;
}

/** Something that holds from a moment on. */
export interface From<T> extends At {
  /** What. */
  value: T;
  /** Index of the part that says it. */
  part: number;
}

/** One notehead: a note as written, before ties join it to others. */
export interface Head extends At {
  /** Index of the part. */
  part: number;
  /** Number of the staff in the part, from 1. */
  staff: number;
  /** The voice that it is written in. */
  voice: string;
  /** How long it is, in units. */
  length: number;
  /** MIDI number, as it sounds. */
  pitch: number;
  /** It is played by something without a pitch. */
  unpitched: boolean;
  /** It goes on from a note before it. */
  tiedBefore: boolean;
  /** It goes on in a note after it. */
  tiedAfter: boolean;
  /** A fermata stands on it. */
  fermata: boolean;
  /** Line of the file. */
  line: number;
}

/** A part of the page, and what holds in it at the bar that is being read. */
export interface PagePart {
  /** Its place in the list of parts. */
  index: number;
  /** What the file calls it. */
  id: string;
  /** Its name; empty where it has none. */
  name: string;
  /** General MIDI program, from 0; `undefined` where the file says none. */
  program: number | undefined;
  /** Instruments without a pitch: their keys in General MIDI, from 0. */
  drums: Map<string, number>;
  /** Staves on which something stands. */
  staves: Set<number>;
  /** How many divisions a quarter note has; `undefined` until it is said. */
  divisions: number | undefined;
  /** The metre that holds. */
  metre: Pick<Metre, "numerator" | "denominator"> | undefined;
  /** How it sounds, by staff (0 for all), in semitones and, for its keys, in fifths. */
  transpositions: Map<number, { semitones: number; fifths: number }>;
}

/** A bar of the page. */
export interface PageBar {
  /** Its number as the file gives it. */
  number: string;
  /** A repeat or an ending begins or ends here: the music may go on elsewhere than on the page. */
  seam: boolean;
  /** It is none by the metre, such as an upbeat: the file says so, or it is the first. */
  implicit: boolean;
  /** What each part has in it: how long it is, in units, whether anything sounds, and the line. */
  lengths: { part: number; units: number; sounds: boolean; line: number }[];
}

/** A sign that bars, or beats, are repeated from here on, or that they no longer are. */
export interface RepeatSign {
  /** Index of the part. */
  part: number;
  /** Index of the bar. */
  bar: number;
  /** Number of the staff, from 1; 0 for all. */
  staff: number;
  /** They are repeated from here on. */
  starts: boolean;
  /** How many bars the pattern has; 0 where beats are repeated. */
  bars: number;
}

/** The music as it stands on the page: ties not joined, bars not yet in a row. */
export class Page {
  /** The parts, from the top. */
  readonly parts: PagePart[] = [];
  /** The bars, in their order. */
  readonly bars: PageBar[] = [];
  /** All noteheads but grace notes and cues. */
  readonly heads: Head[] = [];
  /** Signs that repeat bars or beats, of each part in their order. */
  readonly repeatSigns: RepeatSign[] = [];
  /** Pitches between the semitones, which are rounded: how many, and where the first is. */
  readonly microtones: { count: number; first?: ScorePlace } = { count: 0 };
  /** Quarter notes a minute. */
  readonly tempos: (At & { value: number })[] = [];
  /** Time signatures, of each part. */
  readonly metres: From<Pick<Metre, "numerator" | "denominator">>[] = [];
  /** Key signatures, of each part, as they sound. */
  readonly keys: From<Pick<KeySignature, "fifths" | "mode">>[] = [];

  /** How long a bar of a part is by its metre, in units; `undefined` where none holds. */
  barUnits({ metre }: PagePart): number | undefined {
    return metre && Math.round(barQuarters(metre) * UNIT);
  }
}
