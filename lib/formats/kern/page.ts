import type { Interpretations } from "./interpretations.ts";
import type { Notehead } from "./ties.ts";

/** A barline with a repeat sign. */
export interface RepeatSign {
  /** When, in ticks. */
  tick: number;
  /** What is before it is repeated (`:|`); without, it only begins what will be (`|:`). */
  backward: boolean;
}

/** Where a bar begins. */
export interface BarStart {
  /** Its number; a pickup has the one before the first barline's. */
  number: number;
  /** Line of the barline that begins it, from 1; for a pickup, the text's first record. */
  line: number;
  /** When it begins, in ticks. */
  tick: number;
  /** Grace notes in it; they take no time. */
  graceNotes: number;
}

/** The music as it stands on the page, in ticks: ties not joined, repeats not played. */
export interface Page extends Interpretations {
  /** Ticks a quarter note. */
  ticksPerQuarter: number;
  /** The `**kern` spines from the left, as indices among all spines. */
  voices: number[];
  /** All noteheads but grace notes, by onset. */
  heads: Notehead[];
  /** Barlines with a repeat sign. */
  repeatSigns: RepeatSign[];
  /** Barlines have numbers; those that have none begin no bar then. */
  numbered: boolean;
  /** The bars, from the first; a barline inside a bar begins none. */
  bars: BarStart[];
  /** End of the last note or rest, in ticks. */
  endTick: number;
  /** Reference records by name. */
  references: Map<string, string>;
}
