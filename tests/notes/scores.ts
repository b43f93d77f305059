import type { Note, Part, Score } from "../../lib/score/mod.ts";

/** A note in quarter notes at 120 a minute: pitch, onset, duration, velocity. */
export type Written = [pitch: number, onset: number, duration: number, velocity?: number];

/** A part that plays the notes, in this order. */
export function part(notes: Written[], changes: Partial<Part> = {}): Part {
  const played = notes.map(([pitch, onset, duration, velocity = 64]): Note => ({
    pitch,
    velocity,
    startTick: onset * 480,
    endTick: (onset + duration) * 480,
    start: onset / 2,
    end: (onset + duration) / 2,
  }));
  return { name: "", program: 0, drum: false, channel: 0, track: 0, ...changes, notes: played };
}

/** A score of these parts: 480 ticks per quarter note, 120 quarter notes a minute, no metre and no key. */
export function score(parts: Part[], changes: Partial<Score> = {}): Score {
  const notes = parts.flatMap((part) => part.notes);
  return {
    ticksPerQuarter: 480,
    parts,
    tempos: [{ tick: 0, time: 0, microsecondsPerQuarter: 500_000 }],
    metres: [],
    keys: [],
    endTick: Math.max(0, ...notes.map((note) => note.endTick)),
    end: Math.max(0, ...notes.map((note) => note.end)),
    repairs: [],
    ...changes,
  };
}
