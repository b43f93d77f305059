import { barHeard } from "./bar_heard.ts";
import { chordHeard } from "./chord_heard.ts";
import type { EventPiece } from "../encoding.ts";
import type { NoteEvent } from "../note_events.ts";
import { anchors, anchorsAhead } from "./anchors.ts";
import { habits } from "./habits.ts";
import { keyHeard } from "./key_heard.ts";
import { linePast } from "./line_past.ts";
import { loudnessHeard } from "./loudness_heard.ts";
import { metreHeard } from "./metre_heard.ts";
import type { NoteFeature, NoteSide } from "./note_feature.ts";
import { othersHeard } from "./others_heard.ts";
import { LENIENT, ownPast, RHYTHMIC } from "./own_past.ts";
import { recentNotes } from "./recent_notes.ts";
import { transitions } from "./transitions.ts";
import { trainingPast } from "./training_past.ts";
import { instrumentHeard, voiceHeard } from "./voice_heard.ts";
import { voicesFound } from "./voices_found.ts";

/**
 * All that can be heard of notes, by the names that the setting `features` takes: made for an order of a note's sides, and
 * for the pieces that are learned from.
 */
export const NOTE_FEATURES: Readonly<
  Record<string, (order: readonly NoteSide[], lessons?: readonly EventPiece<NoteEvent>[]) => NoteFeature>
> = {
  recent: () => recentNotes,
  anchors: () => anchors,
  ahead: () => anchorsAhead,
  key: () => keyHeard,
  metre: () => metreHeard,
  habits: () => habits,
  chord: () => chordHeard,
  voice: () => voiceHeard,
  voices: () => voicesFound,
  others: () => othersHeard,
  instrument: () => instrumentHeard,
  loudness: () => loudnessHeard,
  transitions: () => transitions,
  line: () => linePast,
  bars: () => barHeard(),
  barsAtNotes: () => barHeard({ name: "barAtNotes", ticks: "notes" }),
  barsPlain: () => barHeard({ name: "barPlain", ticks: "none" }),
  past: (order) => ownPast({ order }),
  lenient: (order) => ownPast({ name: "lenient", likeness: LENIENT, order }),
  rhythm: (order) => ownPast({ name: "rhythm", likeness: RHYTHMIC, order }),
  trainingMelody: (order, pieces) => trainingPast({ by: "melody", order, pieces }),
  trainingRhythm: (order, pieces) => trainingPast({ by: "rhythm", order, pieces }),
};

/**
 * Features by their names.
 *
 * @param names Of {@linkcode NOTE_FEATURES}.
 * @param order In which order a note's sides are drawn.
 * @param lessons The pieces that are learned from, for features that look back at them.
 * @throws {RangeError} If there is none of a name; the message lists them.
 */
export function noteFeatures(
  names: readonly string[],
  order: readonly NoteSide[],
  lessons?: readonly EventPiece<NoteEvent>[],
): NoteFeature[] {
  return names.map((name) => {
    if (Object.hasOwn(NOTE_FEATURES, name)) return NOTE_FEATURES[name](order, lessons);
    const all = Object.keys(NOTE_FEATURES).join(", ");
    throw new RangeError(`Cannot hear "${name}": there is no feature of that name among ${all}`);
  });
}
