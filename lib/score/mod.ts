/**
 * The ground floor of music: the {@linkcode Score} that every format is read
 * into, its tempo map, metre and bars, its parts as one sequence or as voices
 * on a grid ({@linkcode Frame}), and the names of pitches.
 *
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { pitchName, secondsAt, tempoMap } from "./mod.ts";
 *
 * // 60 quarter notes a minute, 480 ticks per quarter note.
 * const tempos = tempoMap([{ tick: 0, microsecondsPerQuarter: 1_000_000 }], 480);
 * assertEquals(secondsAt(tempos, 480, 960), 2);
 * assertEquals(pitchName(60), "C4");
 * ```
 *
 * @module
 */
export {
  type Chorale,
  CHORALE_VOICES,
  type ChoraleNotation,
  choraleOfFrames,
  choraleOfScore,
  choraleOfVoices,
  type ChoraleVoice,
} from "./chorale.ts";
export { type ColumnPart, type ColumnScore, flattenColumns, heldColumns, scoreOfColumns } from "./columns.ts";
export { findVoices, type FindVoicesOptions, type FoundVoice, type VoicedNote, VoiceFinder } from "./find_voices.ts";
export { type FlatNote, flatten, FLATTENING, type Flattening, type FlattenOptions } from "./flatten.ts";
export { type Frame, REST, scoreOfFrames, type ScoreOfFramesOptions, voiceCount } from "./frames.ts";
export {
  type BarPosition,
  barPosition,
  barPositions,
  barQuarters,
  beatLength,
  type Metred,
  type MusicalPlace,
  type Stretch,
  stretchesOf,
  UNMETRED,
} from "./metre.ts";
export { lastUpTo } from "./last_up_to.ts";
export { channelOf, DRUM_CHANNEL, firstInstrument, pitchedParts, whyUnpitched } from "./parts.ts";
export type { ColumnNotes } from "./note_list.ts";
export { isBlackKey, PITCH_CLASSES, pitchName } from "./pitch_names.ts";
export {
  DEFAULT_VELOCITY,
  type KeySignature,
  type Metre,
  type Note,
  type Part,
  type Score,
  type Tempo,
  type TimedNote,
} from "./score.ts";
export { CHORALE_TICKS, type ChoraleHeading, scoreOfChorale } from "./score_of_chorale.ts";
export { meanPitch, type VoiceFrames, voiceFrames, type VoiceFramesOptions, voicesOf } from "./voices.ts";
export { type PartNote, voicesInParts } from "./voices_in_parts.ts";
export { secondsAt, secondsAtEach, type TempoChange, tempoMap, tempoMapInOrder, tickAt } from "./tempo.ts";
